package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.Wrapping;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  /** What a token holds; its maker closes the wrapping key. */
  record Content(Instant validTo, Wrapping wrapping, KeySpec wrappingSpec, byte[] secret) {}

  byte[] write(KeyRecord key, Instant validTo, Wrapping wrapping, KeyMaterial wrappingKey) {
    var bytes = new ByteArrayOutputStream(2560);
    var secret = wrappingKey.copySecret();
    try {
      var out = new DataOutputStream(bytes);
      out.writeLong(validTo.toEpochMilli());
      out.writeUTF(wrapping.name());
      out.writeUTF(wrappingKey.spec().name());
      out.writeInt(secret.length);
      out.write(secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
    return sealer.seal(PURPOSE, bytes.toByteArray(), bound(key));
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
    try {
      var opened = sealer.open(PURPOSE, token, bound(key));
      var in = new DataInputStream(new ByteArrayInputStream(opened));
      var content =
          new Content(
              Instant.ofEpochMilli(in.readLong()),
              Wrapping.valueOf(in.readUTF()),
              KeySpec.valueOf(in.readUTF()),
              in.readNBytes(in.readInt()));
      Arrays.fill(opened, (byte) 0);
      return content;
    } catch (SealException e) {
      throw KmsErrors.invalidImportToken();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
