package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.ListTagsForResourceInput;
import dev.bulwark.api.cloudwatch.ListTagsForResourceOutput;
import dev.bulwark.api.cloudwatch.Tag;
import dev.bulwark.api.cloudwatch.TagResourceInput;
import dev.bulwark.api.cloudwatch.TagResourceOutput;
import dev.bulwark.api.cloudwatch.UntagResourceInput;
import dev.bulwark.api.cloudwatch.UntagResourceOutput;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/** The tags of alarms. */
final class AlarmTags {
  private static final String ALARM = ":alarm:";

  private final AlarmStore store;

  AlarmTags(AlarmStore store) {
    this.store = store;
  }

  TagResourceOutput tag(TagResourceInput in, Call call) {
    return call.write(
        tx -> {
          var alarm = require(tx, in.resourceARN(), call);
          var all = new ArrayList<Tag>();
          new HashMap<>(alarm.tags()).forEach((key, value) -> all.add(new Tag(key, value)));
          all.addAll(in.tags());
          store.put(tx, alarm.withTags(AlarmRequests.tags(all)));
          return new TagResourceOutput();
        });
  }

  UntagResourceOutput untag(UntagResourceInput in, Call call) {
    return call.write(
        tx -> {
          var alarm = require(tx, in.resourceARN(), call);
          var tags = new HashMap<>(alarm.tags());
          in.tagKeys().forEach(tags::remove);
          store.put(tx, alarm.withTags(tags));
          return new UntagResourceOutput();
        });
  }

  ListTagsForResourceOutput list(ListTagsForResourceInput in, Call call) {
    var alarm = store.store().read((ReadTx tx) -> require(tx, in.resourceARN(), call));
    List<Tag> tags =
        new TreeMap<>(alarm.tags())
            .entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList();
    return new ListTagsForResourceOutput(tags);
  }

  private AlarmRecord require(ReadTx tx, String arn, Call call) {
    int at = arn.indexOf(ALARM);
    var alarm =
        at < 0
            ? null
            : store
                .alarms()
                .get(
                    tx,
                    AlarmStore.key(
                        call.accountId(), call.region(), arn.substring(at + ALARM.length())));
    if (alarm == null || !alarm.arn().equals(arn)) {
      throw CloudWatchErrors.noResource(arn);
    }
    return alarm;
  }
}
