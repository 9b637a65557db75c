package dev.bulwark.state;

import java.nio.ByteBuffer;

/**
 * Where in the packs some bytes lie.
 *
 * @param at where they begin in the pack's file
 * @param crc32c of them: a record that was put in another's place is noticed too
 */
record PackRef(int pack, int at, int length, int crc32c) {

  private static final int BYTES = 4 * 4;

  static PackRef read(ByteBuffer bytes) {
    if (bytes.remaining() != BYTES) {
      throw new StoreException(StoreException.Kind.CORRUPT, "Not a place in a pack");
    }
    return new PackRef(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
  }

  void write(ByteBuffer bytes) {
    bytes.putInt(pack).putInt(at).putInt(length).putInt(crc32c);
  }

  static int bytes() {
    return BYTES;
  }

  int end() {
    return at + length;
  }

  @Override
  public String toString() {
    return PackFormat.name(pack) + " at " + at;
  }
}
