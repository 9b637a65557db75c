package dev.bulwark.messaging.eventbridge;

import dev.bulwark.base.Ids;
import dev.bulwark.messaging.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as rules and targets see them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html">Event
 *     structure</a>
 */
final class Events {
  private Events() {}

  static ObjectNode of(
      BusName bus,
      String source,
      String detailType,
      Instant time,
      List<String> resources,
      JsonNode detail) {
    var event =
        Json.object()
            .put("version", "0")
            .put("id", Ids.uuid())
            .put("detail-type", detailType)
            .put("source", source)
            .put("account", bus.accountId())
            .put("time", time(time))
            .put("region", bus.region());
    var array = event.putArray("resources");
    resources.forEach(array::add);
    event.set("detail", detail);
    return event;
  }

  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
