package dev.bulwark.hsm;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The kinds of keys that a token makes. */
public enum KeySpec {
  AES_128(Kind.AES, 16, ""),
  AES_192(Kind.AES, 24, ""),
  AES_256(Kind.AES, 32, ""),
  /** Secrets for HMAC, by their bits. */
  HMAC_256(Kind.HMAC, 32, ""),
  HMAC_384(Kind.HMAC, 48, ""),
  HMAC_512(Kind.HMAC, 64, ""),
  RSA_2048(Kind.RSA, 256, ""),
  RSA_3072(Kind.RSA, 384, ""),
  RSA_4096(Kind.RSA, 512, ""),
  EC_P256(Kind.EC, 32, "06082a8648ce3d030107"),
  EC_P384(Kind.EC, 48, "06052b81040022"),
  EC_P521(Kind.EC, 66, "06052b81040023");

  /** What a key is for. */
  public enum Kind {
    AES(Ck.AES),
    HMAC(Ck.GENERIC_SECRET),
    RSA(Ck.RSA),
    EC(Ck.EC);

    private final long type;

    Kind(long type) {
      this.type = type;
    }

    long type() {
      return type;
    }

    /** Whether its keys have a public half. */
    public boolean isPair() {
      return this == RSA || this == EC;
    }
  }

  private final Kind kind;
  private final int bytes;
  private final String curve;

  KeySpec(Kind kind, int bytes, String curve) {
    this.kind = kind;
    this.bytes = bytes;
    this.curve = curve;
  }

  public Kind kind() {
    return kind;
  }

  /** The length of the secret, of the modulus, or of a coordinate. */
  public int bytes() {
    return bytes;
  }

  /** A curve's object identifier in DER. */
  byte[] curve() {
    return HexFormat.of().parseHex(curve);
  }

  /** The kind of that name. */
  public static Optional<KeySpec> named(String name) {
    return Arrays.stream(values()).filter(spec -> spec.name().equals(name)).findFirst();
  }

  static Optional<KeySpec> of(long type, int bytes) {
    return Arrays.stream(values())
        .filter(spec -> spec.kind.type == type && spec.bytes == bytes)
        .findFirst();
  }

  static Optional<KeySpec> ofCurve(byte[] parameters) {
    var hex = HexFormat.of().formatHex(parameters);
    return Arrays.stream(values())
        .filter(spec -> spec.kind == Kind.EC && spec.curve.equals(hex))
        .findFirst();
  }
}
