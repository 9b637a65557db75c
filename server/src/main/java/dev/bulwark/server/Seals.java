package dev.bulwark.server;

import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.Seal;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can guard the root key of KMS's keys by itself: the data folder's root key, and a PKCS #11
 * token where one was named.
 */
final class Seals {
  static final String KEY_FILE = "key-file";

  private static final System.Logger LOG = System.getLogger(Seals.class.getName());

  private final Seal keyFile;
  private final Map<String, String> environment;
  private @Nullable Seal token;

  /**
   * Seals.
   *
   * @param named a {@code pkcs11:} URI; null for none
   * @throws StartException where it is none
   */
  Seals(Seal keyFile, @Nullable String named, Map<String, String> environment) {
    this.keyFile = keyFile;
    this.environment = environment;
    this.token = named == null ? null : pkcs11(named);
  }

  Pkcs11Seal pkcs11(String uri) {
    return Pkcs11Seal.of(Pkcs11Uri.parse(uri), environment);
  }

  Seal keyFile() {
    return keyFile;
  }

  /** Remembers the token that guards from now on. */
  synchronized void use(Seal other) {
    token = other;
  }

  /** The seal of that kind; shares are none, and need none. */
  synchronized Seal ofKind(String kind) {
    if (!kind.equals(Pkcs11Seal.KIND)) {
      return keyFile;
    }
    if (token == null) {
      throw new StartException(
          "the keys of KMS are sealed by a PKCS #11 token: name it with --seal pkcs11:token=T;object=K?module-path=/P, or in BULWARK_SEAL");
    }
    return token;
  }

  /**
   * The seal for the vault of a folder: the one that guards it, or for a new one the token where
   * one was named.
   */
  synchronized Seal forVault(Path folder, Path mirror) {
    var kind = KeyVault.sealOf(folder, mirror);
    if (kind.isEmpty()) {
      return token == null ? keyFile : token;
    }
    if (token != null && !kind.get().equals(Pkcs11Seal.KIND)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the keys of KMS are sealed by {0}, not by the token of --seal; ./bulwark seal --pkcs11 changes that",
          kind.get());
    }
    return ofKind(kind.get());
  }
}
