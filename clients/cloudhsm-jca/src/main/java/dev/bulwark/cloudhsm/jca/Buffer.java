package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import java.io.ByteArrayOutputStream;
import java.security.ProviderException;
import java.util.Arrays;

/** Collects what goes to the cluster as a whole, and wipes what it held. */
final class Buffer extends ByteArrayOutputStream {
  void add(byte[] bytes, int from, int length) {
    if (count + (long) length > Operation.MAX_DATA + 16) {
      throw new ProviderException(
          "the cluster takes %d bytes at once, the most".formatted(Operation.MAX_DATA));
    }
    write(bytes, from, length);
  }

  byte[] take() {
    var all = toByteArray();
    Arrays.fill(buf, (byte) 0);
    reset();
    return all;
  }
}
