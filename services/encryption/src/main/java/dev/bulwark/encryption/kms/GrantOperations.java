package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What grants can be about.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations">Grant
 *     operations</a>
 */
final class GrantOperations {
  /** Operations with an encryption context, on which constraints bear. */
  static final Set<String> HAVE_CONTEXT =
      Set.of(
          "Decrypt",
          "Encrypt",
          "GenerateDataKey",
          "GenerateDataKeyPair",
          "GenerateDataKeyPairWithoutPlaintext",
          "GenerateDataKeyWithoutPlaintext",
          "ReEncryptFrom",
          "ReEncryptTo");

  private static final List<String> ANY_KEY = List.of("CreateGrant", "RetireGrant", "DescribeKey");
  private static final List<String> CIPHERTEXTS =
      List.of("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo");
  private static final List<String> DATA_KEYS =
      List.of(
          "GenerateDataKey",
          "GenerateDataKeyWithoutPlaintext",
          "GenerateDataKeyPair",
          "GenerateDataKeyPairWithoutPlaintext");

  private GrantOperations() {}

  /** What a grant on such a key can be about, in the order in which refusals name it. */
  static List<String> fitting(KeySpec spec, KeyUsage usage) {
    var own =
        switch (usage) {
          case ENCRYPT_DECRYPT -> CIPHERTEXTS;
          case SIGN_VERIFY -> List.of("Sign", "Verify");
          case GENERATE_VERIFY_MAC -> List.of("GenerateMac", "VerifyMac");
          case KEY_AGREEMENT -> List.of("DeriveSharedSecret");
        };
    var more =
        spec == KeySpec.SYMMETRIC_DEFAULT
            ? DATA_KEYS
            : spec.isPair() ? List.of("GetPublicKey") : List.<String>of();
    return Stream.of(ANY_KEY, own, more).flatMap(List::stream).toList();
  }
}
