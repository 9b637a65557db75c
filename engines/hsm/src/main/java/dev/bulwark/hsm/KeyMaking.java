package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes keys in a token: private, sensitive, and not extractable. */
final class KeyMaking {
  /** By how much RFC 5649 makes a key longer whose length is a multiple of 8. */
  private static final int WRAPPING = 8;

  private static final byte[] RSA_EXPONENT = {1, 0, 1};

  private KeyMaking() {}

  /** The handle of a new secret key, or of a new pair's private half. */
  static long generate(TokenSession session, byte[] id, KeySpec spec) {
    return generate(session, id, spec, spec.name());
  }

  /**
   * The same.
   *
   * @param label of a secret key
   */
  static long generate(TokenSession session, byte[] id, KeySpec spec, String label) {
    var arena = session.arena();
    return switch (spec.kind()) {
      case AES, HMAC -> {
        var template = secret(id, spec, label);
        template.addAll(List.of(Ck.VALUE_LEN, (long) spec.bytes(), Ck.MODIFIABLE, false));
        var attributes = Pkcs11.attributes(arena, template.toArray());
        yield session.make(
            "C_GenerateKey",
            session.id(),
            Pkcs11.mechanism(
                arena,
                spec.kind() == KeySpec.Kind.AES ? Ck.AES_KEY_GEN : Ck.GENERIC_SECRET_KEY_GEN),
            attributes,
            count(attributes));
      }
      case RSA -> {
        var open = open(id);
        open.addAll(List.of(Ck.ENCRYPT, true, Ck.WRAP, true));
        open.addAll(List.of(Ck.MODULUS_BITS, spec.bytes() * 8L, Ck.PUBLIC_EXPONENT, RSA_EXPONENT));
        var hidden = hidden(id);
        hidden.addAll(List.of(Ck.DECRYPT, true, Ck.UNWRAP, true));
        yield pair(session, Ck.RSA_KEY_PAIR_GEN, open, hidden);
      }
      case EC -> {
        var open = open(id);
        open.addAll(List.of(Ck.EC_PARAMS, spec.curve()));
        yield pair(session, Ck.EC_KEY_PAIR_GEN, open, hidden(id));
      }
    };
  }

  private static long pair(
      TokenSession session, long mechanism, List<Object> open, List<Object> hidden) {
    var arena = session.arena();
    var openAttributes = Pkcs11.attributes(arena, open.toArray());
    var hiddenAttributes = Pkcs11.attributes(arena, hidden.toArray());
    return session.make(
        "C_GenerateKeyPair",
        session.id(),
        Pkcs11.mechanism(arena, mechanism),
        openAttributes,
        count(openAttributes),
        hiddenAttributes,
        count(hiddenAttributes),
        arena.allocate(8, 8));
  }

  private static long count(MemorySegment attributes) {
    return attributes.byteSize() / 24;
  }

  private static List<Object> attributes(byte[] id, Object... more) {
    var all = new ArrayList<Object>(List.of(Ck.ID, id, Ck.TOKEN, true));
    all.addAll(List.of(more));
    return all;
  }

  private static List<Object> open(byte[] id) {
    return attributes(id, Ck.PRIVATE, false, Ck.MODIFIABLE, false, Ck.VERIFY, true);
  }

  private static List<Object> hidden(byte[] id) {
    var all = attributes(id, Ck.PRIVATE, true, Ck.MODIFIABLE, false, Ck.SIGN, true);
    all.addAll(List.of(Ck.SENSITIVE, true, Ck.EXTRACTABLE, false));
    return all;
  }

  /** A label tells the kind, since SoftHSM2 knows no length of keys that it unwraps. */
  private static List<Object> secret(byte[] id, KeySpec spec, String label) {
    var all = attributes(id, Ck.CLASS, Ck.SECRET_KEY, Ck.KEY_TYPE, spec.kind().type());
    all.addAll(List.of(Ck.LABEL, label.getBytes(StandardCharsets.UTF_8)));
    all.addAll(List.of(Ck.PRIVATE, true, Ck.SENSITIVE, true, Ck.EXTRACTABLE, false));
    boolean aes = spec.kind() == KeySpec.Kind.AES;
    all.addAll(List.of(Ck.ENCRYPT, aes, Ck.DECRYPT, aes, Ck.SIGN, !aes, Ck.VERIFY, !aes));
    all.addAll(List.of(Ck.WRAP, false, Ck.UNWRAP, aes));
    return all;
  }

  /**
   * The handle of a secret key that was wrapped elsewhere.
   *
   * @param wrapping what the unwrapping key is
   */
  static long unwrap(
      TokenSession session,
      byte[] id,
      KeySpec spec,
      long wrappingKey,
      KeySpec wrapping,
      byte[] wrapped) {
    if (spec.kind().isPair()) {
      throw new HsmException(Kind.REFUSED, "Only secret keys can be brought in");
    }
    var arena = session.arena();
    var mechanism =
        switch (wrapping.kind()) {
          case AES -> Pkcs11.mechanism(arena, Ck.AES_KEY_WRAP_PAD);
          case RSA -> Pkcs11.oaep(arena);
          case EC, HMAC -> throw new HsmException(Kind.REFUSED, "That key unwraps nothing");
        };
    if (wrapping.kind() == KeySpec.Kind.AES && wrapped.length != spec.bytes() + WRAPPING) {
      throw Unwrapping.bad(null);
    }
    Unwrapping.requireLength(session, wrappingKey, wrapping, wrapped, spec.bytes());
    var attributes = Pkcs11.attributes(arena, secret(id, spec, spec.name()).toArray());
    try {
      return session.make(
          "C_UnwrapKey",
          session.id(),
          mechanism,
          wrappingKey,
          Pkcs11.bytes(arena, wrapped),
          (long) wrapped.length,
          attributes,
          count(attributes));
    } catch (HsmException e) {
      // SoftHSM2 has no error of its own for what does not unwrap.
      throw Unwrapping.bad(e);
    }
  }
}
