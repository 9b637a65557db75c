package dev.bulwark.events;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for a row of their own, one behind the other as they will stand in it. Thousands
 * wait under load: kept each by itself they would be what the collector finds alive and copies,
 * again and again. Not thread-safe.
 */
final class OpenSegment {
  private static final int MOST = 512;
  private static final int MOST_BYTES = 4 << 20;

  private final Set<String> keys = new HashSet<>();
  private int[] starts = new int[16];
  private byte[] bytes;
  private int length = SegmentCodec.HEADER;
  private int count;
  private @Nullable ApiCall last;

  /**
   * An empty one.
   *
   * @param room what it will take perhaps, in bytes
   */
  OpenSegment(int room) {
    bytes = new byte[Math.max(4 << 10, room)];
  }

  /** How long it is, in bytes. */
  int length() {
    return length;
  }

  /** How many calls it holds. */
  int count() {
    return count;
  }

  /** Whether there is room for one more. */
  boolean fits(PreparedCall call) {
    return count == 0 || (count < MOST && length + call.bytes().length <= MOST_BYTES);
  }

  void add(PreparedCall call) {
    var encoded = call.bytes();
    if (bytes.length - length < encoded.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + encoded.length, 2 * bytes.length));
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
    }
    starts[count++] = length;
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
    var found = call.found();
    if (found != null) {
      Segment.addKeys(found, last, keys);
      last = found;
    }
  }

  /** The row, in which each call has got its place; as often as it is asked for. */
  Segment close(LongSupplier places) {
    return new Segment(keys, SegmentCodec.encode(bytes, length, starts, count, places));
  }
}
