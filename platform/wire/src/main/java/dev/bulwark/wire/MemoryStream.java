package dev.bulwark.wire;

import java.io.ByteArrayInputStream;

/** A stream over bytes that can be had again, however far it was read. */
final class MemoryStream extends ByteArrayInputStream {
  private final byte[] bytes;

  MemoryStream(byte[] bytes) {
    super(bytes);
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }
}
