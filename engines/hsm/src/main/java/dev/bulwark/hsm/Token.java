package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One token, as its user: keys by their names, which are unique in it. Safe for many threads. There
 * is one of these for a token at a time: the first login destroys what a kill has left of keys.
 */
public final class Token {
  /** The length of AES-GCM's nonces. */
  public static final int NONCE = 12;

  /** The length of AES-GCM's tags. */
  public static final int TAG = 16;

  private static final System.Logger LOG = System.getLogger(Token.class.getName());
  private static final int MAX_KEYS = 4096;
  private static final int MAX_NAME = 128;

  private final SoftHsm hsm;
  private final String label;
  private final byte[] pin;

  /** Keys are made, destroyed and archived one after the other, and used meanwhile. */
  private final Object changing;

  private final Map<String, Long> handles = new ConcurrentHashMap<>();

  /** How often a key was destroyed: what was found before may be that one. */
  private final AtomicLong destroyed = new AtomicLong();

  private long slot;
  private long epoch = -1;

  Token(SoftHsm hsm, String label, byte[] pin) {
    this.hsm = hsm;
    this.label = label;
    this.pin = pin.clone();
    this.changing = hsm.changing(label);
  }

  /** What is done in a session. */
  private <T> T inSession(Function<TokenSession, T> work) {
    return hsm.using(
        library -> {
          logIn(library);
          try (var arena = Arena.ofConfined()) {
            var session = new TokenSession(library, Slots.openSession(library, slot, arena), arena);
            try {
              return work.apply(session);
            } finally {
              library.ask("C_CloseSession", session.id());
            }
          }
        });
  }

  /**
   * Logs in where the library was started anew. A login lasts as long as the token has a session:
   * this one is kept.
   */
  private synchronized void logIn(Pkcs11 library) {
    if (epoch == hsm.epoch()) {
      return;
    }
    handles.clear();
    try (var arena = Arena.ofConfined()) {
      slot = Slots.of(library, label, arena);
      long kept = Slots.openSession(library, slot, arena);
      long answer =
          Pkcs11.withSecret(
              pin, copy -> library.ask("C_Login", kept, Ck.USER, copy, (long) pin.length));
      if (answer != Ck.OK && answer != Ck.USER_ALREADY_LOGGED_IN) {
        library.ask("C_CloseSession", kept);
        throw Pkcs11.failure("C_Login", answer);
      }
      if (epoch < 0) {
        sweep(new TokenSession(library, kept, arena));
      }
    }
    epoch = hsm.epoch();
  }

  private void sweep(TokenSession session) {
    try {
      TokenObjects.sweep(session);
    } catch (HsmException e) {
      LOG.log(System.Logger.Level.WARNING, "what is left of keys could not be removed", e);
    }
  }

  // Keys

  /**
   * Makes a key, or a pair of keys, that cannot be read, and returns once it is on the disk.
   *
   * @throws HsmException REFUSED where the name is taken or none, or the token full
   */
  public void generate(String name, KeySpec spec) {
    make(name, session -> KeyMaking.generate(session, id(name), spec));
  }

  /**
   * Brings a secret key in that another key of this token unwraps: an RSA pair by OAEP with SHA-1,
   * or an AES key by RFC 5649. It cannot be read from then on.
   *
   * @throws HsmException REFUSED as for {@link #generate}, BAD_DATA where it is not what the key
   *     wraps, or of another length
   */
  public void unwrap(String name, KeySpec spec, String wrappingKey, byte[] wrapped) {
    make(
        name,
        session -> {
          long key = handle(session, wrappingKey);
          var wrapping = TokenObjects.specOf(session, key);
          return KeyMaking.unwrap(session, id(name), spec, key, wrapping, wrapped);
        });
  }

  private void make(String name, Function<TokenSession, Long> maker) {
    synchronized (changing) {
      inSession(
          session -> {
            if (TokenObjects.find(session, id(name)).isPresent()) {
              throw new HsmException(Kind.REFUSED, "There is a key of that name");
            }
            if (TokenObjects.count(session) >= MAX_KEYS) {
              throw new HsmException(
                  Kind.REFUSED, "The token holds %d keys, the most it takes".formatted(MAX_KEYS));
            }
            TokenObjects.destroy(session, id(name));
            return handles.put(name, maker.apply(session));
          });
      try {
        hsm.sync(label);
      } catch (HsmException e) {
        // It is not acknowledged: its name is to be free again.
        try {
          remove(name);
        } catch (HsmException again) {
          e.addSuppressed(again);
        }
        throw e;
      }
    }
  }

