package dev.bulwark.cryptography;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What the key log tells, one record at a time. */
sealed interface LogRecord {

  /** A key of an account in a Region, or one of the vault's own, under the root key. */
  record Domain(String name, byte[] wrapped) implements LogRecord {}

  /** Key material under its domain key. */
  record Material(MaterialRef ref, KeySpec spec, byte @Nullable [] publicKey, byte[] sealed)
      implements LogRecord {}

  /** Material that is no more. */
  record Destroyed(MaterialRef ref) implements LogRecord {}

  default byte[] encode() {
    var bytes = new ByteArrayOutputStream(512);
    var out = new DataOutputStream(bytes);
    try {
      switch (this) {
        case Domain domain -> {
          out.writeByte(1);
          out.writeUTF(domain.name());
          writeBytes(out, domain.wrapped());
        }
        case Material material -> {
          out.writeByte(2);
          writeRef(out, material.ref());
          out.writeUTF(material.spec().name());
          writeBytes(out, material.publicKey() == null ? new byte[0] : material.publicKey());
          writeBytes(out, material.sealed());
        }
        case Destroyed destroyed -> {
          out.writeByte(3);
          writeRef(out, destroyed.ref());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The record that {@link #encode} wrote; its bytes were authenticated before. */
  static LogRecord decode(byte[] bytes) {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case 1 -> new Domain(in.readUTF(), readBytes(in));
        case 2 -> {
          var ref = readRef(in);
          var spec = KeySpec.valueOf(in.readUTF());
          var publicKey = readBytes(in);
          yield new Material(ref, spec, publicKey.length == 0 ? null : publicKey, readBytes(in));
        }
        case 3 -> new Destroyed(readRef(in));
        default ->
            throw new CryptographyException(
                CryptographyException.Reason.DAMAGED,
                "the key log holds records of a newer version of Bulwark");
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeRef(DataOutputStream out, MaterialRef ref) throws IOException {
    out.writeUTF(ref.accountId());
    out.writeUTF(ref.region());
    out.writeUTF(ref.keyId());
    out.writeUTF(ref.materialId());
  }

  private static MaterialRef readRef(DataInputStream in) throws IOException {
    return new MaterialRef(
        in.readUTF().intern(), in.readUTF().intern(), in.readUTF(), in.readUTF());
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
