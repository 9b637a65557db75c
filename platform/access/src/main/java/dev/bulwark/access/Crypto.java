package dev.bulwark.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 and HMAC-SHA256 of the JDK, without looking up the provider for each use. */
final class Crypto {
  /** The SHA-256 of nothing, in hexadecimal. */
  static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final MessageDigest SHA256 = newDigest();

  private Crypto() {}

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** A new digest, ready for use. */
  static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA256.clone();
    } catch (CloneNotSupportedException e) {
      return newDigest();
    }
  }

  static byte[] sha256(byte[] bytes, int from, int length) {
    var digest = sha256();
    digest.update(bytes, from, length);
    return digest.digest();
  }

  static String sha256Hex(byte[] bytes) {
    return bytes.length == 0
        ? EMPTY_HASH
        : HexFormat.of().formatHex(sha256(bytes, 0, bytes.length));
  }

  /** A keyed MAC that is never used itself: see {@link #hmac(Mac, byte[], int, int)}. */
  static Mac hmacKey(byte[] key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }

  /** The MAC under a shared key, by a clone of it; safe in many threads. */
  static byte[] hmac(Mac key, byte[] bytes, int from, int length) {
    try {
      var mac = (Mac) key.clone();
      mac.update(bytes, from, length);
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the provider's HmacSHA256 cannot be cloned", e);
    }
  }

  /** AWS4-HMAC-SHA256's signing key. */
  static Mac signingKey(byte[] seed, String date, String region, String service) {
    var key = hmac(seed, date);
    key = hmac(key, region);
    key = hmac(key, service);
    return hmacKey(hmac(key, "aws4_request"));
  }

  private static byte[] hmac(byte[] key, String text) {
    return hmacKey(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
