package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The objects of a token as its keys. SoftHSM2 stores an object attribute by attribute, its values
 * last, and a pair's public half before its private one: what a kill has left of that is no key.
 */
final class TokenObjects {
  private static final long[] KEYS = {Ck.SECRET_KEY, Ck.PRIVATE_KEY};

  private TokenObjects() {}

  /**
   * Secret keys and private halves that are whole. SoftHSM2 stores with the values that a key was
   * made in the token, or, of one that was unwrapped, that it was not always in one.
   *
   * @param typesAndValues attributes that they have
   */
  private static List<Long> whole(TokenSession session, Object... typesAndValues) {
    var found = new ArrayList<Long>();
    for (long kind : KEYS) {
      for (var mark : new Object[][] {{Ck.LOCAL, true}, {Ck.ALWAYS_SENSITIVE, false}}) {
        for (long key : session.find(template(typesAndValues, Ck.CLASS, kind, mark[0], mark[1]))) {
          found.add(key);
        }
      }
    }
    return found;
  }

  private static Object[] template(Object[] some, Object... more) {
    var all = new ArrayList<Object>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray();
  }

  /** The secret key, or the private half of the pair, of that name. */
  static Optional<Long> find(TokenSession session, byte[] id) {
    return whole(session, Ck.ID, id).stream().findFirst();
  }

  /** How many keys there are. */
  static int count(TokenSession session) {
    return whole(session).size();
  }

  /** All keys, pairs by their private halves, but for those that are destroyed meanwhile. */
  static List<TokenKey> all(TokenSession session) {
    var found = new ArrayList<TokenKey>();
    for (long key : whole(session)) {
      try {
        found.add(new TokenKey(name(session, key), specOf(session, key)));
      } catch (HsmException e) {
        if (e.kind() != Kind.NOT_FOUND) {
          throw e;
        }
      }
    }
    return List.copyOf(found);
  }

  private static String name(TokenSession session, long object) {
    return new String(session.read(object, Ck.ID), StandardCharsets.UTF_8);
  }

  static KeySpec specOf(TokenSession session, long key) {
    long type = session.readNumber(key, Ck.KEY_TYPE);
    if (type == Ck.EC) {
      return KeySpec.ofCurve(session.read(key, Ck.EC_PARAMS))
          .orElseThrow(TokenObjects::unknownKind);
    }
    if (type == Ck.RSA) {
      return KeySpec.of(type, session.read(key, Ck.MODULUS).length)
          .orElseThrow(TokenObjects::unknownKind);
    }
    int bytes = (int) session.readNumber(key, Ck.VALUE_LEN);
    return KeySpec.of(type, bytes)
        .or(() -> KeySpec.named(new String(session.read(key, Ck.LABEL), StandardCharsets.UTF_8)))
        .orElseThrow(TokenObjects::unknownKind);
  }

  private static HsmException unknownKind() {
    return new HsmException(Kind.FAILED, "The token holds a key of another kind");
  }

  /** Destroys all objects of that name, the public half first: alone it would be taken for one. */
  static void destroy(TokenSession session, byte[] id) {
    for (long kind : new long[] {Ck.PUBLIC_KEY, Ck.PRIVATE_KEY, Ck.SECRET_KEY}) {
      for (long object : session.find(Ck.CLASS, kind, Ck.ID, id)) {
        destroy(session, object);
      }
    }
  }

  private static void destroy(TokenSession session, long object) {
    session.library().call("C_DestroyObject", session.id(), object);
  }

  /**
   * Destroys what is no whole key, while nobody makes any. Public halves that are alone stay: their
   * private ones may be there, and not be readable just now. Who makes a key of that name anew
   * destroys them.
   */
  static void sweep(TokenSession session) {
    var whole = new HashSet<>(whole(session));
    for (long kind : KEYS) {
      for (long object : session.find(Ck.CLASS, kind)) {
        if (!whole.contains(object)) {
          destroy(session, object);
        }
      }
    }
  }
}
