package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;

/** When keys were last used, and what policies make of it. */
final class KeyUsesTest {
  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private JsonNode lastUsage(String key) {
    return lab.call("GetKeyLastUsage", "{\"KeyId\":\"" + key + "\"}");
  }

  @Test
  void aKeyTellsItsLastUse() {
    var key = lab.key();
    var never = lastUsage(key);
    assertThat(never.has("KeyLastUsage")).isFalse();
    assertThat(never.path("KeyId").asString()).isEqualTo(key);
    assertThat(never.path("TrackingStartDate").asDouble())
        .isEqualTo(never.path("KeyCreationDate").asDouble());
    kms.describeKey(r -> r.keyId(key));
    assertCode(
        "InvalidKeyUsageException",
        () -> kms.generateMac(r -> r.keyId(key).message(bytes("x")).macAlgorithm("HMAC_SHA_256")));
    assertThat(lastUsage(key).has("KeyLastUsage")).isFalse();

    var sealed = lab.encrypt(key, Map.of());
    assertThat(lastUsage(key).at("/KeyLastUsage/Operation").asString()).isEqualTo("Encrypt");
    kms.decrypt(r -> r.ciphertextBlob(sealed));
    lab.kms.flushUses();
    var used = lastUsage(key).path("KeyLastUsage");
    assertThat(used.path("Operation").asString()).isEqualTo("Decrypt");
    lab.events.flush();
    assertThat(lab.events.callsAfter(0, 100))
        .anySatisfy(
            call -> {
              assertThat(call.eventId()).isEqualTo(used.path("CloudTrailEventId").asString());
              assertThat(call.eventName()).isEqualTo("Decrypt");
              assertThat(new String(call.record(), StandardCharsets.UTF_8))
                  .contains(used.path("KmsRequestId").asString());
            });
    assertThat(lastUsage("00000000-0000-0000-0000-000000000000").path("__type").asString())
        .endsWith("NotFoundException");
  }

  @Test
  void bothKeysOfAReEncryptionAreUsed() {
    var from = lab.key();
    var to = lab.key();
    var sealed = lab.encrypt(from, Map.of());
    kms.reEncrypt(r -> r.ciphertextBlob(sealed).destinationKeyId(to));
    for (var key : new String[] {from, to}) {
      assertThat(lastUsage(key).at("/KeyLastUsage/Operation").asString()).isEqualTo("ReEncrypt");
    }
  }

  @Test
  void aPolicyKeepsKeysThatAreInUse() {
    var bob = lab.user("Bob");
    var key = lab.key();
    lab.allow(
        "Bob",
        "kms:ScheduleKeyDeletion",
        "{\"NumericGreaterThan\": {\"kms:TrailingDaysWithoutKeyUsage\": \"30\"}}");
    lab.advance(Duration.ofDays(20));
    lab.encrypt(key, Map.of());
    lab.advance(Duration.ofDays(20));
    assertCode("AccessDeniedException", () -> bob.scheduleKeyDeletion(r -> r.keyId(key)));
    lab.advance(Duration.ofDays(20));
    bob.scheduleKeyDeletion(r -> r.keyId(key));
  }
}
