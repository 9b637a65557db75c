package dev.bulwark.messaging.sqs;

import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Receipt handles: sealed, so that nobody makes one up or uses it with another queue. */
final class ReceiptHandles {
  private static final String PURPOSE = "sqs/receipt";
  private static final int LONGEST = 1024;

  /**
   * What a handle says.
   *
   * @param received which of the message's receives it came with
   */
  record Receipt(long number, int received) {}

  private final Sealer sealer;

  ReceiptHandles(Sealer sealer) {
    this.sealer = sealer;
  }

  String write(LoadedQueue queue, long number, int received) {
    var receipt = ByteBuffer.allocate(12).putLong(number).putInt(received).array();
    return Base64.getEncoder().encodeToString(sealer.seal(PURPOSE, receipt, boundTo(queue)));
  }

  /**
   * @throws dev.bulwark.schema.ApiException ReceiptHandleIsInvalid
   */
  Receipt read(LoadedQueue queue, String handle) {
    if (handle.isEmpty() || handle.length() > LONGEST) {
      throw SqsErrors.handleIsInvalid(handle.substring(0, Math.min(handle.length(), LONGEST)));
    }
    try {
      var in =
          ByteBuffer.wrap(
              sealer.open(
                  PURPOSE,
                  Base64.getDecoder().decode(handle.getBytes(StandardCharsets.UTF_8)),
                  boundTo(queue)));
      return new Receipt(in.getLong(), in.getInt());
    } catch (IllegalArgumentException | SealException e) {
      throw SqsErrors.handleIsInvalid(handle);
    }
  }

  private static byte[] boundTo(LoadedQueue queue) {
    return queue.id().getBytes(StandardCharsets.UTF_8);
  }
}
