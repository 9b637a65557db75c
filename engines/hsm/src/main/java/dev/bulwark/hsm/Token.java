package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One token, as its user: keys by their names, which are unique in it. Safe for many threads. */
public final class Token {
  /** The length of AES-GCM's nonces. */
  public static final int NONCE = 12;

  /** The length of AES-GCM's tags. */
  public static final int TAG = 16;

  private static final int AES_BYTES = 32;
  private static final int MAX_KEYS = 4096;

  private final SoftHsm hsm;
  private final String label;
  private final byte[] pin;
  private final Map<String, Long> handles = new ConcurrentHashMap<>();
  private long slot;
  private long epoch = -1;

  Token(SoftHsm hsm, String label, byte[] pin) {
    this.hsm = hsm;
    this.label = label;
    this.pin = pin.clone();
  }

  /** What is done in a session; the arena is the session's too. */
  private <T> T inSession(SessionWork<T> work) {
    return hsm.using(
        library -> {
          logIn(library);
          try (var arena = Arena.ofConfined()) {
            long session = SoftHsm.openSession(library, slot, arena);
            try {
              return work.run(library, session, arena);
            } finally {
              library.ask("C_CloseSession", session);
            }
          }
        });
  }

  @FunctionalInterface
  private interface SessionWork<T> {
    T run(Pkcs11 library, long session, Arena arena);
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
      slot = SoftHsm.slotOf(library, label, arena);
      long kept = SoftHsm.openSession(library, slot, arena);
      long answer =
          library.ask("C_Login", kept, Ck.USER, Pkcs11.bytes(arena, pin), (long) pin.length);
      if (answer != Ck.OK && answer != Ck.USER_ALREADY_LOGGED_IN) {
        library.ask("C_CloseSession", kept);
        throw Pkcs11.failure("C_Login", answer);
      }
    }
    epoch = hsm.epoch();
  }

  /**
   * Makes an AES-256 key that cannot be read, and returns once it is on the disk.
   *
   * @throws HsmException REFUSED where the name is taken, or the token full
   */
  public void generateAes(String name) {
    var taken = names();
    if (taken.contains(name)) {
      throw new HsmException(Kind.REFUSED, "There is a key of that name");
    }
    if (taken.size() >= MAX_KEYS) {
      throw new HsmException(
          Kind.REFUSED, "The token holds %d keys, the most it takes".formatted(MAX_KEYS));
    }
    inSession(
        (library, session, arena) -> {
          var id = name.getBytes(StandardCharsets.UTF_8);
          var template =
              Pkcs11.attributes(
                  arena,
                  Ck.CLASS,
                  Ck.SECRET_KEY,
                  Ck.KEY_TYPE,
                  Ck.AES,
                  Ck.VALUE_LEN,
                  (long) AES_BYTES,
                  Ck.LABEL,
                  id,
                  Ck.ID,
                  id,
                  Ck.TOKEN,
                  true,
                  Ck.PRIVATE,
                  true,
                  Ck.SENSITIVE,
                  true,
                  Ck.EXTRACTABLE,
                  false,
                  Ck.MODIFIABLE,
                  false,
                  Ck.WRAP,
                  false,
                  Ck.UNWRAP,
                  false,
                  Ck.ENCRYPT,
                  true,
                  Ck.DECRYPT,
                  true);
          var handle = arena.allocate(JAVA_LONG);
          library.call(
              "C_GenerateKey",
              session,
              Pkcs11.mechanism(arena, Ck.AES_KEY_GEN),
              template,
              template.byteSize() / 24,
              handle);
          handles.put(name, handle.get(JAVA_LONG, 0));
          return name;
        });
    hsm.sync(label);
  }

  /** The names of all keys. */
  public List<String> names() {
    return inSession(
        (library, session, arena) ->
            find(
                library,
                session,
                arena,
                Pkcs11.attributes(arena, Ck.CLASS, Ck.SECRET_KEY),
                handle ->
                    new String(
                        read(library, session, handle, Ck.ID, arena), StandardCharsets.UTF_8)));
  }

  /** Whether there is a key of that name. */
  public boolean contains(String name) {
    return names().contains(name);
  }

  private static <T> List<T> find(
      Pkcs11 library, long session, Arena arena, MemorySegment template, Function<Long, T> seen) {
    library.call("C_FindObjectsInit", session, template, template.byteSize() / 24);
    var found = arena.allocate(JAVA_LONG, MAX_KEYS);
    var count = arena.allocate(JAVA_LONG);
    try {
      library.call("C_FindObjects", session, found, (long) MAX_KEYS, count);
    } finally {
      library.ask("C_FindObjectsFinal", session);
    }
    var all = new ArrayList<T>();
    for (long i = 0; i < count.get(JAVA_LONG, 0); i++) {
      all.add(seen.apply(found.getAtIndex(JAVA_LONG, i)));
    }
    return List.copyOf(all);
  }

  private static byte[] read(
      Pkcs11 library, long session, long handle, long attribute, Arena arena) {
    var value = arena.allocate(1024);
    var template = arena.allocate(24, 8);
    template.setAtIndex(JAVA_LONG, 0, attribute);
    template.setAtIndex(java.lang.foreign.ValueLayout.ADDRESS, 1, value);
    template.setAtIndex(JAVA_LONG, 2, value.byteSize());
    long answer = library.ask("C_GetAttributeValue", session, handle, template, 1L);
    if (answer == Ck.ATTRIBUTE_SENSITIVE) {
      throw new HsmException(Kind.REFUSED, "The key cannot be extracted");
    }
    if (answer != Ck.OK) {
      throw Pkcs11.failure("C_GetAttributeValue", answer);
    }
    return value.asSlice(0, template.getAtIndex(JAVA_LONG, 2)).toArray(JAVA_BYTE);
  }

  /**
   * Refused, always: no key here can be extracted.
   *
   * @throws HsmException REFUSED
   */
  public byte[] extract(String name) {
    return inSession(
        (library, session, arena) ->
            read(library, session, handle(library, session, arena, name), Ck.VALUE, arena));
  }

  private long handle(Pkcs11 library, long session, Arena arena, String name) {
    var known = handles.get(name);
    if (known != null) {
      return known;
    }
    var template =
        Pkcs11.attributes(
            arena, Ck.CLASS, Ck.SECRET_KEY, Ck.ID, name.getBytes(StandardCharsets.UTF_8));
    var found = find(library, session, arena, template, handle -> handle);
    if (found.isEmpty()) {
      throw new HsmException(Kind.NOT_FOUND, "There is no key of that name");
    }
    handles.put(name, found.getFirst());
    return found.getFirst();
  }

  /**
   * AES-256-GCM.
   *
   * @param aad at least one byte: SoftHSM 2.6 fails without
   * @return ciphertext and tag
   */
  public byte[] encrypt(String name, byte[] nonce, byte[] aad, byte[] plaintext) {
    requireAad(aad);
    return inSession(
        (library, session, arena) -> {
          long key = handle(library, session, arena, name);
          library.call("C_EncryptInit", session, Pkcs11.gcm(arena, nonce, aad), key);
          var in = secret(arena, plaintext);
          var out = arena.allocate(plaintext.length + TAG);
          var length = arena.allocateFrom(JAVA_LONG, out.byteSize());
          try {
            library.call("C_Encrypt", session, in, (long) plaintext.length, out, length);
          } finally {
            in.fill((byte) 0);
          }
          return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        });
  }

  /** A copy that is never empty, since empty segments have no address of their own. */
  private static MemorySegment secret(Arena arena, byte[] bytes) {
    var copy = arena.allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  private static void requireAad(byte[] aad) {
    if (aad.length == 0) {
      throw new IllegalArgumentException("AES-GCM needs associated data here");
    }
  }

  /**
   * What {@link #encrypt} was given.
   *
   * @throws HsmException BAD_DATA where anything differs
   */
  public byte[] decrypt(String name, byte[] nonce, byte[] aad, byte[] ciphertext) {
    requireAad(aad);
    if (ciphertext.length < TAG) {
      throw new HsmException(Kind.BAD_DATA, "The ciphertext is too short");
    }
    return inSession(
        (library, session, arena) -> {
          long key = handle(library, session, arena, name);
          library.call("C_DecryptInit", session, Pkcs11.gcm(arena, nonce, aad), key);
          var out = arena.allocate(ciphertext.length);
          var length = arena.allocateFrom(JAVA_LONG, out.byteSize());
          long answer =
              library.ask(
                  "C_Decrypt",
                  session,
                  Pkcs11.bytes(arena, ciphertext),
                  (long) ciphertext.length,
                  out,
                  length);
          if (answer == Ck.GENERAL_ERROR
              || answer == Ck.ENCRYPTED_DATA_INVALID
              || answer == Ck.ENCRYPTED_DATA_LEN_RANGE) {
            throw new HsmException(Kind.BAD_DATA, "The ciphertext was not made so by this key");
          }
          if (answer != Ck.OK) {
            throw Pkcs11.failure("C_Decrypt", answer);
          }
          try {
            return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
          } finally {
            out.fill((byte) 0);
          }
        });
  }

  /** Random bytes of the token's generator. */
  public byte[] random(int count) {
    return inSession(
        (library, session, arena) -> {
          var out = arena.allocate(count);
          library.call("C_GenerateRandom", session, out, (long) count);
          return out.toArray(JAVA_BYTE);
        });
  }

  /**
   * Destroys a key.
   *
   * @throws HsmException NOT_FOUND
   */
  public void destroy(String name) {
    inSession(
        (library, session, arena) -> {
          library.call("C_DestroyObject", session, handle(library, session, arena, name));
          handles.remove(name);
          return name;
        });
    hsm.sync(label);
  }
}
