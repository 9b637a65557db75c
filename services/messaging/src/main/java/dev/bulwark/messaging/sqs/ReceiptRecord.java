package dev.bulwark.messaging.sqs;

import dev.bulwark.state.Codec;
import java.nio.ByteBuffer;

/**
 * What receives have made of a message; kept apart from it, since it changes with each of them.
 * Times are in milliseconds.
 */
record ReceiptRecord(int received, long firstReceived, long lastReceived, long visibleFrom) {
  static final Codec<ReceiptRecord> CODEC =
      Codec.of(
          one ->
              ByteBuffer.allocate(28)
                  .putInt(one.received)
                  .putLong(one.firstReceived)
                  .putLong(one.lastReceived)
                  .putLong(one.visibleFrom)
                  .array(),
          bytes -> {
            var in = ByteBuffer.wrap(bytes);
            return new ReceiptRecord(in.getInt(), in.getLong(), in.getLong(), in.getLong());
          });
}
