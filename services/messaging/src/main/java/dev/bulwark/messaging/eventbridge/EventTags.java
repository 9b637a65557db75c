package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.ListTagsForResourceRequest;
import dev.bulwark.api.events.ListTagsForResourceResponse;
import dev.bulwark.api.events.Tag;
import dev.bulwark.api.events.TagResourceRequest;
import dev.bulwark.api.events.TagResourceResponse;
import dev.bulwark.api.events.UntagResourceRequest;
import dev.bulwark.api.events.UntagResourceResponse;
import dev.bulwark.messaging.ResourceTags;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tags of rules and buses. */
final class EventTags {
  private final Buses buses;
  private final Rules rules;

  EventTags(Buses buses, Rules rules) {
    this.buses = buses;
    this.rules = rules;
  }

  /** The tags of a resource after some were added. */
  static Map<String, String> checked(Map<String, String> before, @Nullable List<Tag> added) {
    var given = new LinkedHashMap<String, String>();
    if (added != null) {
      added.forEach(tag -> given.put(tag.key(), tag.value()));
    }
    return ResourceTags.with(
        before,
        given,
        () -> EventErrors.validation("Tag keys that begin with aws: are reserved."),
        EventErrors::tooManyTags);
  }

  Resource resource(String arn, Call call) {
    return BusName.ofArn(arn).isPresent()
        ? buses.require(arn, call).resource()
        : Rules.resource(rules.byArn(arn, call));
  }

  private void change(String arn, Call call, UnaryOperator<Map<String, String>> change) {
    if (BusName.ofArn(arn).isPresent()) {
      var bus = buses.require(arn, call);
      buses.change(bus.name(), call, record -> record.withTags(change.apply(record.tags())));
    } else {
      rules.change(
          rules.byArn(arn, call), call, record -> record.withTags(change.apply(record.tags())));
    }
  }

  TagResourceResponse tag(TagResourceRequest in, Call call) {
    change(in.resourceARN(), call, tags -> checked(tags, in.tags()));
    return TagResourceResponse.builder().build();
  }

  UntagResourceResponse untag(UntagResourceRequest in, Call call) {
    change(in.resourceARN(), call, tags -> ResourceTags.without(tags, in.tagKeys()));
    return UntagResourceResponse.builder().build();
  }

  ListTagsForResourceResponse list(ListTagsForResourceRequest in, Call call) {
    var tags =
        new TreeMap<>(
            BusName.ofArn(in.resourceARN()).isPresent()
                ? buses.require(in.resourceARN(), call).record().tags()
                : rules.byArn(in.resourceARN(), call).tags());
    return ListTagsForResourceResponse.builder()
        .tags(
            tags.entrySet().stream()
                .map(one -> Tag.builder().key(one.getKey()).value(one.getValue()).build())
                .toList())
        .build();
  }
}
