package dev.bulwark.hsm;

import java.util.HexFormat;

/** Hash functions that signatures, MACs and OAEP are made with. */
public enum Hash {
  /** For OAEP alone. */
  SHA_1(20, Ck.SHA_1, 0, Ck.MGF1_SHA1, ""),
  SHA_256(32, Ck.SHA256, Ck.SHA256_HMAC, Ck.MGF1_SHA256, "3031300d060960864801650304020105000420"),
  SHA_384(48, Ck.SHA384, Ck.SHA384_HMAC, Ck.MGF1_SHA384, "3041300d060960864801650304020205000430"),
  SHA_512(64, Ck.SHA512, Ck.SHA512_HMAC, Ck.MGF1_SHA512, "3051300d060960864801650304020305000440");

  private final int bytes;
  private final long mechanism;
  private final long hmac;
  private final long mgf;
  private final String digestInfo;

  Hash(int bytes, long mechanism, long hmac, long mgf, String digestInfo) {
    this.bytes = bytes;
    this.mechanism = mechanism;
    this.hmac = hmac;
    this.mgf = mgf;
    this.digestInfo = digestInfo;
  }

  /** The length of a digest. */
  public int bytes() {
    return bytes;
  }

  long mechanism() {
    return mechanism;
  }

  long hmac() {
    return hmac;
  }

  long mgf() {
    return mgf;
  }

  /** The DigestInfo of RFC 8017, section 9.2. */
  byte[] digestInfo(byte[] digest) {
    var prefix = HexFormat.of().parseHex(digestInfo);
    var whole = java.util.Arrays.copyOf(prefix, prefix.length + digest.length);
    System.arraycopy(digest, 0, whole, prefix.length, digest.length);
    return whole;
  }
}
