package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.logs.CreateLogStreamRequest;
import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.api.logs.LogsApi;
import dev.bulwark.api.logs.PutLogEventsRequest;
import dev.bulwark.base.Arn;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes events into log groups of CloudWatch Logs, whose account's resource policies have to let
 * EventBridge in.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions">CloudWatch
 *     Logs permissions</a>
 */
final class LogCarrier {
  private static final String GROUP = "log-group:";
  private static final int MOST_STREAMS = 10_000;

  private final ServiceCalls calls;
  private final Clock clock;

  /** The stream that this process writes into, for each rule and group. */
  private final Map<String, String> streams = new ConcurrentHashMap<>();

  LogCarrier(ServiceCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /** The name of the group that an ARN names; empty where it is none of a group. */
  static Optional<String> group(Arn arn) {
    if (!arn.service().equals("logs") || !arn.resource().startsWith(GROUP)) {
      return Optional.empty();
    }
    var name = arn.resource().substring(GROUP.length());
    return Optional.of(name.endsWith(":*") ? name.substring(0, name.length() - 2) : name)
        .filter(one -> !one.isEmpty() && one.indexOf(':') < 0);
  }

  /**
   * Writes an event.
   *
   * @throws ApiException what Logs answers
   */
  void deliver(EventDelivery delivery, String text) {
    var arn = Arn.parse(delivery.target().arn());
    var group = group(arn).orElseThrow();
    var key = delivery.bus().ruleArn(delivery.rule()) + " " + arn;
    var known = streams.get(key);
    if (known == null) {
      known = newStream(delivery, arn, group);
      if (streams.size() < MOST_STREAMS) {
        streams.put(key, known);
      }
    }
    try {
      put(delivery, arn, group, known, text);
    } catch (ApiException e) {
      streams.remove(key);
      if (!e.code().equals("ResourceNotFoundException")) {
        throw e;
      }
      put(delivery, arn, group, newStream(delivery, arn, group), text);
    }
  }

  private String newStream(EventDelivery delivery, Arn arn, String group) {
    var stream = Ids.uuid();
    calls.call(
        TargetCaller.service(delivery),
        arn.region(),
        LogsApi.CREATE_LOG_STREAM,
        CreateLogStreamRequest.builder().logGroupName(group).logStreamName(stream).build());
    return stream;
  }

  private void put(EventDelivery delivery, Arn arn, String group, String stream, String text) {
    calls.call(
        TargetCaller.service(delivery),
        arn.region(),
        LogsApi.PUT_LOG_EVENTS,
        PutLogEventsRequest.builder()
            .logGroupName(group)
            .logStreamName(stream)
            .logEvents(List.of(new InputLogEvent(clock.millis(), text)))
            .build());
  }
}
