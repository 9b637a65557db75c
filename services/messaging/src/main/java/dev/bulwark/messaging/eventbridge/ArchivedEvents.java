package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.DataKeyEnvelope;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.Sealer;
import java.nio.ByteBuffer;
import tools.jackson.databind.JsonNode;

/**
 * Events as archives keep them: sealed under the key of the archive, or under the installation's
 * own. What is kept stays under the key that the archive had when it came.
 */
final class ArchivedEvents {
  private static final String PURPOSE = "events/archived";

  /** At the end of the keys of events under a key of KMS. */
  private static final String BY_KMS = "k";

  /** An event for an archive. */
  record Kept(ArchiveRecord archive, String key, byte[] sealed) {}

  private final Sealer sealer;
  private final BusKeys keys;
  private final Sequence numbers;

  ArchivedEvents(Sealer sealer, BusKeys keys, Sequence numbers) {
    this.sealer = sealer;
    this.keys = keys;
    this.numbers = numbers;
  }

  /**
   * An event, to be written.
   *
   * @throws ApiException as KMS refuses it
   */
  Kept seal(ArchiveRecord archive, JsonNode event) {
    var text = Json.text(event);
    var place =
        Sequence.text(EventRouter.time(event).toEpochMilli()) + Sequence.text(numbers.next());
    var kmsKey = archive.kmsKey();
    var key =
        Key.of(
            archive.accountId(),
            archive.region(),
            archive.name(),
            kmsKey == null ? place : place + BY_KMS);
    var sealed =
        kmsKey == null
            ? sealer.sealText(PURPOSE, text, key)
            : keys.seal(archive.bus(), kmsKey, text, key);
    return new Kept(archive, key, sealed);
  }

  /**
   * What was sealed.
   *
   * @throws ApiException as KMS refuses it
   */
  JsonNode open(BusName bus, String key, byte[] sealed) {
    var text =
        key.endsWith(BY_KMS) ? keys.open(bus, sealed, key) : sealer.openText(PURPOSE, sealed, key);
    return Json.parse(text).orElseThrow();
  }

  /** How many bytes an event has that was sealed. */
  static int size(String key, byte[] sealed) {
    return key.endsWith(BY_KMS)
        ? DataKeyEnvelope.get(ByteBuffer.wrap(sealed)).contentSize()
        : sealed.length - Sealer.OVERHEAD;
  }
}
