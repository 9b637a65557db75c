package dev.bulwark.server;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.CryptographyException.Reason;
import dev.bulwark.cryptography.Seal;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.SealingKey;
import dev.bulwark.hsm.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Guards the vault's root key by an AES key in a PKCS #11 token, which the key never leaves. */
final class Pkcs11Seal implements Seal {
  static final String KIND = "pkcs11";

  /** Where the PIN is, unless a file has it. */
  static final String PIN_VARIABLE = "BULWARK_PKCS11_PIN";

  private static final byte[] OWNER =
      "bulwark key vault root key 1".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_PIN = 255;

  private final SealingKey key;

  private Pkcs11Seal(SealingKey key) {
    this.key = key;
  }

  static Pkcs11Seal of(Pkcs11Uri uri, Map<String, String> environment) {
    return new Pkcs11Seal(
        new SealingKey(
            uri.module(), uri.token(), uri.key(), () -> pin(uri, environment), environment));
  }

  private static byte[] pin(Pkcs11Uri uri, Map<String, String> environment) {
    var file = uri.pinFile();
    var pin =
        file == null
            ? environment.getOrDefault(PIN_VARIABLE, "").getBytes(StandardCharsets.UTF_8)
            : read(file);
    if (pin.length == 0) {
      throw new StartException(
          "the token's PIN is missing: name a file, pin-source=file:/…, or set " + PIN_VARIABLE);
    }
    return pin;
  }

  private static byte[] read(Path file) {
    try (var stream = Files.newInputStream(file)) {
      requirePrivate(file);
      var bytes = stream.readNBytes(LONGEST_PIN + 2);
      int end = bytes.length;
      while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
        end--;
      }
      var pin = Arrays.copyOf(bytes, Math.min(end, LONGEST_PIN));
      Arrays.fill(bytes, (byte) 0);
      return pin;
    } catch (IOException e) {
      throw new StartException("the PIN's file " + file + " cannot be read");
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      var others =
          Set.of(
              PosixFilePermission.GROUP_READ,
              PosixFilePermission.GROUP_WRITE,
              PosixFilePermission.OTHERS_READ,
              PosixFilePermission.OTHERS_WRITE);
      if (Files.getPosixFilePermissions(file).stream().anyMatch(others::contains)) {
        throw new StartException(
            "the PIN's file %s can be used by others than its owner: chmod 600 %s"
                .formatted(file, file));
      }
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  /** Makes the key in the token. */
  void makeKey() {
    inToken(
        () -> {
          key.make();
          return OWNER;
        });
  }

  @Override
  public byte[] wrap(byte[] rootKey) {
    return inToken(
        () -> {
          var wrapped = key.wrap(rootKey, OWNER, Randomness.bytes(Token.NONCE));
          // A token that cannot undo what it does would cost all keys.
          var again = key.unwrap(wrapped, OWNER);
          boolean same = Arrays.equals(again, rootKey);
          Arrays.fill(again, (byte) 0);
          if (!same) {
            throw new CryptographyException(
                Reason.INVALID_KEY, "the token's key does not decrypt what it encrypts");
          }
          return wrapped;
        });
  }

  @Override
  public byte[] unwrap(byte[] wrapped) {
    return inToken(() -> key.unwrap(wrapped, OWNER));
  }

  @FunctionalInterface
  private interface Work {
    byte[] run();
  }

  private static byte[] inToken(Work work) {
    try {
      return work.run();
    } catch (HsmException e) {
      throw new CryptographyException(
          e.kind() == HsmException.Kind.BAD_DATA ? Reason.INVALID_CIPHERTEXT : Reason.INVALID_KEY,
          e.kind() == HsmException.Kind.BAD_DATA
              ? "the token's key is not the one that sealed the root key"
              : String.valueOf(e.getMessage()),
          e);
    } catch (StartException e) {
      throw new CryptographyException(Reason.INVALID_KEY, String.valueOf(e.getMessage()), e);
    }
  }
}
