package dev.bulwark.hsm;

/**
 * Constants of PKCS#11.
 *
 * @see <a
 *     href="https://docs.oasis-open.org/pkcs11/pkcs11-base/v2.40/os/pkcs11-base-v2.40-os.html">PKCS
 *     #11 Base Specification 2.40</a>
 */
final class Ck {
  static final long OS_LOCKING_OK = 0x2;
  static final long RW_SESSION = 0x2;
  static final long SERIAL_SESSION = 0x4;
  static final long TOKEN_INITIALIZED = 0x400;

  static final long SECURITY_OFFICER = 0;
  static final long USER = 1;

  static final long OK = 0;
  static final long GENERAL_ERROR = 0x5;
  static final long ATTRIBUTE_SENSITIVE = 0x11;
  static final long DATA_INVALID = 0x20;
  static final long DATA_LEN_RANGE = 0x21;
  static final long ENCRYPTED_DATA_INVALID = 0x40;
  static final long ENCRYPTED_DATA_LEN_RANGE = 0x41;
  static final long KEY_HANDLE_INVALID = 0x60;
  static final long OBJECT_HANDLE_INVALID = 0x82;
  static final long PIN_INCORRECT = 0xa0;
  static final long PIN_LOCKED = 0xa4;
  static final long SIGNATURE_INVALID = 0xc0;
  static final long SIGNATURE_LEN_RANGE = 0xc1;
  static final long USER_ALREADY_LOGGED_IN = 0x100;
  static final long WRAPPED_KEY_INVALID = 0x110;
  static final long WRAPPED_KEY_LEN_RANGE = 0x112;

  static final long PUBLIC_KEY = 0x2;
  static final long PRIVATE_KEY = 0x3;
  static final long SECRET_KEY = 0x4;

  static final long RSA = 0x0;
  static final long EC = 0x3;
  static final long GENERIC_SECRET = 0x10;
  static final long AES = 0x1f;

  static final long CLASS = 0x0;
  static final long TOKEN = 0x1;
  static final long PRIVATE = 0x2;
  static final long LABEL = 0x3;
  static final long VALUE = 0x11;
  static final long KEY_TYPE = 0x100;
  static final long ID = 0x102;
  static final long SENSITIVE = 0x103;
  static final long ENCRYPT = 0x104;
  static final long DECRYPT = 0x105;
  static final long WRAP = 0x106;
  static final long UNWRAP = 0x107;
  static final long SIGN = 0x108;
  static final long VERIFY = 0x10a;
  static final long MODULUS = 0x120;
  static final long MODULUS_BITS = 0x121;
  static final long PUBLIC_EXPONENT = 0x122;
  static final long VALUE_LEN = 0x161;
  static final long EXTRACTABLE = 0x162;
  static final long LOCAL = 0x163;
  static final long ALWAYS_SENSITIVE = 0x165;
  static final long MODIFIABLE = 0x170;
  static final long EC_PARAMS = 0x180;
  static final long EC_POINT = 0x181;

  static final long RSA_KEY_PAIR_GEN = 0x0;
  static final long RSA_PKCS = 0x1;
  static final long RSA_X_509 = 0x3;
  static final long RSA_PKCS_OAEP = 0x9;
  static final long RSA_PKCS_PSS = 0xd;
  static final long SHA_1 = 0x220;
  static final long SHA256 = 0x250;
  static final long SHA256_HMAC = 0x251;
  static final long SHA384 = 0x260;
  static final long SHA384_HMAC = 0x261;
  static final long SHA512 = 0x270;
  static final long SHA512_HMAC = 0x271;
  static final long GENERIC_SECRET_KEY_GEN = 0x350;
  static final long EC_KEY_PAIR_GEN = 0x1040;
  static final long ECDSA = 0x1041;
  static final long AES_KEY_GEN = 0x1080;
  static final long AES_ECB = 0x1081;
  static final long AES_GCM = 0x1087;
  static final long AES_KEY_WRAP_PAD = 0x210a;

  static final long MGF1_SHA1 = 1;
  static final long MGF1_SHA256 = 2;
  static final long MGF1_SHA384 = 3;
  static final long MGF1_SHA512 = 4;

  private Ck() {}
}
