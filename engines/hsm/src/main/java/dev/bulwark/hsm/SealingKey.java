package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An AES key in a token of any PKCS#11 module, SoftHSM2's or a hardware module's, for the few bytes
 * of a root key: AES-GCM inside the token, which the module starts for and ends after each use.
 */
public final class SealingKey {
  private static final int SHORTEST = Token.NONCE + Token.TAG;

  private final Path module;
  private final String token;
  private final String label;
  private final Supplier<byte[]> pin;
  private final Map<String, String> environment;

  /**
   * A key.
   *
   * @param module the library
   * @param token the token's label
   * @param label the key's
   * @param pin of the token's user; asked for at each use, and wiped after it
   * @param environment of this process as it began: where SOFTHSM2_CONF is looked up
   */
  public SealingKey(
      Path module,
      String token,
      String label,
      Supplier<byte[]> pin,
      Map<String, String> environment) {
    this.module = module;
    this.token = token;
    this.label = label;
    this.pin = pin;
    this.environment = environment;
  }

  private <T> T inSession(Function<TokenSession, T> work) {
    if (!Files.isRegularFile(module)) {
      throw new HsmException(
          Kind.NOT_INSTALLED, "There is no PKCS#11 module " + module + ": install it");
    }
    return SoftHsm.elsewhere(
        module,
        environment,
        library -> {
          try (var arena = Arena.ofConfined()) {
            var session =
                new TokenSession(
                    library, Slots.openSession(library, slot(library, arena), arena), arena);
            logIn(session);
            try {
              return work.apply(session);
            } finally {
              library.ask("C_Logout", session.id());
              library.ask("C_CloseSession", session.id());
            }
          }
        });
  }

  private long slot(Pkcs11 library, Arena arena) {
    try {
      return Slots.of(library, token, arena);
    } catch (HsmException e) {
      throw new HsmException(
          e.kind(), "The PKCS#11 module %s has no token %s".formatted(module, token), e);
    }
  }

  private void logIn(TokenSession session) {
    var secret = pin.get();
    var copy = Pkcs11.bytes(session.arena(), secret);
    long answer =
        session.library().ask("C_Login", session.id(), Ck.USER, copy, (long) secret.length);
    copy.fill((byte) 0);
    Arrays.fill(secret, (byte) 0);
    if (answer == Ck.PIN_INCORRECT) {
      throw new HsmException(Kind.REFUSED, "The PIN of token " + token + " is not right");
    }
    if (answer == Ck.PIN_LOCKED) {
      throw new HsmException(Kind.REFUSED, "The PIN of token " + token + " is locked");
    }
    if (answer != Ck.OK && answer != Ck.USER_ALREADY_LOGGED_IN) {
      throw Pkcs11.failure("C_Login", answer);
    }
  }

  private long[] find(TokenSession session) {
    return session.find(Ck.CLASS, Ck.SECRET_KEY, Ck.KEY_TYPE, Ck.AES, Ck.LABEL, utf8(label));
  }

  private long key(TokenSession session) {
    var found = find(session);
    if (found.length != 1) {
      throw new HsmException(
          Kind.NOT_FOUND,
          "The token %s has %s AES key %s"
              .formatted(token, found.length == 0 ? "no" : "more than one", label));
    }
    return found[0];
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes the key, which cannot be extracted, and returns once the disks keep it.
   *
   * @throws HsmException REFUSED where it is there
   */
  public void make() {
    inSession(
        session -> {
          if (find(session).length > 0) {
            throw new HsmException(
                Kind.REFUSED, "The token %s has a key %s already".formatted(token, label));
          }
          return KeyMaking.generate(session, utf8(label), KeySpec.AES_256, label);
        });
    Pkcs11.syncDisks();
  }

  /**
   * Wraps bytes.
   *
   * @param nonce 12 random bytes
   * @throws HsmException where the token, or its key, cannot be used; it says why
   */
  public byte[] wrap(byte[] plaintext, byte[] aad, byte[] nonce) {
    return inSession(
        session -> {
          var sealed = Gcm.encrypt(session, key(session), nonce, aad, plaintext);
          var whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
          System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
          return whole;
        });
  }

  /**
   * What {@link #wrap} was given.
   *
   * @throws HsmException BAD_DATA where another key wrapped it; else as there
   */
  public byte[] unwrap(byte[] wrapped, byte[] aad) {
    if (wrapped.length < SHORTEST) {
      throw new HsmException(Kind.BAD_DATA, "These are no wrapped bytes");
    }
    var nonce = Arrays.copyOf(wrapped, Token.NONCE);
    var sealed = Arrays.copyOfRange(wrapped, Token.NONCE, wrapped.length);
    return inSession(session -> Gcm.decrypt(session, key(session), nonce, aad, sealed));
  }
}
