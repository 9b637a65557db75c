package dev.bulwark.events;

import org.jspecify.annotations.Nullable;

/**
 * An API call on its way into the stream, encoded already but for its place there: the writer, who
 * gives it that, has little left to do. Thousands wait at a time, so it keeps no more than that and
 * what it is found by.
 */
public final class PreparedCall {
  private final @Nullable ApiCall found;
  private final byte[] bytes;

  PreparedCall(ApiCall call) {
    this.found = call.management() ? call.withoutContents() : null;
    this.bytes = SegmentCodec.encode(call);
  }

  /** By what the index finds it; null for data events, which are many and in no index. */
  @Nullable ApiCall found() {
    return found;
  }

  byte[] bytes() {
    return bytes;
  }
}
