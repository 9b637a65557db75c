package dev.bulwark.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that belong to a row and lie beside it: few of them in the row itself, more in a pack. Made
 * by {@link Table#attach}, or found with a row.
 */
public final class Attachment {

  /** What is shorter is kept in the row. */
  static final int SHORTEST_PACKED = 512;

  private static final byte INLINE = 0;
  private static final byte PACKED = 1;

  private final Packs packs;
  private final byte @Nullable [] content;
  private final byte @Nullable [] owner;
  private @Nullable PackRef ref;
  private @Nullable PackBatch batch;

  private Attachment(Packs packs, byte @Nullable [] content, byte @Nullable [] owner) {
    this.packs = packs;
    this.content = content;
    this.owner = owner;
  }

  /** New bytes, on their way to the disk from now on where they are not few. */
  static Attachment of(Packs packs, byte[] owner, byte[] content) {
    var attachment = new Attachment(packs, content, owner);
    if (content.length >= SHORTEST_PACKED) {
      attachment.pack(owner, content);
    }
    return attachment;
  }

  /** What a row's column holds. */
  static @Nullable Attachment ofColumn(Packs packs, byte @Nullable [] column) {
    if (column == null || column.length == 0) {
      return null;
    }
    var ref = ref(column);
    var inline = ref == null ? Arrays.copyOfRange(column, 1, column.length) : null;
    var attachment = new Attachment(packs, inline, null);
    attachment.ref = ref;
    return attachment;
  }

  /** The place in the packs that a row's column holds; null where it holds none. */
  static @Nullable PackRef ref(byte @Nullable [] column) {
    if (column == null || column.length == 0 || column[0] == INLINE) {
      return null;
    }
    return PackRef.read(ByteBuffer.wrap(column, 1, column.length - 1));
  }

  static byte[] column(PackRef ref) {
    var column = ByteBuffer.allocate(1 + PackRef.bytes()).put(PACKED);
    ref.write(column);
    return column.array();
  }

  private void pack(byte[] recordOwner, byte[] bytes) {
    batch = packs.append(recordOwner, bytes, where -> ref = where);
  }

  /**
   * What is kept in the row; on the writer's thread. Bytes whose pack is being cleared out
   * meanwhile are packed anew.
   */
  byte[] column() {
    if (ref == null) {
      if (content == null) {
        throw new IllegalStateException("An attachment without bytes");
      }
      var column = new byte[1 + content.length];
      column[0] = INLINE;
      System.arraycopy(content, 0, column, 1, content.length);
      return column;
    }
    if (packs.isClosing(ref.pack())) {
      if (owner == null || content == null) {
        throw new IllegalArgumentException("An attachment belongs to one row");
      }
      pack(owner, content);
    }
    return column(ref);
  }

  /** With what it becomes durable; null where that is the row itself. */
  @Nullable PackBatch batch() {
    return batch;
  }

  /** How many bytes. */
  public int length() {
    return ref != null ? ref.length() : content == null ? 0 : content.length;
  }

  /**
   * The bytes, verified.
   *
   * @throws StoreException NOT_FOUND if they have been moved or deleted since the row was read: it
   *     is to be read again; CORRUPT if they are not what was written
   */
  public byte[] read() {
    if (content != null) {
      return content.clone();
    }
    if (ref == null) {
      throw new IllegalStateException("An attachment without bytes");
    }
    return packs.read(ref);
  }
}
