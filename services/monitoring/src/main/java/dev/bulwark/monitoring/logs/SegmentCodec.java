package dev.bulwark.monitoring.logs;

import dev.bulwark.base.Randomness;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Events of a segment as bytes: compressed, encrypted under a data key where their group has a key,
 * and always sealed, since logs hold what nobody thought of as secret.
 */
final class SegmentCodec {
  private static final String PURPOSE = "logs/segment";

  /** An event on its way. */
  record Entry(long timestamp, String message) {}

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final byte PLAIN = 0;
  private static final byte ENCRYPTED = 1;

  private final Sealer sealer;
  private final GroupKeys keys;

  SegmentCodec(Sealer sealer, GroupKeys keys) {
    this.sealer = sealer;
    this.keys = keys;
  }

  /**
   * @param key of the segment, to which its bytes are bound
   */
  byte[] encode(LogGroupRecord group, String key, List<Entry> events) {
    var dataKey = keys.current(group);
    var bytes = compressed(events);
    var content =
        dataKey == null
            ? ByteBuffer.allocate(1 + bytes.length).put(PLAIN).put(bytes).array()
            : encrypted(dataKey, bytes);
    return sealer.seal(PURPOSE, content, key.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] encrypted(GroupKeys.DataKey key, byte[] bytes) {
    try {
      var nonce = Randomness.bytes(NONCE);
      var cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key.plain(), "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      var encrypted = cipher.doFinal(bytes);
      return ByteBuffer.allocate(1 + 2 + key.encrypted().length + NONCE + encrypted.length)
          .put(ENCRYPTED)
          .putShort((short) key.encrypted().length)
          .put(key.encrypted())
          .put(nonce)
          .put(encrypted)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] decrypted(LogGroupRecord group, ByteBuffer content) {
    var encryptedKey = new byte[content.getShort()];
    content.get(encryptedKey);
    var nonce = new byte[NONCE];
    content.get(nonce);
    try {
      var cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(keys.open(group, encryptedKey), "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(rest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("log events of " + group.arn(), e);
    }
  }

  private static byte[] rest(ByteBuffer content) {
    var bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  private static byte[] compressed(List<Entry> events) {
    var deflater = new Deflater(Deflater.BEST_SPEED);
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
      out.writeInt(events.size());
      for (var event : events) {
        var message = event.message().getBytes(StandardCharsets.UTF_8);
        out.writeLong(event.timestamp());
        out.writeInt(message.length);
        out.write(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  List<Entry> decode(LogGroupRecord group, String key, byte[] sealed) {
    var content =
        ByteBuffer.wrap(sealer.open(PURPOSE, sealed, key.getBytes(StandardCharsets.UTF_8)));
    var bytes = content.get() == ENCRYPTED ? decrypted(group, content) : rest(content);
    try (var in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      int count = in.readInt();
      var events = new ArrayList<Entry>(count);
      for (int i = 0; i < count; i++) {
        long timestamp = in.readLong();
        events.add(
            new Entry(timestamp, new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8)));
      }
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
