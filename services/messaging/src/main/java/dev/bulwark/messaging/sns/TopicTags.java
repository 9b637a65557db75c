package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.ListTagsForResourceRequest;
import dev.bulwark.api.sns.ListTagsForResourceResponse;
import dev.bulwark.api.sns.Tag;
import dev.bulwark.api.sns.TagResourceRequest;
import dev.bulwark.api.sns.TagResourceResponse;
import dev.bulwark.api.sns.UntagResourceRequest;
import dev.bulwark.api.sns.UntagResourceResponse;
import dev.bulwark.messaging.ResourceTags;
import dev.bulwark.service.Call;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tags of topics. */
final class TopicTags {
  private final SnsTables tables;
  private final Topics topics;

  TopicTags(SnsTables tables, Topics topics) {
    this.tables = tables;
    this.topics = topics;
  }

  /** The tags of a topic after some were added. */
  static Map<String, String> checked(Map<String, String> before, @Nullable List<Tag> added) {
    var given = new LinkedHashMap<String, String>();
    if (added != null) {
      added.forEach(tag -> given.put(tag.key(), tag.value()));
      if (given.size() < added.size()) {
        throw SnsErrors.invalid("Duplicated keys are not allowed.");
      }
    }
    return ResourceTags.with(
        before,
        given,
        () -> SnsErrors.invalid("Tags Reason: aws: prefixed tag key names are not allowed"),
        SnsErrors::tooManyTags);
  }

  /** The topic of an ARN, as the operations on tags find it. */
  LoadedTopic find(String arn, Call call) {
    if (tables.findByArn(arn).isEmpty()) {
      throw SnsErrors.noSuchResource();
    }
    return topics.require(arn, call);
  }

  TagResourceResponse tag(TagResourceRequest in, Call call) {
    topics.change(
        find(in.resourceArn(), call),
        call,
        record -> record.withTags(checked(record.tags(), in.tags())));
    return TagResourceResponse.builder().build();
  }

  UntagResourceResponse untag(UntagResourceRequest in, Call call) {
    topics.change(
        find(in.resourceArn(), call),
        call,
        record -> record.withTags(ResourceTags.without(record.tags(), in.tagKeys())));
    return UntagResourceResponse.builder().build();
  }

  ListTagsForResourceResponse list(ListTagsForResourceRequest in, Call call) {
    var tags = new TreeMap<>(find(in.resourceArn(), call).record().tags());
    return ListTagsForResourceResponse.builder()
        .tags(
            tags.entrySet().stream()
                .map(one -> Tag.builder().key(one.getKey()).value(one.getValue()).build())
                .toList())
        .build();
  }
}
