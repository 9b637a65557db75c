package dev.bulwark.cryptography;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a key log held up to some place, in a file beside it, so that a start need not open every
 * record: a digest of the log's bytes and the places of its records, authenticated under the root
 * key. As long as the digest is the log's, no record before the place can have changed. The file
 * may be missing, old or damaged at any time: then the records themselves are read.
 *
 * <p>Mark (8 bytes), the log's header, end (8), sequence number of the last record (8), SHA-256 of
 * the log up to the end (32), how many places of domain keys and of materials follow (4 each), the
 * places, HMAC-SHA-256 over all of this (32).
 *
 * @param end where in the log the first record stands that is not told of
 * @param sequence the number of the one before
 * @param authenticated all of the file but {@code mac}
 */
record LogIndex(long end, long sequence, byte[] authenticated, byte[] mac) {
  static final String FILE = "keys.index";

  private static final System.Logger LOG = System.getLogger(LogIndex.class.getName());
  private static final long MARK = 0x42574b4559495831L; // BWKEYIX1
  private static final int DIGEST = 32;
  private static final int HEAD = 8 + LogHeader.LENGTH + 8 + 8 + DIGEST;
  private static final int PLACE = 8 + 4 + 8;
  private static final int CHUNK = 1 << 20;

  private static Path beside(Path log) {
    return log.resolveSibling(FILE);
  }

  /**
   * The index of a log that still begins as it did. Whether the root key made it is for {@link
   * #isOf} to say.
   */
  static @Nullable LogIndex find(Path log, LogHeader header, MemorySegment bytes) {
    try {
      if (!Files.exists(beside(log))) {
        return null;
      }
      var file = Files.readAllBytes(beside(log));
      if (file.length < HEAD + DIGEST) {
        return null;
      }
      var authenticated = Arrays.copyOf(file, file.length - DIGEST);
      var in = ByteBuffer.wrap(authenticated);
      var ofHeader = new byte[LogHeader.LENGTH];
      boolean marked = in.getLong() == MARK;
      in.get(ofHeader);
      long end = in.getLong();
      long sequence = in.getLong();
      var digest = new byte[DIGEST];
      in.get(digest);
      boolean fits =
          marked
              && Arrays.equals(ofHeader, header.encode())
              && end >= LogHeader.LENGTH
              && end <= bytes.byteSize()
              && Arrays.equals(digest, digest(bytes.asSlice(0, end)));
      return fits
          ? new LogIndex(
              end,
              sequence,
              authenticated,
              Arrays.copyOfRange(file, file.length - DIGEST, file.length))
          : null;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the index of the key log cannot be read", e);
      return null;
    }
  }

  private static byte[] digest(MemorySegment log) {
    var digest = SealedBytes.sha256();
    for (long at = 0; at < log.byteSize(); at += CHUNK) {
      digest.update(log.asSlice(at, Math.min(CHUNK, log.byteSize() - at)).asByteBuffer());
    }
    return digest.digest();
  }

  /** Whether it was made under this root key, and is as it was made. */
  boolean isOf(RootKeys keys) {
    return MessageDigest.isEqual(mac, keys.authenticate(authenticated));
  }

  /** Tells of all places; only what {@link #isOf} has proven may be trusted. */
  void visit(Consumer<Frame> domains, BiConsumer<MaterialRef, Frame> materials) {
    var in = ByteBuffer.wrap(authenticated).position(HEAD);
    try {
      int domainCount = in.getInt();
      int materialCount = in.getInt();
      for (int i = 0; i < domainCount; i++) {
        domains.accept(place(in));
      }
      for (int i = 0; i < materialCount; i++) {
        var place = place(in);
        materials.accept(
            new MaterialRef(text(in).intern(), text(in).intern(), text(in), text(in)), place);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException("an authenticated index of the key log is too short", e);
    }
  }

  private static Frame place(ByteBuffer in) {
    return new Frame(in.getLong(), in.getInt(), in.getLong());
  }

  private static String text(ByteBuffer in) {
    int length = in.getShort();
    var text = new String(in.array(), in.position(), length, StandardCharsets.ISO_8859_1);
    in.position(in.position() + length);
    return text;
  }

  /**
   * Writes the index of a log. It is not synced: where a crash leaves half of it, it is not used.
   *
   * @param digest of the log up to {@code end}
   */
  static void write(
      Path log,
      LogHeader header,
      long end,
      long sequence,
      byte[] digest,
      Collection<Frame> domains,
      Map<MaterialRef, Frame> materials,
      RootKeys keys)
      throws IOException {
    int length = HEAD + 4 + 4 + domains.size() * PLACE;
    for (var ref : materials.keySet()) {
      length +=
          PLACE
              + 4 * Short.BYTES
              + ref.accountId().length()
              + ref.region().length()
              + ref.keyId().length()
              + ref.materialId().length();
    }
    var out =
        ByteBuffer.allocate(length)
            .putLong(MARK)
            .put(header.encode())
            .putLong(end)
            .putLong(sequence)
            .put(digest)
            .putInt(domains.size())
            .putInt(materials.size());
    domains.forEach(place -> put(out, place));
    materials.forEach(
        (ref, place) -> {
          put(out, place);
          put(out, ref.accountId());
          put(out, ref.region());
          put(out, ref.keyId());
          put(out, ref.materialId());
        });
    DurableFiles.replace(
        beside(log),
        false,
        channel -> {
          DurableFiles.writeFully(channel, out.array());
          DurableFiles.writeFully(channel, keys.authenticate(out.array()));
        });
  }

  private static void put(ByteBuffer out, Frame place) {
    out.putLong(place.offset()).putInt(place.length()).putLong(place.sequence());
  }

  private static void put(ByteBuffer out, String text) {
    out.putShort((short) text.length()).put(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
