package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.Wrapping;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Import tokens: the private half of the wrapping key, sealed, with all that belongs to it. So a
 * wrapping key needs no row, and is worth nothing without the token that came with it.
 */
final class ImportTokens {
  private static final String PURPOSE = "kms/import-token";

  private final Sealer sealer;

  ImportTokens(Sealer sealer) {
    this.sealer = sealer;
  }

  /** What a token holds, for its reader to close. */
  record Content(Instant validTo, Wrapping wrapping, KeySpec wrappingSpec, byte[] secret)
      implements AutoCloseable {
    @Override
    public void close() {
      Arrays.fill(secret, (byte) 0);
    }
  }

  byte[] write(KeyRecord key, Instant validTo, Wrapping wrapping, KeyMaterial wrappingKey) {
    var secret = wrappingKey.copySecret();
    var wrappingName = wrapping.name().getBytes(StandardCharsets.UTF_8);
    var spec = wrappingKey.spec().name().getBytes(StandardCharsets.UTF_8);
    var content =
        ByteBuffer.allocate(
                Long.BYTES
                    + Short.BYTES
                    + wrappingName.length
                    + Short.BYTES
                    + spec.length
                    + Integer.BYTES
                    + secret.length)
            .putLong(validTo.toEpochMilli())
            .putShort((short) wrappingName.length)
            .put(wrappingName)
            .putShort((short) spec.length)
            .put(spec)
            .putInt(secret.length)
            .put(secret)
            .array();
    try {
      return sealer.seal(PURPOSE, content, bound(key));
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] bound(KeyRecord key) {
    return key.arn().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What {@link #write} put into a token for that key.
   *
   * @throws dev.bulwark.schema.ApiException InvalidImportTokenException
   */
  Content read(KeyRecord key, byte[] token) {
    byte[] opened;
    try {
      opened = sealer.open(PURPOSE, token, bound(key));
    } catch (SealException e) {
      throw KmsErrors.invalidImportToken();
    }
    try {
      var in = new DataInputStream(new ByteArrayInputStream(opened));
      return new Content(
          Instant.ofEpochMilli(in.readLong()),
          Wrapping.valueOf(in.readUTF()),
          KeySpec.valueOf(in.readUTF()),
          in.readNBytes(in.readInt()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(opened, (byte) 0);
    }
  }
}
