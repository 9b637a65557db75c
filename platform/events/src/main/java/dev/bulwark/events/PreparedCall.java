package dev.bulwark.events;

/**
 * An API call on its way into the stream, encoded already but for its place there: the writer, who
 * gives it that, has little left to do.
 */
public final class PreparedCall {
  private final ApiCall call;
  private final byte[] bytes;

  PreparedCall(ApiCall call) {
    this.call = call;
    this.bytes = SegmentCodec.encode(call);
  }

  ApiCall call() {
    return call;
  }

  byte[] bytes() {
    return bytes;
  }
}
