package dev.bulwark.encryption.kms;

import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.List;

/**
 * What KMS tells the event bus of a key's account and Region of what happens to keys by itself.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html">Monitor KMS
 *     keys with Amazon EventBridge</a>
 */
final class KeyEvents {
  private final EventStreams events;

  KeyEvents(EventStreams events) {
    this.events = events;
  }

  /** New material has taken over. */
  void rotated(WriteTx tx, KeyRecord key, Instant time) {
    tell(tx, key, "KMS CMK Rotation", time);
  }

  /** Imported material has expired. */
  void expired(WriteTx tx, KeyRecord key, Instant time) {
    tell(tx, key, "KMS Imported Key Material Expiration", time);
  }

  /** The key's waiting period is over, and it is gone. */
  void deleted(WriteTx tx, KeyRecord key, Instant time) {
    tell(tx, key, "KMS CMK Deletion", time);
  }

  private void tell(WriteTx tx, KeyRecord key, String detailType, Instant time) {
    events.append(
        tx,
        new BusEvent(
            key.accountId(),
            key.region(),
            time,
            "aws.kms",
            detailType,
            List.of(key.arn()),
            "{\"key-id\":\"" + key.keyId() + "\"}"));
  }
}
