package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.ListTagsForResourceRequest;
import dev.bulwark.api.s3control.ListTagsForResourceResult;
import dev.bulwark.api.s3control.Tag;
import dev.bulwark.api.s3control.TagResourceRequest;
import dev.bulwark.api.s3control.TagResourceResult;
import dev.bulwark.api.s3control.UntagResourceRequest;
import dev.bulwark.api.s3control.UntagResourceResult;
import dev.bulwark.base.Arn;
import dev.bulwark.service.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tags of access points. */
final class AccessPointTags {
  private static final String TYPE = "accesspoint/";

  private final AccessPoints points;

  AccessPointTags(AccessPoints points) {
    this.points = points;
  }

  ListTagsForResourceResult list(ListTagsForResourceRequest in, Call call) {
    var tags = points.require(in.accountId(), name(in.resourceArn()), call).record().tags();
    return ListTagsForResourceResult.builder()
        .tags(
            tags.entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .build();
  }

  TagResourceResult tag(TagResourceRequest in, Call call) {
    var more = wanted(in);
    points.change(
        in.accountId(),
        name(in.resourceArn()),
        call,
        point -> {
          var tags = new LinkedHashMap<>(point.tags());
          tags.putAll(more);
          if (tags.size() > Limits.BUCKET_TAGS) {
            throw S3Errors.tooManyTags(true);
          }
          return point.withTags(tags);
        });
    return TagResourceResult.builder().build();
  }

  /** The tags that a request wants to be there. */
  static Map<String, String> wanted(TagResourceRequest in) {
    return TagSets.ofList(
        in.tags().stream()
            .map(tag -> dev.bulwark.api.s3.Tag.builder().key(tag.key()).value(tag.value()).build())
            .toList(),
        true);
  }

  UntagResourceResult untag(UntagResourceRequest in, Call call) {
    points.change(
        in.accountId(),
        name(in.resourceArn()),
        call,
        point -> {
          var tags = new LinkedHashMap<>(point.tags());
          List.copyOf(in.tagKeys()).forEach(tags::remove);
          return point.withTags(tags);
        });
    return UntagResourceResult.builder().build();
  }

  /** The access point that an ARN names. Other resources of S3 Control are not built. */
  static String name(String arn) {
    return Arn.tryParse(arn)
        .map(Arn::resource)
        .filter(resource -> resource.startsWith(TYPE))
        .map(resource -> resource.substring(TYPE.length()))
        .orElseThrow(() -> S3Errors.notBuilt("Tags are implemented for access points alone"));
  }
}
