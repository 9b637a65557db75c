package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A ciphertext of a symmetric key, which tells in the clear which key and which material of it made
 * it: format (1 byte, 1), flags (1), account (5), key id (16), material (16), nonce (16), cipher
 * text, tag (16). All that stands before the cipher text is authenticated, and so is the encryption
 * context.
 *
 * @param accountId 12 digits
 * @param keyId a UUID, or {@code mrk-} and its 32 digits
 * @param materialTag the first 32 hexadecimal digits of the material's id
 */
public record Envelope(String accountId, String keyId, String materialTag) {
  /** How many digits of a material's id a ciphertext carries. */
  public static final int TAG_DIGITS = 32;

  /** How long {@link #header} is. */
  public static final int HEADER = 1 + 1 + 5 + 16 + 16;

  /** How many bytes a nonce has. */
  public static final int NONCE = SymmetricKey.NONCE;

  private static final byte FORMAT = 1;
  private static final byte MULTI_REGION = 1;
  private static final int BODY = HEADER + NONCE;
  private static final String MRK = "mrk-";

  /** By how much a ciphertext is longer than its plaintext. */
  public static final int OVERHEAD = BODY + SymmetricKey.TAG;

  /**
   * Encrypts under a key.
   *
   * @param nonce of {@link #NONCE} random bytes, never the same twice
   */
  public byte[] seal(SymmetricKey key, byte[] context, byte[] plaintext, byte[] nonce) {
    return seal(header(), key, context, plaintext, nonce);
  }

  /** The same for a {@link #header} that is at hand. */
  public static byte[] seal(
      byte[] header, SymmetricKey key, byte[] context, byte[] plaintext, byte[] nonce) {
    var out = new byte[OVERHEAD + plaintext.length];
    System.arraycopy(header, 0, out, 0, HEADER);
    System.arraycopy(nonce, 0, out, HEADER, nonce.length);
    key.encrypt(nonce, new byte[][] {header, context}, plaintext, out, BODY);
    return out;
  }

  /**
   * Decrypts a ciphertext with the key and the material that {@link #of} read from it. There is but
   * one form of what it tells in the clear, so that what is authenticated is what was read.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT where bytes or context differ
   */
  public static byte[] open(SymmetricKey key, byte[] context, byte[] ciphertext) {
    var header = Arrays.copyOf(ciphertext, HEADER);
    var nonce = Arrays.copyOfRange(ciphertext, HEADER, BODY);
    return key.decrypt(nonce, new byte[][] {header, context}, ciphertext, BODY);
  }

  /**
   * What a ciphertext tells in the clear. Nothing of it is proven until the ciphertext is opened.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT where the bytes are of another form
   */
  public static Envelope of(byte[] ciphertext) {
    if (ciphertext.length < OVERHEAD
        || ciphertext[0] != FORMAT
        || (ciphertext[1] & ~MULTI_REGION) != 0) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "no ciphertext");
    }
    var in = ByteBuffer.wrap(ciphertext, 2, HEADER - 2);
    long account = (in.get() & 0xffL) << 32 | in.getInt() & 0xffffffffL;
    var id = new UUID(in.getLong(), in.getLong()).toString();
    var material = new byte[16];
    in.get(material);
    if (account >= 1_000_000_000_000L) {
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "no ciphertext");
    }
    var digits = Long.toString(account);
    return new Envelope(
        "0".repeat(12 - digits.length()) + digits,
        ciphertext[1] == MULTI_REGION ? MRK + id.replace("-", "") : id,
        HexFormat.of().formatHex(material));
  }

  /** What a ciphertext begins with, before its nonce. */
  public byte[] header() {
    long account = Long.parseLong(accountId);
    boolean multiRegion = keyId.startsWith(MRK);
    var id = multiRegion ? keyId.substring(MRK.length()) : keyId.replace("-", "");
    return ByteBuffer.allocate(HEADER)
        .put(FORMAT)
        .put(multiRegion ? MULTI_REGION : 0)
        .put((byte) (account >>> 32))
        .putInt((int) account)
        .putLong(HexFormat.fromHexDigitsToLong(id, 0, 16))
        .putLong(HexFormat.fromHexDigitsToLong(id, 16, 32))
        .putLong(HexFormat.fromHexDigitsToLong(materialTag, 0, 16))
        .putLong(HexFormat.fromHexDigitsToLong(materialTag, 16, 32))
        .array();
  }
}
