package dev.bulwark.messaging.eventbridge;

import dev.bulwark.access.Principal;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.messaging.DataKeyEnvelope;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.MessageKeys.DataKey;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceCallers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Customers' KMS keys of buses, under which their own events are sealed while they wait for
 * targets, and of archives. KMS is asked as {@code events.amazonaws.com} with the bus as source; a
 * data key is used for five minutes.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html">Encrypting
 *     event buses with KMS keys</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html">Encrypting
 *     archives with KMS keys</a>
 */
final class BusKeys {
  private static final String SERVICE = "events.amazonaws.com";
  private static final Duration REUSE = Duration.ofMinutes(5);
  private static final int MOST_KEYS = 10_000;

  private record Cached(DataKey key, Instant until) {}

  private final MessageKeys keys;
  private final Supplier<ServiceCallers> callers;
  private final Clock clock;
  private final Map<String, Cached> cached = new ConcurrentHashMap<>();

  BusKeys(MessageKeys keys, Supplier<ServiceCallers> callers, Clock clock) {
    this.keys = keys;
    this.callers = callers;
    this.clock = clock;
  }

  private Caller caller(BusName bus) {
    return callers
        .get()
        .of(
            new Principal.ServicePrincipal(SERVICE, bus.accountId(), bus.arn()),
            bus.region(),
            KmsApi.MODEL.info());
  }

  /** Whether KMS may answer otherwise soon, without anybody changing the key. */
  static boolean isTemporary(ApiException refusal) {
    return refusal.httpStatus() >= 500 || refusal.code().equals("ThrottlingException");
  }

  private static Map<String, String> context(String busArn) {
    return Map.of("aws:events:event-bus:arn", busArn);
  }

  /**
   * The key that a client gave for a bus or an archive of it, which EventBridge can use; null for
   * none, as which an empty text counts, too.
   *
   * @throws ApiException ValidationException where KMS refuses it
   */
  @Nullable String checked(BusName bus, @Nullable String given) {
    if (given == null || given.isEmpty()) {
      return null;
    }
    try {
      var made = keys.generate(caller(bus), given, context(bus.arn()));
      keys.decrypt(caller(bus), made.ciphertext(), context(bus.arn()));
      return given;
    } catch (ApiException e) {
      throw EventErrors.keyNotUsable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Seals what a target is told, or an archive keeps.
   *
   * @throws ApiException as KMS refuses it
   */
  byte[] seal(BusName bus, String kmsKey, String text, String id) {
    var use = bus.arn() + " " + kmsKey;
    var known = cached.get(use);
    if (known == null || !known.until().isAfter(clock.instant())) {
      known =
          new Cached(
              keys.generate(caller(bus), kmsKey, context(bus.arn())), clock.instant().plus(REUSE));
      keep(use, known);
    }
    var envelope =
        DataKeyEnvelope.seal(bus.arn(), known.key(), text.getBytes(StandardCharsets.UTF_8), id);
    return envelope.put(ByteBuffer.allocate(envelope.size())).array();
  }

  /**
   * What {@link #seal} has sealed.
   *
   * @throws ApiException as KMS refuses it
   */
  String open(BusName bus, byte[] sealed, String id) {
    var envelope = DataKeyEnvelope.get(ByteBuffer.wrap(sealed));
    var use = new String(envelope.dataKey(), StandardCharsets.ISO_8859_1);
    var known = cached.get(use);
    if (known == null || !known.until().isAfter(clock.instant())) {
      var plaintext = keys.decrypt(caller(bus), envelope.dataKey(), context(envelope.arn()));
      known = new Cached(new DataKey(plaintext, envelope.dataKey()), clock.instant().plus(REUSE));
      keep(use, known);
    }
    return new String(envelope.open(known.key().plaintext(), id), StandardCharsets.UTF_8);
  }

  private void keep(String use, Cached key) {
    if (cached.size() >= MOST_KEYS) {
      cached.values().removeIf(old -> !old.until().isAfter(clock.instant()));
    }
    if (cached.size() < MOST_KEYS) {
      cached.put(use, key);
    }
  }
}
