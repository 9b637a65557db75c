package dev.bulwark.storage.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The checksums that an object can have.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html">Checking
 *     object integrity</a>
 */
enum ChecksumAlgorithm {
  CRC32(1, 4, new CrcCombination(0xedb88320L, 32)) {
    @Override
    Digest newDigest() {
      return new ZipDigest(new CRC32());
    }
  },
  CRC32C(2, 4, new CrcCombination(0x82f63b78L, 32)) {
    @Override
    Digest newDigest() {
      return new ZipDigest(new CRC32C());
    }
  },
  CRC64NVME(3, 8, new CrcCombination(Crc64Nvme.POLYNOMIAL, 64)) {
    @Override
    Digest newDigest() {
      return new Crc64Digest();
    }
  },
  SHA1(4, 20, null) {
    @Override
    Digest newDigest() {
      return new MessageDigestDigest(messageDigest("SHA-1"));
    }
  },
  SHA256(5, 32, null) {
    @Override
    Digest newDigest() {
      return new MessageDigestDigest(messageDigest("SHA-256"));
    }
  };

  /** Takes bytes, gives a checksum. Used once, by one thread. */
  interface Digest {
    void update(byte[] bytes, int offset, int length);

    byte[] value();
  }

  private static final ChecksumAlgorithm[] ALL = values();
  private static final Map<String, MessageDigest> UNUSED = new ConcurrentHashMap<>();

  private final int code;
  private final int length;
  private final String lowerCaseName = name().toLowerCase(Locale.ROOT);
  private final String header = "x-amz-checksum-" + lowerCaseName;
  private final @Nullable CrcCombination combination;

  ChecksumAlgorithm(int code, int length, @Nullable CrcCombination combination) {
    this.code = code;
    this.length = length;
    this.combination = combination;
  }

  abstract Digest newDigest();

  /** As S3 writes it in headers and messages. */
  String lowerCaseName() {
    return lowerCaseName;
  }

  /** The header that carries it. */
  String header() {
    return header;
  }

  /** The length of a checksum in bytes. */
  int length() {
    return length;
  }

  /** Whether checksums of parts combine into that of the whole. */
  boolean combines() {
    return combination != null;
  }

  /** The checksum of two byte strings one after the other; only where {@link #combines()}. */
  byte[] combine(byte[] first, byte[] second, long secondLength) {
    if (combination == null) {
      throw new IllegalStateException(this + " does not combine");
    }
    return bytes(combination.combine(number(first), number(second), secondLength));
  }

  private long number(byte[] checksum) {
    var buffer = ByteBuffer.wrap(checksum);
    return length == 4 ? Integer.toUnsignedLong(buffer.getInt()) : buffer.getLong();
  }

  private byte[] bytes(long number) {
    var buffer = ByteBuffer.allocate(length);
    return (length == 4 ? buffer.putInt((int) number) : buffer.putLong(number)).array();
  }

  byte[] of(byte[] bytes) {
    var digest = newDigest();
    digest.update(bytes, 0, bytes.length);
    return digest.value();
  }

  /** Stands for it in stored records, and never changes; above 0. */
  int code() {
    return code;
  }

  static ChecksumAlgorithm ofCode(int code) {
    for (var algorithm : ALL) {
      if (algorithm.code == code) {
        return algorithm;
      }
    }
    throw new IllegalStateException("a stored checksum of kind " + code);
  }

  /** The algorithm of that name in the API, or null. */
  static @Nullable ChecksumAlgorithm named(String name) {
    for (var algorithm : ALL) {
      if (algorithm.name().equalsIgnoreCase(name)) {
        return algorithm;
      }
    }
    return null;
  }

  /** A checksum of this algorithm from its base64 form; null where it is none. */
  byte @Nullable [] parse(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      return bytes.length == length ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** A hash function, a clone of one that is kept: to look up its provider takes longer. */
  static MessageDigest messageDigest(String name) {
    try {
      return (MessageDigest)
          UNUSED.computeIfAbsent(name, ChecksumAlgorithm::newMessageDigest).clone();
    } catch (CloneNotSupportedException e) {
      return newMessageDigest(name);
    }
  }

  private static MessageDigest newMessageDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private record ZipDigest(java.util.zip.Checksum checksum) implements Digest {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      checksum.update(bytes, offset, length);
    }

    @Override
    public byte[] value() {
      return ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
    }
  }

  private static final class Crc64Digest implements Digest {
    private final Crc64Nvme crc = new Crc64Nvme();

    @Override
    public void update(byte[] bytes, int offset, int length) {
      crc.update(bytes, offset, length);
    }

    @Override
    public byte[] value() {
      return ByteBuffer.allocate(8).putLong(crc.value()).array();
    }
  }

  private record MessageDigestDigest(MessageDigest digest) implements Digest {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] value() {
      return digest.digest();
    }
  }
}
