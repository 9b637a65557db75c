package dev.bulwark.server;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.Seal;
import dev.bulwark.encryption.kms.KeyPrincipals;
import dev.bulwark.encryption.kms.MultiRegionRole;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.service.Call;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The vault of KMS's keys in a data folder, and what else KMS needs of this installation. */
final class KeyVaults {
  /** Where the second copy of the key log goes; best on another disk. */
  private static final String MIRROR_VARIABLE = "BULWARK_KEYS_MIRROR";

  private KeyVaults() {}

  /** Guards the vault's root key by the data folder's, from its key file or the environment. */
  private record KeyFileSeal(Sealer sealer) implements Seal {
    private static final String PURPOSE = "kms/root-key";
    private static final byte[] OWNER = "key vault".getBytes(StandardCharsets.US_ASCII);

    @Override
    public String kind() {
      return Seals.KEY_FILE;
    }

    @Override
    public byte[] wrap(byte[] rootKey) {
      return sealer.seal(PURPOSE, rootKey, OWNER);
    }

    @Override
    public byte[] unwrap(byte[] wrapped) {
      return sealer.open(PURPOSE, wrapped, OWNER);
    }
  }

  /**
   * Whether the data folder's root key comes from the environment, which other processes of the
   * user can read, and children inherit: for development alone.
   */
  static boolean rootKeyIsInEnvironment(Map<String, String> environment) {
    return !environment.getOrDefault("BULWARK_ROOT_KEY", "").isBlank();
  }

  static Seal seal(Sealer sealer) {
    return new KeyFileSeal(sealer);
  }

  /**
   * Opens the vault of a data folder.
   *
   * @throws StartException in words that tell what to do
   */
  static KeyVault open(Store store, Seals seals, Map<String, String> environment) {
    var folder = folder(store.directory());
    var mirror = mirror(store.directory(), environment);
    try {
      return KeyVault.open(
          folder, mirror, seals.forVault(folder, mirror), Randomness.secure(), store.isDurable());
    } catch (CryptographyException e) {
      throw new StartException("The keys of KMS cannot be used: " + e.getMessage());
    }
  }

  /** What is wrong with the keys of a data folder, one line for each problem. */
  static List<String> check(Path dataDir, Map<String, String> environment) {
    return KeyVault.check(folder(dataDir), mirror(dataDir, environment));
  }

  /**
   * By what the keys of a data folder are sealed, and whether that opens them where it can be tried
   * without changing anything.
   *
   * @param named the token that {@code --seal} names; null for none
   * @throws StartException where it does not
   */
  static String describeSeal(
      Path dataDir, @Nullable String named, Map<String, String> environment) {
    var folder = folder(dataDir);
    var mirror = mirror(dataDir, environment);
    try {
      var kind = KeyVault.sealOf(folder, mirror).orElse("nothing yet");
      if (!kind.equals(Pkcs11Seal.KIND)) {
        return kind;
      }
      if (named == null) {
        return kind + "; give --seal to have the token tried";
      }
      KeyVault.prove(folder, mirror, Pkcs11Seal.of(Pkcs11Uri.parse(named), environment));
      return kind + ": the token opens them";
    } catch (CryptographyException e) {
      throw new StartException(String.valueOf(e.getMessage()));
    }
  }

  private static Path folder(Path dataDir) {
    return dataDir.resolve("keys");
  }

  private static Path mirror(Path dataDir, Map<String, String> environment) {
    var elsewhere = environment.getOrDefault(MIRROR_VARIABLE, "");
    return elsewhere.isBlank() ? dataDir.resolve("keys-mirror") : Path.of(elsewhere);
  }

  static MultiRegionRole multiRegionRole(Identity identity) {
    var roles = identity.provisionedRoles();
    return new MultiRegionRole() {
      @Override
      public boolean exists(String accountId) {
        return roles.exists(ProvisionedRoles.multiRegionKeys(accountId));
      }

      @Override
      public void make(WriteTx tx, Call call) {
        roles.addLinked(tx, call, ProvisionedRoles.multiRegionKeys(call.accountId()));
      }
    };
  }

  static KeyPrincipals principals(Identity identity) {
    return new KeyPrincipals() {
      @Override
      public Optional<String> bindPolicy(String document) {
        return identity.bindPolicy(document);
      }

      @Override
      public String showPolicy(String stored) {
        return identity.showPolicy(stored);
      }

      @Override
      public Optional<String> bind(String arn) {
        return identity.bindPrincipal(arn);
      }

      @Override
      public String show(String stored) {
        return identity.showPrincipal(stored);
      }
    };
  }
}
