package dev.bulwark.encryption.cloudhsm.front;

import dev.bulwark.base.Randomness;
import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import dev.bulwark.encryption.cloudhsm.CryptoSession;
import dev.bulwark.hsm.Hash;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.Scheme;
import dev.bulwark.hsm.Token;
import dev.bulwark.hsm.TokenKey;
import java.util.ArrayList;
import java.util.Comparator;

/** What a crypto user does with keys. */
final class KeyRequests {
  private final CryptoSession session;
  private final Token token;

  KeyRequests(CryptoSession session, Token token) {
    this.session = session;
    this.token = token;
  }

  /**
   * Answers.
   *
   * @throws dev.bulwark.hsm.HsmException where the token refuses or fails
   * @throws IllegalArgumentException where the fields have another form
   */
  Message answer(Operation operation, Message in) {
    return switch (operation) {
      case LIST_KEYS -> list(in.text(0));
      case GENERATE_KEY -> {
        session.generate(in.text(0), spec(in.text(1)));
        yield ok();
      }
      case DELETE_KEY -> {
        session.destroy(in.text(0));
        yield ok();
      }
      case DESCRIBE_KEY -> ok(token.describe(in.text(0)).spec());
      case PUBLIC_KEY -> ok((Object) token.publicKey(in.text(0)));
      case UNWRAP_KEY -> {
        session.unwrap(in.text(0), spec(in.text(1)), in.text(2), in.fields().get(3));
        yield ok();
      }
      case SIGN ->
          ok((Object) token.sign(in.text(0), scheme(in, 1), hash(in, 2), in.fields().get(3)));
      case VERIFY -> {
        boolean right =
            token.verify(
                in.text(0), scheme(in, 1), hash(in, 2), in.fields().get(3), in.fields().get(4));
        yield ok((Object) new byte[] {(byte) (right ? 1 : 0)});
      }
      case ENCRYPT -> {
        var nonce = Randomness.bytes(Token.NONCE);
        var sealed = token.encrypt(in.text(0), nonce, data(in, 1), data(in, 2));
        yield ok(nonce, sealed);
      }
      case DECRYPT -> ok((Object) token.decrypt(in.text(0), nonce(in), data(in, 2), sealed(in)));
      case ENCRYPT_OAEP ->
          ok((Object) token.encryptOaep(in.text(0), hash(in, 1), hash(in, 2), data(in, 3)));
      case DECRYPT_OAEP ->
          ok((Object) token.decryptOaep(in.text(0), hash(in, 1), hash(in, 2), data(in, 3)));
      case MAC -> ok((Object) token.mac(in.text(0), hash(in, 1), data(in, 2)));
      case RANDOM -> ok((Object) token.random(count(in)));
      case LOG_IN, LOG_OUT, CHANGE_PASSWORD ->
          throw new IllegalArgumentException("nothing about keys");
    };
  }

  private static Message ok(Object... fields) {
    return Message.of(Status.OK.code(), fields);
  }

  private Message list(String after) {
    var fields = new ArrayList<Object>();
    token.keys().stream()
        .filter(key -> key.name().compareTo(after) > 0)
        .sorted(Comparator.comparing(TokenKey::name))
        .limit(Operation.PAGE)
        .forEach(
            key -> {
              fields.add(key.name());
              fields.add(key.spec());
            });
    return ok(fields.toArray());
  }

  private static KeySpec spec(String name) {
    return KeySpec.named(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no such kind of key"));
  }

  private static Scheme scheme(Message in, int index) {
    return Scheme.valueOf(in.text(index));
  }

  private static Hash hash(Message in, int index) {
    return Hash.valueOf(in.text(index));
  }

  private static byte[] data(Message in, int index) {
    return limited(in, index, Operation.MAX_DATA);
  }

  private static byte[] sealed(Message in) {
    return limited(in, 3, Operation.MAX_DATA + Token.TAG);
  }

  private static byte[] limited(Message in, int index, int most) {
    var field = in.fields().get(index);
    if (field.length > most) {
      throw new IllegalArgumentException("data has %d bytes at the most".formatted(most));
    }
    return field;
  }

  private static byte[] nonce(Message in) {
    var nonce = in.fields().get(1);
    if (nonce.length != Token.NONCE) {
      throw new IllegalArgumentException("a nonce has %d bytes".formatted(Token.NONCE));
    }
    return nonce;
  }

  private static int count(Message in) {
    int count = in.number(0);
    if (count < 1 || count > Operation.MAX_RANDOM) {
      throw new IllegalArgumentException(
          "there are 1 to %d random bytes at once".formatted(Operation.MAX_RANDOM));
    }
    return count;
  }
}
