package dev.bulwark.cloudhsm.protocol;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a client asks for, with the fields that it sends and gets. Kinds of keys, schemes and hash
 * functions are names: AES_128, AES_192, AES_256, HMAC_256, HMAC_384, HMAC_512, RSA_2048, RSA_3072,
 * RSA_4096, EC_P256, EC_P384, EC_P521; ECDSA, RSA_PKCS1, RSA_PSS; SHA_1, SHA_256, SHA_384, SHA_512.
 */
public enum Operation {
  /** User name, password. */
  LOG_IN(1, 2),
  /** Nothing. */
  LOG_OUT(2, 0),
  /** Old password, new password. All other sessions of the user end. */
  CHANGE_PASSWORD(3, 2),
  /**
   * After which name, empty for the first keys. Gets name and kind of each key in the order of the
   * names, of {@link #PAGE} keys at the most; fewer are the last ones.
   */
  LIST_KEYS(4, 1),
  /** Name, kind. Makes a key or a pair. */
  GENERATE_KEY(5, 2),
  /** Name. */
  DELETE_KEY(6, 1),
  /** Name. Gets the kind. */
  DESCRIBE_KEY(7, 1),
  /** Name of a pair. Gets a SubjectPublicKeyInfo. */
  PUBLIC_KEY(8, 1),
  /**
   * New name, kind, name of the key that unwraps, wrapped key. Brings a secret key in, wrapped by
   * RSA-OAEP with SHA-1 or by AES key wrap with padding (RFC 5649), as the key's kind is.
   */
  UNWRAP_KEY(9, 4),
  /** Name, scheme, hash function, digest. Gets the signature; ECDSA's is r and s, side by side. */
  SIGN(10, 4),
  /** Name, scheme, hash function, digest, signature. Gets a byte: 1 where it is right. */
  VERIFY(11, 5),
  /** Name, associated data, plaintext. Gets the nonce, and ciphertext with tag: AES-GCM. */
  ENCRYPT(12, 3),
  /** Name, nonce, associated data, ciphertext with tag. Gets the plaintext. */
  DECRYPT(13, 4),
  /** Name, hash function, MGF1's hash function, plaintext. Gets the ciphertext: RSA-OAEP. */
  ENCRYPT_OAEP(14, 4),
  /** Name, hash function, MGF1's hash function, ciphertext. Gets the plaintext. */
  DECRYPT_OAEP(15, 4),
  /** Name, hash function, message. Gets the HMAC. */
  MAC(16, 3),
  /** How many, up to {@link #MAX_RANDOM}. Gets random bytes. */
  RANDOM(17, 1);

  /** How many keys {@link #LIST_KEYS} gets at once. */
  public static final int PAGE = 100;

  /** How long data can be that is encrypted or authenticated. */
  public static final int MAX_DATA = 64 * 1024;

  /** How many random bytes there are at once. */
  public static final int MAX_RANDOM = 1024;

  private final int code;
  private final int fields;

  Operation(int code, int fields) {
    this.code = code;
    this.fields = fields;
  }

  public int code() {
    return code;
  }

  /** How many fields a request has. */
  public int fields() {
    return fields;
  }

  public static Optional<Operation> of(int code) {
    return Arrays.stream(values()).filter(one -> one.code == code).findFirst();
  }
}
