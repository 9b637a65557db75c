package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.AttestationDocument;
import dev.bulwark.service.Call;
import dev.bulwark.wire.JsonText;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What events of the use of keys tell besides: the material, the custom key store, the recipient.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html">Examples
 *     of AWS KMS log entries</a>
 */
final class EventDetails {
  /** The registers that events tell of; the first has a name of its own. */
  private static final List<Integer> REGISTERS = List.of(1, 2, 3, 4, 8);

  private EventDetails() {}

  /** The material that did the work, where it is not the only one that the key can have. */
  static void tellMaterial(Call call, @Nullable String materialId) {
    if (materialId != null) {
      call.adds(json -> json.put("keyMaterialId", materialId));
    }
  }

  /** The same of both ends of a ciphertext's way from key to key. */
  static void tellMaterials(Call call, @Nullable String source, @Nullable String destination) {
    if (source != null || destination != null) {
      call.adds(
          json ->
              json.put("destinationKeyMaterialId", destination).put("sourceKeyMaterialId", source));
    }
  }

  /** The custom key store of a key that is used, and its key outside. */
  static void tellStore(Call call, KeyRecord key) {
    call.adds(json -> putStore(json, key));
  }

  private static void putStore(JsonText json, KeyRecord key) {
    json.put("customKeyStoreId", key.identity().keyStoreId())
        .put("xksKeyId", key.identity().externalKeyId());
  }

  /** What another service's use of a key tells; null where that is nothing. */
  static @Nullable Consumer<JsonText> of(KeyRecord key, @Nullable String materialId) {
    if (KeyBackends.isCustom(key)) {
      return json -> putStore(json, key);
    }
    return materialId == null ? null : json -> json.put("keyMaterialId", materialId);
  }

  /** The enclave that an answer is for; registers in base64, as was observed at AWS. */
  static void tellRecipient(Call call, AttestationDocument recipient) {
    call.adds(
        json -> {
          json.begin("recipient")
              .put("attestationDocumentModuleId", recipient.moduleId())
              .put("attestationDocumentEnclaveImageDigest", register(recipient, 0));
          REGISTERS.forEach(
              number ->
                  json.put("attestationDocumentEnclavePCR" + number, register(recipient, number)));
          json.end();
        });
  }

  private static @Nullable String register(AttestationDocument recipient, int number) {
    var value = recipient.registers().get(number);
    return value == null
        ? null
        : Base64.getEncoder().encodeToString(HexFormat.of().parseHex(value));
  }
}
