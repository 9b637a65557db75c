package dev.bulwark.messaging.sqs;

import dev.bulwark.state.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A message as stored, but for its contents, which lie sealed beside it, and for what receives have
 * made of it since. Times are in milliseconds.
 *
 * @param keptFrom since when its retention runs
 * @param visibleFrom when it could be received first
 * @param deadLetterSource the ARN of the queue that it came from as a dead letter
 * @param received how often other queues have handed it out
 */
record MessageRecord(
    String messageId,
    long sent,
    long keptFrom,
    long visibleFrom,
    String senderId,
    @Nullable String groupId,
    @Nullable String deduplicationId,
    @Nullable String deadLetterSource,
    int received,
    long firstReceived) {

  private static final byte FORMAT = 1;

  static final Codec<MessageRecord> CODEC = Codec.of(MessageRecord::encode, MessageRecord::decode);

  private byte[] encode() {
    var bytes = new ByteArrayOutputStream(160);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeUTF(messageId);
      out.writeLong(sent);
      out.writeLong(keptFrom);
      out.writeLong(visibleFrom);
      out.writeUTF(senderId);
      optional(out, groupId);
      optional(out, deduplicationId);
      optional(out, deadLetterSource);
      out.writeInt(received);
      out.writeLong(firstReceived);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static MessageRecord decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        throw new IllegalStateException("a message of another format");
      }
      return new MessageRecord(
          in.readUTF(),
          in.readLong(),
          in.readLong(),
          in.readLong(),
          in.readUTF(),
          optional(in),
          optional(in),
          optional(in),
          in.readInt(),
          in.readLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void optional(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String optional(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
