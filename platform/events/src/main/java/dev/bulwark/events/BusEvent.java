package dev.bulwark.events;

import java.time.Instant;
import java.util.List;

/**
 * What a service tells the default event bus of an account besides API calls, on its way there.
 *
 * @param source for instance {@code aws.kms}
 * @param detailType for instance {@code KMS CMK Rotation}
 * @param resources ARNs
 * @param detail as JSON
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/ref/events.html">Events from AWS
 *     services</a>
 */
public record BusEvent(
    String accountId,
    String region,
    Instant time,
    String source,
    String detailType,
    List<String> resources,
    String detail) {
  /** Copies the list. */
  public BusEvent {
    resources = List.copyOf(resources);
  }
}
