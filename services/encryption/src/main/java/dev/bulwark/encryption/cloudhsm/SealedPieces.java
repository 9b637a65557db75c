package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A sealed file of any length: pieces, each of which is sealed for its place in its file, so that
 * none can be left out, moved, or brought from elsewhere.
 *
 * <p>A file is the byte 2, then of each piece a byte that is 1 for the last and 0 for others, the
 * length of its sealed bytes (4 bytes), and those.
 */
final class SealedPieces {
  private static final String PURPOSE = "cloudhsm/backup-piece";

  /** What is sealed as a whole begins with another byte. */
  static final int FORMAT = 2;

  private static final int PIECE = 1024 * 1024;

  private SealedPieces() {}

  private static byte[] place(String name, int number, boolean last) {
    return (name + "/" + number + (last ? "/last" : "")).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Seals what is written.
   *
   * @param to is closed with it
   * @param name of the file
   */
  static OutputStream writer(OutputStream to, Sealer sealer, String name) throws IOException {
    var data = new DataOutputStream(to);
    data.writeByte(FORMAT);
    return new Writer(data, sealer, name);
  }

  private static final class Writer extends OutputStream {
    private final DataOutputStream to;
    private final Sealer sealer;
    private final String name;
    private final byte[] piece = new byte[PIECE];
    private int length;
    private int number;
    private boolean closed;

    Writer(DataOutputStream to, Sealer sealer, String name) {
      this.to = to;
      this.sealer = sealer;
      this.name = name;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      Objects.checkFromIndexSize(from, count, bytes.length);
      int done = 0;
      while (done < count) {
        if (length == PIECE) {
          seal(false);
        }
        int next = Math.min(count - done, PIECE - length);
        System.arraycopy(bytes, from + done, piece, length, next);
        length += next;
        done += next;
      }
    }

    private void seal(boolean last) throws IOException {
      var sealed = sealer.seal(PURPOSE, Arrays.copyOf(piece, length), place(name, number, last));
      to.writeByte(last ? 1 : 0);
      to.writeInt(sealed.length);
      to.write(sealed);
      length = 0;
      number++;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        try (to) {
          seal(true);
        } finally {
          Arrays.fill(piece, (byte) 0);
        }
      }
    }
  }

  /**
   * Opens what was written; throws a SealException where anything is missing or was changed.
   *
   * @param from behind its first byte
   */
  static InputStream reader(InputStream from, Sealer sealer, String name) {
    return new Reader(new DataInputStream(from), sealer, name);
  }

  private static final class Reader extends InputStream {
    private final DataInputStream from;
    private final Sealer sealer;
    private final String name;
    private byte[] piece = {};
    private int at;
    private int number;
    private boolean last;

    Reader(DataInputStream from, Sealer sealer, String name) {
      this.from = from;
      this.sealer = sealer;
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      return hasMore() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int where, int count) throws IOException {
      if (count == 0) {
        return 0;
      }
      if (!hasMore()) {
        return -1;
      }
      int next = Math.min(count, piece.length - at);
      System.arraycopy(piece, at, bytes, where, next);
      at += next;
      return next;
    }

    private boolean hasMore() throws IOException {
      while (at == piece.length && !last) {
        open();
      }
      return at < piece.length;
    }

    private void open() throws IOException {
      int flag = from.read();
      var length = from.readNBytes(Integer.BYTES);
      if (flag < 0 || length.length < Integer.BYTES) {
        throw new SealException("The sealed pieces end before their last");
      }
      int count = ByteBuffer.wrap(length).getInt();
      if (count < 0 || count > PIECE + Sealer.OVERHEAD) {
        throw new SealException("These are no sealed pieces");
      }
      last = flag == 1;
      piece = sealer.open(PURPOSE, from.readNBytes(count), place(name, number, last));
      at = 0;
      number++;
    }

    @Override
    public void close() throws IOException {
      Arrays.fill(piece, (byte) 0);
      from.close();
    }
  }
}
