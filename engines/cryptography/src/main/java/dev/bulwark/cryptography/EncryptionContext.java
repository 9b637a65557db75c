package dev.bulwark.cryptography;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An encryption context as associated data: pairs in the order of their keys, each text preceded by
 * its length, so that no two contexts have one encoding, and one context has one, whatever the
 * order in which it was written.
 */
public final class EncryptionContext {
  private static final byte[] NONE = {};

  private EncryptionContext() {}

  /** The canonical bytes; none for the empty context, which is as good as no context. */
  public static byte[] encode(Map<String, String> context) {
    if (context.isEmpty()) {
      return NONE;
    }
    var out = new ByteArrayOutputStream(64 * context.size());
    new TreeMap<>(context)
        .forEach(
            (key, value) -> {
              write(out, key);
              write(out, value);
            });
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }
}
