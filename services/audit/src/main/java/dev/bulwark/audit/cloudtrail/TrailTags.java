package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.AddTagsRequest;
import dev.bulwark.api.cloudtrail.AddTagsResponse;
import dev.bulwark.api.cloudtrail.ListTagsRequest;
import dev.bulwark.api.cloudtrail.ListTagsResponse;
import dev.bulwark.api.cloudtrail.RemoveTagsRequest;
import dev.bulwark.api.cloudtrail.RemoveTagsResponse;
import dev.bulwark.api.cloudtrail.ResourceTag;
import dev.bulwark.api.cloudtrail.Tag;
import dev.bulwark.service.Call;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tags of trails. */
final class TrailTags {
  private static final int MOST = 50;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;
  private static final int MOST_ARNS = 20;

  private final TrailTables tables;
  private final TrailFinder finder;

  TrailTags(TrailTables tables, TrailFinder finder) {
    this.tables = tables;
    this.finder = finder;
  }

  /**
   * Tags that a request gives.
   *
   * @throws dev.bulwark.schema.ApiException InvalidTagParameterException,
   *     TagsLimitExceededException
   */
  static Map<String, String> of(@Nullable List<Tag> given) {
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given == null ? List.<Tag>of() : given) {
      var value = tag.value() == null ? "" : tag.value();
      if (tag.key().isEmpty() || tag.key().length() > LONGEST_KEY) {
        throw CloudTrailErrors.invalidTag("Tag keys have 1 to 128 characters.");
      }
      if (value.length() > LONGEST_VALUE) {
        throw CloudTrailErrors.invalidTag("Tag values have 256 characters at the most.");
      }
      if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
        throw CloudTrailErrors.invalidTag("Tag keys cannot begin with aws:.");
      }
      if (tags.put(tag.key(), value) != null) {
        throw CloudTrailErrors.invalidTag("Duplicate tag key: " + tag.key());
      }
    }
    if (tags.size() > MOST) {
      throw CloudTrailErrors.tooManyTags();
    }
    return tags;
  }

  AddTagsResponse add(AddTagsRequest in, Call call) {
    var added = of(in.tagsList());
    requireTrail(in.resourceId());
    return call.write(
        tx -> {
          var trail = finder.requireOwn(tx, in.resourceId(), call);
          var tags = new HashMap<>(trail.tags());
          tags.putAll(added);
          if (tags.size() > MOST) {
            throw CloudTrailErrors.tooManyTags();
          }
          tables.put(tx, call, trail, trail.withTags(tags));
          return new AddTagsResponse();
        });
  }

  RemoveTagsResponse remove(RemoveTagsRequest in, Call call) {
    requireTrail(in.resourceId());
    return call.write(
        tx -> {
          var trail = finder.requireOwn(tx, in.resourceId(), call);
          var tags = new HashMap<>(trail.tags());
          in.tagsList().forEach(tag -> tags.remove(tag.key()));
          tables.put(tx, call, trail, trail.withTags(tags));
          return new RemoveTagsResponse();
        });
  }

  ListTagsResponse list(ListTagsRequest in, Call call) {
    if (in.resourceIdList().size() > MOST_ARNS) {
      throw CloudTrailErrors.invalidParameter("The list has a limit of 20 ARNs.");
    }
    in.resourceIdList().forEach(TrailTags::requireTrail);
    return tables
        .store()
        .read(
            tx ->
                new ListTagsResponse(
                    in.resourceIdList().stream()
                        .map(arn -> new ResourceTag(arn, shown(finder.require(tx, arn, call))))
                        .toList(),
                    null));
  }

  private static List<Tag> shown(TrailRecord trail) {
    return new TreeMap<>(trail.tags())
        .entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList();
  }

  private static void requireTrail(String arn) {
    if (!arn.startsWith("arn:")) {
      throw CloudTrailErrors.invalidArn(arn);
    }
    if (!arn.contains(":trail/")) {
      throw CloudTrailErrors.resourceType(arn);
    }
  }
}
