package dev.bulwark.cryptography;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An HMAC key (RFC 2104), ready for use. Safe for many threads. */
public final class MacKey implements UsableKey {
  private final KeySpec spec;

  /** Never used itself: each use takes a clone, which saves setting up the key. */
  private final Mac keyed;

  private MacKey(KeySpec spec, Mac keyed) {
    this.spec = spec;
    this.keyed = keyed;
  }

  static MacKey of(KeyMaterial material) {
    try {
      var algorithm = material.spec().javaName();
      var mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(material.secret(), algorithm));
      return new MacKey(material.spec(), mac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + material.spec(), e);
    }
  }

  @Override
  public KeySpec spec() {
    return spec;
  }

  /** The MAC of a message. */
  public byte[] mac(byte[] message) {
    try {
      return ((Mac) keyed.clone()).doFinal(message);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java cannot copy " + spec, e);
    }
  }

  /** Whether that is the MAC of the message; takes the same time whatever the answer. */
  public boolean verify(byte[] message, byte[] mac) {
    return MessageDigest.isEqual(mac(message), mac);
  }

  @Override
  public String toString() {
    return "MacKey[" + spec + "]";
  }
}
