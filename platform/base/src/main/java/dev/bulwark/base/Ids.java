package dev.bulwark.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Makes every identifier and random secret that Bulwark hands out, in the forms that AWS uses. */
public final class Ids {

  /**
   * The kinds of IAM identifiers, by their prefix.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids">unique
   *     identifiers</a>
   */
  public enum Kind {
    /** A long-term access key. */
    AKIA,
    /** A temporary access key of STS. */
    ASIA,
    /** A user. */
    AIDA,
    /** A role. */
    AROA,
    /** A user group. */
    AGPA,
    /** A managed policy. */
    ANPA,
    /** A version of a managed policy. */
    ANVA,
    /** An instance profile. */
    AIPA,
    /** A server certificate. */
    ASCA,
    /** A public key. */
    APKA,
    /** A credential for one service. */
    ACCA
  }

  private static final Pattern EVENT_ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  private static final char[] BASE36 = "abcdefghijklmnopqrstuvwxyz0123456789".toCharArray();
  private static final char[] BASE62 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".toCharArray();
  private static final char[] BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".toCharArray();
  private static final HexFormat HEX = HexFormat.of();
  private static final HexFormat UPPER_HEX = HexFormat.of().withUpperCase();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Ids() {}

  /** A request id as most services answer it: a random UUID. */
  public static String requestId() {
    return uuid();
  }

  /** The id of an event: a UUID of version 7 (RFC 9562), which tells when it was made. */
  public static String eventId() {
    var bytes = Randomness.bytes(16);
    long high = (System.currentTimeMillis() << 16) | 0x7000 | ((long) LONGS.get(bytes, 0) & 0xfff);
    long low = ((long) LONGS.get(bytes, 8) & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  /**
   * The time in an id that {@link #eventId} made, in milliseconds since the epoch; empty for other
   * texts.
   */
  public static OptionalLong eventTime(String eventId) {
    return EVENT_ID.matcher(eventId).matches()
        ? OptionalLong.of(UUID.fromString(eventId).getMostSignificantBits() >>> 16)
        : OptionalLong.empty();
  }

  /** A random (version 4) UUID in lower case. */
  public static String uuid() {
    var bytes = Randomness.bytes(16);
    long high = (long) LONGS.get(bytes, 0);
    long low = (long) LONGS.get(bytes, 8);
    return new UUID(
            (high & 0xffffffffffff0fffL) | 0x4000L,
            (low & 0x3fffffffffffffffL) | 0x8000000000000000L)
        .toString();
  }

  /** An S3 request id ({@code x-amz-request-id}): 16 upper-case hexadecimal digits. */
  public static String s3RequestId() {
    return UPPER_HEX.formatHex(Randomness.bytes(8));
  }

  /** An S3 host id ({@code x-amz-id-2}): 76 characters of base64. */
  public static String s3HostId() {
    return Base64.getEncoder().encodeToString(Randomness.bytes(56));
  }

  /** The unique id of an IAM resource: the kind's prefix and 17 characters of base32, 21 in all. */
  public static String unique(Kind kind) {
    var random = Randomness.bytes(17);
    var id = new char[21];
    kind.name().getChars(0, 4, id, 0);
    for (int i = 0; i < 17; i++) {
      id[4 + i] = BASE32[random[i] & 31];
    }
    return new String(id);
  }

  /**
   * An access key id of 20 characters that carries its account, as AWS's have done since 2019: of
   * the 80 bits after the prefix the first is set, the next 40 are the account's number, the rest
   * random.
   */
  public static String accessKeyId(Kind kind, AccountId account) {
    if (kind != Kind.AKIA && kind != Kind.ASIA) {
      throw new IllegalArgumentException(kind + " is no kind of access key");
    }
    var random = Randomness.bytes(8);
    long tail = (long) LONGS.get(random, 0) & 0x7fffffffffL;
    long head = (1L << 40) | account.toNumber();
    var id = new char[20];
    kind.name().getChars(0, 4, id, 0);
    // The head's 41 bits and the tail's 39: the ninth character holds the last of one and four of
    // the other.
    for (int i = 0; i < 8; i++) {
      id[4 + i] = BASE32[(int) (head >>> (36 - 5 * i)) & 31];
    }
    id[12] = BASE32[(int) ((head & 1) << 4 | tail >>> 35)];
    for (int i = 0; i < 7; i++) {
      id[13 + i] = BASE32[(int) (tail >>> (30 - 5 * i)) & 31];
    }
    return new String(id);
  }

  /** The account that an access key id carries; empty where it is none, or older than 2019. */
  public static Optional<AccountId> accountOf(String accessKeyId) {
    if (accessKeyId.length() != 20
        || !(accessKeyId.startsWith("AKIA") || accessKeyId.startsWith("ASIA"))) {
      return Optional.empty();
    }
    long head = 0;
    for (int i = 4; i < 20; i++) {
      int digit = base32(accessKeyId.charAt(i));
      if (digit < 0) {
        return Optional.empty();
      }
      if (i < 13) {
        head = head << 5 | digit;
      }
    }
    head >>>= 4;
    long number = head & 0xffffffffffL;
    return (head >>> 40) == 1 && number < 1_000_000_000_000L
        ? Optional.of(AccountId.ofNumber(number))
        : Optional.empty();
  }

  private static int base32(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
  }

  /** A secret access key: 240 random bits as 40 characters of base64. */
  public static String secretAccessKey() {
    return Base64.getEncoder().encodeToString(Randomness.bytes(30));
  }

  /** An opaque token that is safe in a URL: as many random bytes in base64url without padding. */
  public static String token(int bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Randomness.bytes(bytes));
  }

  /** As many random characters of a to z and 0 to 9. */
  public static String base36(int length) {
    var id = new char[length];
    for (int i = 0; i < length; i++) {
      id[i] = BASE36[Randomness.secure().nextInt(BASE36.length)];
    }
    return new String(id);
  }

  /** As many random letters and digits. */
  public static String alphanumeric(int length) {
    var id = new char[length];
    for (int i = 0; i < length; i++) {
      id[i] = BASE62[Randomness.secure().nextInt(BASE62.length)];
    }
    return new String(id);
  }

  /** As many random bytes in lower-case hexadecimal. */
  public static String hex(int bytes) {
    return HEX.formatHex(Randomness.bytes(bytes));
  }
}