  private void remove(String name) {
    inSession(
        session -> {
          try {
            TokenObjects.destroy(session, id(name));
          } finally {
            destroyed.incrementAndGet();
            handles.remove(name);
          }
          return name;
        });
  }

  private static byte[] id(String name) {
    var id = name.getBytes(StandardCharsets.UTF_8);
    if (id.length == 0 || id.length > MAX_NAME) {
      throw new HsmException(Kind.REFUSED, "A key's name has 1 to %d bytes".formatted(MAX_NAME));
    }
    return id;
  }

  /** All keys, pairs by their private halves. */
  public List<TokenKey> keys() {
    return inSession(TokenObjects::all);
  }

  /** The names of all keys. */
  public List<String> names() {
    return keys().stream().map(TokenKey::name).toList();
  }

  /**
   * A key.
   *
   * @throws HsmException NOT_FOUND
   */
  public TokenKey describe(String name) {
    return inSession(
        session -> new TokenKey(name, TokenObjects.specOf(session, handle(session, name))));
  }

  /** The handle of a secret key, or of the private half of a pair. */
  private long handle(TokenSession session, String name) {
    var known = handles.get(name);
    if (known != null) {
      return known;
    }
    long before = destroyed.get();
    long found =
        TokenObjects.find(session, id(name))
            .orElseThrow(() -> new HsmException(Kind.NOT_FOUND, "There is no such key"));
    handles.put(name, found);
    if (destroyed.get() != before) {
      handles.remove(name, found);
    }
    return found;
  }

  private long publicHalf(TokenSession session, String name) {
    handle(session, name);
    var found = session.find(Ck.CLASS, Ck.PUBLIC_KEY, Ck.ID, id(name));
    if (found.length == 0) {
      throw new HsmException(Kind.REFUSED, "The key has no public half");
    }
    return found[0];
  }

  private KeySpec require(TokenSession session, long key, KeySpec.Kind kind) {
    var spec = TokenObjects.specOf(session, key);
    if (spec.kind() != kind) {
      throw new HsmException(Kind.REFUSED, "The key is of another kind: " + spec);
    }
    return spec;
  }

  /**
   * The public half of a pair, a SubjectPublicKeyInfo in DER.
   *
   * @throws HsmException NOT_FOUND, or REFUSED where the key has none
   */
  public byte[] publicKey(String name) {
    return inSession(
        session -> {
          long key = publicHalf(session, name);
          return PublicKeys.encode(session, key, TokenObjects.specOf(session, key));
        });
  }

  /**
   * Refused, always: no key here can be extracted.
   *
   * @throws HsmException REFUSED, or NOT_FOUND
   */
  public byte[] extract(String name) {
    return inSession(session -> session.read(handle(session, name), Ck.VALUE));
  }

  /**
   * Destroys a key, with its public half.
   *
   * @throws HsmException NOT_FOUND
   */
  public void destroy(String name) {
    synchronized (changing) {
      inSession(session -> handle(session, name));
      remove(name);
      hsm.sync(label);
    }
  }

  // Use

  /**
   * AES-GCM.
   *
   * @param nonce of 12 bytes, another one each time
   * @return ciphertext and tag
   */
  public byte[] encrypt(String name, byte[] nonce, byte[] aad, byte[] plaintext) {
    return inSession(
        session -> {
          long key = handle(session, name);
          require(session, key, KeySpec.Kind.AES);
          return Gcm.encrypt(session, key, nonce, aad, plaintext);
        });
  }

  /**
   * What {@link #encrypt} was given.
   *
   * @throws HsmException BAD_DATA where anything differs
   */
  public byte[] decrypt(String name, byte[] nonce, byte[] aad, byte[] ciphertext) {
    if (ciphertext.length < TAG) {
      throw new HsmException(Kind.BAD_DATA, "The ciphertext is too short");
    }
    return inSession(
        session -> {
          long key = handle(session, name);
          require(session, key, KeySpec.Kind.AES);
          return Gcm.decrypt(session, key, nonce, aad, ciphertext);
        });
  }

