package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A key in shares of which some number restores it and fewer tell nothing: Shamir's scheme over
 * GF(2⁸), byte by byte.
 *
 * <p>A share as text is base64url of: format (1 byte, 1), set (4), threshold (1), place (1), the
 * bytes of the polynomial at that place.
 *
 * @see <a href="https://doi.org/10.1145/359168.359176">How to share a secret</a>
 */
final class Shares {
  static final int MOST = 255;

  private static final byte FORMAT = 1;
  private static final int HEADER = 1 + 4 + 1 + 1;
  private static final int LENGTH = HEADER + KeyVault.ROOT_BYTES;

  private Shares() {}

  /** Splits a key of 32 bytes. */
  static List<String> split(byte[] key, int count, int threshold, SecureRandom random) {
    if (threshold < 2 || threshold > count || count > MOST) {
      throw new IllegalArgumentException(
          "a key is split into 2 to 255 shares, of which 2 or more restore it");
    }
    var set = new byte[4];
    random.nextBytes(set);
    var values = new byte[count][key.length];
    var coefficients = new byte[threshold];
    for (int i = 0; i < key.length; i++) {
      random.nextBytes(coefficients);
      coefficients[0] = key[i];
      for (int place = 1; place <= count; place++) {
        int value = 0;
        for (int power = threshold - 1; power >= 0; power--) {
          value = multiply(value, place) ^ (coefficients[power] & 0xff);
        }
        values[place - 1][i] = (byte) value;
      }
    }
    Arrays.fill(coefficients, (byte) 0);
    List<String> shares = new ArrayList<>(count);
    for (int place = 1; place <= count; place++) {
      var bytes = encode(set, threshold, place, values[place - 1]);
      shares.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      Arrays.fill(values[place - 1], (byte) 0);
    }
    return List.copyOf(shares);
  }

  /** Tells a share apart from all others, and nothing of what it is: its bytes are random. */
  static String digest(String share) {
    return digest(decode(share));
  }

  private static String digest(byte[] share) {
    return HexFormat.of().formatHex(SealedBytes.sha256().digest(share));
  }

  /** What all shares of a key have in common, which is no secret. */
  static String set(String share) {
    return HexFormat.of().formatHex(decode(share), 1, 5);
  }

  private static byte[] decode(String share) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(share.strip());
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != LENGTH || bytes[0] != FORMAT || (bytes[5] & 0xff) < 2 || bytes[6] == 0) {
      throw new CryptographyException(Reason.INVALID_KEY, "this is no share of an unseal key");
    }
    return bytes;
  }

  private static byte[] encode(byte[] set, int threshold, int place, byte[] value) {
    return ByteBuffer.allocate(HEADER + value.length)
        .put(FORMAT)
        .put(set)
        .put((byte) threshold)
        .put((byte) place)
        .put(value)
        .array();
  }

  /** Collects shares of one set; not thread-safe. */
  static final class Collection {
    private final Map<Integer, byte[]> values = new HashMap<>();
    private byte[] set = {};
    private int threshold;

    /**
     * Takes a share; the same one again changes nothing.
     *
     * @param genuine the digests of all shares of the key; where none are known anything is taken
     *     that looks like a share, and one of another set makes a new beginning
     * @throws CryptographyException INVALID_KEY where it is no share, or not one of these
     */
    void add(String share, List<String> genuine) {
      var bytes = decode(share);
      if (!genuine.isEmpty() && !genuine.contains(digest(bytes))) {
        throw new CryptographyException(
            Reason.INVALID_KEY, "this share belongs to another unseal key");
      }
      var from = Arrays.copyOfRange(bytes, 1, 5);
      if (!Arrays.equals(set, from) || threshold != (bytes[5] & 0xff)) {
        clear();
      }
      set = from;
      threshold = bytes[5] & 0xff;
      values.put(bytes[6] & 0xff, Arrays.copyOfRange(bytes, HEADER, LENGTH));
      Arrays.fill(bytes, (byte) 0);
    }

    int count() {
      return values.size();
    }

    boolean isComplete() {
      return threshold > 0 && values.size() >= threshold;
    }

    /** The key. */
    byte[] key() {
      return at(0);
    }

    /** The digests of all shares, from as many as restore the key. */
    List<String> digests(int count) {
      List<String> digests = new ArrayList<>(count);
      for (int place = 1; place <= count; place++) {
        var value = at(place);
        var share = encode(set, threshold, place, value);
        digests.add(digest(share));
        Arrays.fill(share, (byte) 0);
        Arrays.fill(value, (byte) 0);
      }
      return List.copyOf(digests);
    }

    /** The polynomial there, by Lagrange's interpolation. */
    private byte[] at(int x) {
      var result = new byte[KeyVault.ROOT_BYTES];
      values.forEach(
          (place, value) -> {
            int weight = 1;
            for (int other : values.keySet()) {
              if (other != place) {
                weight = multiply(weight, multiply(other ^ x, inverse(other ^ place)));
              }
            }
            for (int i = 0; i < result.length; i++) {
              result[i] ^= (byte) multiply(value[i] & 0xff, weight);
            }
          });
      return result;
    }

    void clear() {
      values.values().forEach(value -> Arrays.fill(value, (byte) 0));
      values.clear();
      threshold = 0;
    }
  }

  /** Without branches or tables that depend on the factors. */
  private static int multiply(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      product ^= -(b >> bit & 1) & a;
      a = a << 1 ^ (-(a >> 7 & 1) & 0x11b);
    }
    return product & 0xff;
  }

  /** a²⁵⁴ is the inverse of a. */
  private static int inverse(int a) {
    int square = a;
    int inverse = 1;
    for (int i = 1; i < 8; i++) {
      square = multiply(square, square);
      inverse = multiply(inverse, square);
    }
    return inverse;
  }
}
