package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.GetKeyLastUsageRequest;
import dev.bulwark.api.kms.GetKeyLastUsageResponse;
import dev.bulwark.api.kms.KeyLastUsageData;
import dev.bulwark.service.Call;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Key;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When each key was last used for cryptography, and how. Uses are noted in memory and written
 * together once a minute, so that no use waits for the disk; a crash forgets the last minute's.
 */
final class KeyUses {
  private static final String BEGINNING = "beginning";

  private final KmsTables tables;
  private final KeyFinder finder;
  private final Table<KeyUseRecord> uses;
  private final Table<String> state;
  private final Instant beginning;

  /** By the ARN of the key; not yet written. */
  private final Map<String, KeyUseRecord> latest = new ConcurrentHashMap<>();

  /**
   * A successful use.
   *
   * @param eventId in the record of the key's account; null where the caller's is another
   * @param requestId null where another service asked
   */
  record KeyUseRecord(
      String operation, Instant time, @Nullable String eventId, @Nullable String requestId) {}

  KeyUses(KmsTables tables, KeyFinder finder, Instant now) {
    this.tables = tables;
    this.finder = finder;
    uses = tables.store().table(TableSpec.json("kms_key_uses", KeyUseRecord.class));
    state = tables.store().table(TableSpec.of("kms_key_uses_state", Codec.string()));
    beginning = begin(now);
  }

  private Instant begin(Instant now) {
    var known = state.get(BEGINNING);
    if (known != null) {
      return Instant.parse(known);
    }
    tables.store().append(tx -> state.put(tx, BEGINNING, now.toString()));
    return now;
  }

  /** Notes the use of a key by a call that has succeeded. */
  void note(String arn, Call call) {
    boolean own = arn.startsWith(call.principal().accountId(), arn.indexOf(':', 12) + 1);
    latest.put(
        arn,
        new KeyUseRecord(
            call.operation().name(), call.time(), own ? call.eventId() : null, call.requestId()));
  }

  /** Notes the use of a key by another service. */
  void note(String arn, String operation, Instant time, String eventId) {
    latest.put(arn, new KeyUseRecord(operation, time, eventId, null));
  }

  /** Writes what was noted. */
  void flush() {
    var noted = new HashMap<>(latest);
    if (noted.isEmpty()) {
      return;
    }
    tables
        .store()
        .run(
            tx -> {
              for (var use : noted.entrySet()) {
                uses.put(tx, row(use.getKey()), use.getValue());
              }
            });
    noted.forEach(latest::remove);
  }

  /** Forgets everything, for a laboratory. */
  void clear() {
    latest.clear();
  }

  /** {@code arn:aws:kms:region:account:key/id}. */
  private static String row(String arn) {
    var parts = arn.split(":", 6);
    return Key.of(parts[4], parts[3], parts[5].substring("key/".length()));
  }

  /** The key is gone. */
  void forget(WriteTx tx, KeyIdentity key) {
    latest.remove(key.arn());
    uses.delete(tx, KmsTables.key(key));
  }

  private @Nullable KeyUseRecord last(KeyIdentity key) {
    var noted = latest.get(key.arn());
    return noted == null ? uses.get(KmsTables.key(key)) : noted;
  }

  private Instant trackedSince(KeyIdentity key) {
    return key.created().isAfter(beginning) ? key.created() : beginning;
  }

  /** The days since a key was last used, or since that is known: a condition key. */
  long daysWithout(KeyIdentity key, Instant now) {
    var last = last(key);
    return Duration.between(last == null ? trackedSince(key) : last.time(), now).toDays();
  }

  GetKeyLastUsageResponse lastUsage(GetKeyLastUsageRequest in, Call call) {
    var key = KeyStore.noted(finder.byId(in.keyId(), call).present(), call).record().identity();
    var last = last(key);
    return GetKeyLastUsageResponse.builder()
        .keyId(key.arn())
        .keyLastUsage(
            last == null
                ? null
                : KeyLastUsageData.builder()
                    .operation(last.operation())
                    .timestamp(last.time())
                    .cloudTrailEventId(last.eventId())
                    .kmsRequestId(last.requestId())
                    .build())
        .trackingStartDate(trackedSince(key))
        .keyCreationDate(key.created())
        .build();
  }
}
