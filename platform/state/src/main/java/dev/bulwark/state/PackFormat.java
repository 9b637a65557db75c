package dev.bulwark.state;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A pack's file: a header of 16 bytes (magic "BWPACK01", the pack's number, CRC-32C of both), then
 * records. A record is a head of 20 bytes (magic "BREC", length of its owner, length of its
 * content, CRC-32C of its content, CRC-32C of the head and the owner), the owner, the content.
 * Numbers are big-endian. The owner is the table and the key of the row that the content belongs
 * to: so a pack can be cleared out without an index of what is in it.
 */
final class PackFormat {

  static final int FILE_HEAD = 16;
  static final int HEAD = 20;
  static final int MAX_OWNER = 16 << 10;

  private static final long FILE_MAGIC = 0x42575041434b3031L;
  private static final int MAGIC = 0x42524543;
  private static final String PREFIX = "pack-";

  /** A record's head: whose it is, and where its content lies. */
  record Head(byte[] owner, PackRef ref) {}

  private PackFormat() {}

  static String name(int pack) {
    return PREFIX + "%08d".formatted(pack);
  }

  /** The number of the pack of a file's name; 0 where it is none. */
  static int number(String name) {
    return name.matches(PREFIX + "\\d{8}") ? Integer.parseInt(name.substring(PREFIX.length())) : 0;
  }

  static ByteBuffer fileHead(int pack) {
    var head = ByteBuffer.allocate(FILE_HEAD).putLong(FILE_MAGIC).putInt(pack);
    return head.putInt(BlobFormat.crc(head.duplicate().flip())).flip();
  }

  /** Whether a pack's file begins as it should. */
  static boolean isFileHead(ByteBuffer head, int pack) {
    return head.equals(fileHead(pack));
  }

  static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(content, 0, content.length);
    return (int) crc.getValue();
  }

  /** The head and the owner of a record. */
  static byte[] head(byte[] owner, int length, int contentCrc) {
    if (owner.length > MAX_OWNER) {
      throw new IllegalArgumentException("A key of more than " + MAX_OWNER + " bytes");
    }
    var head = ByteBuffer.allocate(HEAD + owner.length);
    head.putInt(MAGIC).putInt(owner.length).putInt(length).putInt(contentCrc);
    head.position(HEAD).put(owner);
    return head.putInt(HEAD - 4, headCrc(head.array(), owner.length)).array();
  }

  private static int headCrc(byte[] head, int ownerLength) {
    var crc = new CRC32C();
    crc.update(head, 0, HEAD - 4);
    crc.update(head, HEAD, ownerLength);
    return (int) crc.getValue();
  }

  /** How long the owner is by a head's first bytes; -1 where they are no head. */
  static int ownerLength(ByteBuffer head) {
    int length = head.getInt(4);
    return head.getInt(0) == MAGIC && length >= 0 && length <= MAX_OWNER ? length : -1;
  }

  /**
   * The head of a record.
   *
   * @param head the head and the owner
   * @param at where the record begins
   * @throws StoreException CORRUPT if it is not what was written
   */
  static Head readHead(ByteBuffer head, int pack, int at, int end) {
    int ownerLength = ownerLength(head);
    int length = head.getInt(8);
    if (ownerLength < 0
        || head.getInt(HEAD - 4) != headCrc(head.array(), ownerLength)
        || length < 0
        || at + HEAD + ownerLength > end - length) {
      throw corrupt(name(pack) + " at " + at);
    }
    var owner = new byte[ownerLength];
    head.get(HEAD, owner);
    return new Head(owner, new PackRef(pack, at + HEAD + ownerLength, length, head.getInt(12)));
  }

  static StoreException corrupt(Object place) {
    return new StoreException(
        StoreException.Kind.CORRUPT, place + " is not what was written: it is damaged");
  }
}
