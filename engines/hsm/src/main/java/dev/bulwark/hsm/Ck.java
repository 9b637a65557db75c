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
  static final long ENCRYPTED_DATA_INVALID = 0x40;
  static final long ENCRYPTED_DATA_LEN_RANGE = 0x41;
  static final long USER_ALREADY_LOGGED_IN = 0x100;

  static final long SECRET_KEY = 0x4;
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
  static final long VALUE_LEN = 0x161;
  static final long EXTRACTABLE = 0x162;
  static final long MODIFIABLE = 0x170;

  static final long AES_KEY_GEN = 0x1080;
  static final long AES_GCM = 0x1087;

  private Ck() {}
}
