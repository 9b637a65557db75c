package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeySpec;
import java.util.List;

/** What a key is for, by AWS's names; fixed when it is made. */
public enum KeyUsage {
  ENCRYPT_DECRYPT,
  SIGN_VERIFY,
  GENERATE_VERIFY_MAC,
  KEY_AGREEMENT;

  /** What keys of that kind can be made for. */
  static List<KeyUsage> of(KeySpec spec) {
    return switch (spec.family()) {
      case SYMMETRIC -> List.of(ENCRYPT_DECRYPT);
      case RSA -> List.of(ENCRYPT_DECRYPT, SIGN_VERIFY);
      case NIST_CURVE -> List.of(SIGN_VERIFY, KEY_AGREEMENT);
      case SECG_CURVE, EDWARDS_CURVE, ML_DSA -> List.of(SIGN_VERIFY);
      case HMAC -> List.of(GENERATE_VERIFY_MAC);
    };
  }
}