  /**
   * RSA-OAEP with an empty label, by the public half.
   *
   * @throws HsmException BAD_DATA where the plaintext is too long
   */
  public byte[] encryptOaep(String name, Hash hash, Hash mgf, byte[] plaintext) {
    return inSession(
        session -> {
          long key = publicHalf(session, name);
          return Oaep.encrypt(session, key, rsaBytes(session, key), hash, mgf, plaintext);
        });
  }

  /**
   * What {@link #encryptOaep} was given, by the private half.
   *
   * @throws HsmException BAD_DATA where anything differs
   */
  public byte[] decryptOaep(String name, Hash hash, Hash mgf, byte[] ciphertext) {
    return inSession(
        session -> {
          long key = handle(session, name);
          return Oaep.decrypt(session, key, rsaBytes(session, key), hash, mgf, ciphertext);
        });
  }

  private int rsaBytes(TokenSession session, long key) {
    return require(session, key, KeySpec.Kind.RSA).bytes();
  }

  /** Signs a digest. */
  public byte[] sign(String name, Scheme scheme, Hash hash, byte[] digest) {
    requireDigest(hash, digest);
    return inSession(
        session -> {
          long key = handle(session, name);
          var spec =
              require(session, key, scheme == Scheme.ECDSA ? KeySpec.Kind.EC : KeySpec.Kind.RSA);
          return session.apply(
              "Sign",
              mechanism(session.arena(), scheme, hash),
              key,
              input(scheme, hash, digest),
              scheme == Scheme.ECDSA ? 2 * spec.bytes() : spec.bytes());
        });
  }

  /** Whether a signature of a digest is right. */
  public boolean verify(String name, Scheme scheme, Hash hash, byte[] digest, byte[] signature) {
    requireDigest(hash, digest);
    return inSession(
        session -> {
          long key = publicHalf(session, name);
          require(session, key, scheme == Scheme.ECDSA ? KeySpec.Kind.EC : KeySpec.Kind.RSA);
          return session.verify(
              mechanism(session.arena(), scheme, hash),
              key,
              input(scheme, hash, digest),
              signature);
        });
  }

  private static void requireDigest(Hash hash, byte[] digest) {
    if (hash == Hash.SHA_1) {
      throw new HsmException(Kind.REFUSED, "Nothing is signed with SHA-1");
    }
    if (digest.length != hash.bytes()) {
      throw new HsmException(Kind.BAD_DATA, "The digest is not of that hash function");
    }
  }

  private static java.lang.foreign.MemorySegment mechanism(Arena arena, Scheme scheme, Hash hash) {
    return switch (scheme) {
      case ECDSA -> Pkcs11.mechanism(arena, Ck.ECDSA);
      case RSA_PKCS1 -> Pkcs11.mechanism(arena, Ck.RSA_PKCS);
      case RSA_PSS -> Pkcs11.pss(arena, hash);
    };
  }

  private static byte[] input(Scheme scheme, Hash hash, byte[] digest) {
    return scheme == Scheme.RSA_PKCS1 ? hash.digestInfo(digest) : digest;
  }

  /** HMAC of a message. */
  public byte[] mac(String name, Hash hash, byte[] message) {
    if (hash == Hash.SHA_1) {
      throw new HsmException(Kind.REFUSED, "No MAC is made with SHA-1");
    }
    return inSession(
        session -> {
          long key = handle(session, name);
          if (require(session, key, KeySpec.Kind.HMAC).bytes() < hash.bytes()) {
            throw new HsmException(Kind.REFUSED, "The key is shorter than the MAC");
          }
          return session.apply(
              "Sign", Pkcs11.mechanism(session.arena(), hash.hmac()), key, message, hash.bytes());
        });
  }

  /** Random bytes of the token's generator. */
  public byte[] random(int count) {
    return inSession(
        session -> {
          var out = session.arena().allocate(count);
          session.library().call("C_GenerateRandom", session.id(), out, (long) count);
          return out.toArray(JAVA_BYTE);
        });
  }
}
