package dev.bulwark.storage.s3;

import java.util.Base64;
import java.util.function.Consumer;

/**
 * The checksum of an object.
 *
 * @param value of the bytes, or of the parts' checksums where it is composite
 * @param parts how many parts a composite checksum is made of; 0 for one of the object's bytes
 */
record Checksum(ChecksumAlgorithm algorithm, byte[] value, int parts) {

  /** A checksum of bytes. */
  static Checksum full(ChecksumAlgorithm algorithm, byte[] value) {
    return new Checksum(algorithm, value, 0);
  }

  /** {@code FULL_OBJECT} or {@code COMPOSITE}. */
  String type() {
    return parts == 0 ? "FULL_OBJECT" : "COMPOSITE";
  }

  /** The base64 form; of a composite one with the number of parts. */
  String text() {
    var base64 = Base64.getEncoder().encodeToString(value);
    return parts == 0 ? base64 : base64 + '-' + parts;
  }

  /** Sets the member that an output has for this algorithm. */
  void send(
      Consumer<String> crc32,
      Consumer<String> crc32c,
      Consumer<String> crc64Nvme,
      Consumer<String> sha1,
      Consumer<String> sha256) {
    var member =
        switch (algorithm) {
          case CRC32 -> crc32;
          case CRC32C -> crc32c;
          case CRC64NVME -> crc64Nvme;
          case SHA1 -> sha1;
          case SHA256 -> sha256;
        };
    member.accept(text());
  }

  void write(RecordWriter out) {
    out.number(algorithm.code()).raw(value).number(parts);
  }

  static Checksum read(RecordReader in) {
    return new Checksum(ChecksumAlgorithm.ofCode(in.integer()), in.raw(), in.integer());
  }
}
