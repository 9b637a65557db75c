package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.util.Set;

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

  private static final Set<String> ANY_KEY = Set.of("CreateGrant", "DescribeKey", "RetireGrant");

  private GrantOperations() {}

  /** Whether a grant on such a key can be about an operation. */
  static boolean fit(KeySpec spec, KeyUsage usage, String operation) {
    if (ANY_KEY.contains(operation)) {
      return true;
    }
    return switch (usage) {
      case ENCRYPT_DECRYPT ->
          spec == KeySpec.SYMMETRIC_DEFAULT
              ? HAVE_CONTEXT.contains(operation)
              : Set.of("Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "GetPublicKey")
                  .contains(operation);
      case SIGN_VERIFY -> Set.of("Sign", "Verify", "GetPublicKey").contains(operation);
      case GENERATE_VERIFY_MAC -> Set.of("GenerateMac", "VerifyMac").contains(operation);
      case KEY_AGREEMENT -> Set.of("DeriveSharedSecret", "GetPublicKey").contains(operation);
    };
  }
}
