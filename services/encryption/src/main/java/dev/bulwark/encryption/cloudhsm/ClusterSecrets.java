package dev.bulwark.encryption.cloudhsm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a cluster never leaves it.
 *
 * @param privateKey of its certificate, sealed; null until its first HSM
 */
record ClusterSecrets(byte @Nullable [] privateKey, List<UserRecord> users) {
  static final ClusterSecrets NONE = new ClusterSecrets(null, List.of());

  /** The kinds of users. */
  enum Role {
    ADMIN,
    CRYPTO_USER
  }

  /**
   * A user.
   *
   * @param token the name of a crypto user's token; admins have no keys
   * @param pin of the token, sealed for its name
   */
  record UserRecord(
      String name, Role role, String passwordHash, @Nullable String token, byte @Nullable [] pin) {}

  public ClusterSecrets {
    users = List.copyOf(users);
  }

  Optional<UserRecord> user(String name) {
    return users.stream().filter(user -> user.name().equals(name)).findFirst();
  }

  List<String> tokens() {
    var tokens = new ArrayList<String>();
    for (var user : users) {
      if (user.token() != null) {
        tokens.add(user.token());
      }
    }
    return tokens;
  }

  ClusterSecrets withPrivateKey(byte @Nullable [] sealed) {
    return new ClusterSecrets(sealed, users);
  }

  ClusterSecrets withUsers(List<UserRecord> value) {
    return new ClusterSecrets(privateKey, value);
  }

  ClusterSecrets plus(UserRecord user) {
    var all = new ArrayList<>(users);
    all.add(user);
    return withUsers(all);
  }

  ClusterSecrets without(UserRecord gone) {
    return withUsers(users.stream().filter(user -> !user.name().equals(gone.name())).toList());
  }
}
