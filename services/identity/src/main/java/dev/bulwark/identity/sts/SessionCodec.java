package dev.bulwark.identity.sts;

import dev.bulwark.access.SessionContext;
import dev.bulwark.identity.sts.Session.Subject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as bytes, small since clients send them with every request. The first byte is the
 * version of the format.
 */
final class SessionCodec {
  private static final int FORMAT = 1;

  private static final int ROOT = 1;
  private static final int USER = 2;
  private static final int ROLE = 3;
  private static final int FEDERATED = 4;

  private SessionCodec() {}

  static byte[] encode(Session session) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeUTF(session.accessKeyId());
      out.writeUTF(session.secretAccessKey());
      writeSubject(out, session.subject());
      out.writeLong(session.expires().getEpochSecond());
      writeContext(out, session.context());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The session, or null where the bytes are of another version of the format. */
  static @Nullable Session decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != FORMAT) {
        return null;
      }
      return new Session(
          in.readUTF(),
          in.readUTF(),
          readSubject(in),
          Instant.ofEpochSecond(in.readLong()),
          readContext(in));
    } catch (IOException e) {
      // The seal was whole, so these bytes are what some version of this program wrote.
      return null;
    }
  }

  private static void writeSubject(DataOutputStream out, Subject subject) throws IOException {
    switch (subject) {
      case Subject.Root root -> {
        out.writeByte(ROOT);
        out.writeUTF(root.accountId());
      }
      case Subject.User user -> {
        out.writeByte(USER);
        out.writeUTF(user.accountId());
        out.writeUTF(user.userId());
      }
      case Subject.Role role -> {
        out.writeByte(ROLE);
        out.writeUTF(role.accountId());
        out.writeUTF(role.roleId());
        out.writeUTF(role.sessionName());
      }
      case Subject.Federated federated -> {
        out.writeByte(FEDERATED);
        out.writeUTF(federated.accountId());
        out.writeUTF(federated.name());
        out.writeUTF(federated.issuerId());
      }
    }
  }

  private static Subject readSubject(DataInputStream in) throws IOException {
    var kind = in.readByte();
    return switch (kind) {
      case ROOT -> new Subject.Root(in.readUTF());
      case USER -> new Subject.User(in.readUTF(), in.readUTF());
      case ROLE -> new Subject.Role(in.readUTF(), in.readUTF(), in.readUTF());
      case FEDERATED -> new Subject.Federated(in.readUTF(), in.readUTF(), in.readUTF());
      default -> throw new IOException("a session of the unknown kind " + kind);
    };
  }

  private static void writeContext(DataOutputStream out, SessionContext context)
      throws IOException {
    out.writeLong(context.issuedAt().getEpochSecond());
    out.writeBoolean(context.mfaAuthenticated());
    var mfaTime = context.mfaTime();
    out.writeLong(mfaTime == null ? 0 : mfaTime.getEpochSecond());
    writeText(out, context.sourceIdentity());
    writeMap(out, context.tags());
    writeTexts(out, context.transitiveTagKeys());
    writeText(out, context.issuer());
    writeText(out, context.federatedProvider());
    writeText(out, context.policy());
    writeTexts(out, context.policyArns());
    out.writeShort(context.providerKeys().size());
    for (var entry : context.providerKeys().entrySet()) {
      out.writeUTF(entry.getKey());
      writeTexts(out, entry.getValue());
    }
  }

  private static SessionContext readContext(DataInputStream in) throws IOException {
    var issuedAt = Instant.ofEpochSecond(in.readLong());
    var mfa = in.readBoolean();
    var mfaTime = in.readLong();
    return new SessionContext(
        issuedAt,
        mfa,
        mfaTime == 0 ? null : Instant.ofEpochSecond(mfaTime),
        readText(in),
        readMap(in),
        new HashSet<>(readTexts(in)),
        readText(in),
        readText(in),
        readText(in),
        readTexts(in),
        readProviderKeys(in));
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }

  private static void writeTexts(DataOutputStream out, Collection<String> texts)
      throws IOException {
    out.writeShort(texts.size());
    for (var text : texts) {
      out.writeUTF(text);
    }
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    var texts = new ArrayList<String>(size);
    for (var i = 0; i < size; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }

  private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
    out.writeShort(map.size());
    for (var entry : map.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeUTF(entry.getValue());
    }
  }

  private static Map<String, String> readMap(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    var map = HashMap.<String, String>newHashMap(size);
    for (var i = 0; i < size; i++) {
      map.put(in.readUTF(), in.readUTF());
    }
    return map;
  }

  private static Map<String, List<String>> readProviderKeys(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    var keys = HashMap.<String, List<String>>newHashMap(size);
    for (var i = 0; i < size; i++) {
      keys.put(in.readUTF(), readTexts(in));
    }
    return keys;
  }
}
