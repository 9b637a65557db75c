package dev.bulwark.encryption.cloudhsm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a cluster never leaves it.
 *
 * @param privateKey of its certificate, sealed; null until its first HSM
 * @param anchors in PEM, beside the cluster's own, which clients' certificates may come from
 */
record ClusterSecrets(byte @Nullable [] privateKey, List<UserRecord> users, List<String> anchors) {
  static final ClusterSecrets NONE = new ClusterSecrets(null, List.of(), List.of());

  /**
   * A user.
   *
   * @param token the name of a crypto user's token; admins have no keys
   * @param pin of the token, sealed for its name
   * @param failures how many wrong passwords there were in a row
   */
  record UserRecord(
      String name,
      UserRole role,
      String passwordHash,
      @Nullable String token,
      byte @Nullable [] pin,
      int failures) {

    UserRecord withFailures(int count) {
      return new UserRecord(name, role, passwordHash, token, pin, count);
    }

    /** With another password, which unlocks. */
    UserRecord withPassword(String hash) {
      return new UserRecord(name, role, hash, token, pin, 0);
    }

    UserRecord withToken(String label, byte[] sealedPin) {
      return new UserRecord(name, role, passwordHash, label, sealedPin, failures);
    }
  }

  public ClusterSecrets {
    users = List.copyOf(users);
    anchors = anchors == null ? List.of() : List.copyOf(anchors);
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
    return new ClusterSecrets(sealed, users, anchors);
  }

  ClusterSecrets withUsers(List<UserRecord> value) {
    return new ClusterSecrets(privateKey, value, anchors);
  }

  ClusterSecrets withAnchors(List<String> value) {
    return new ClusterSecrets(privateKey, users, value);
  }

  ClusterSecrets plus(UserRecord user) {
    var all = new ArrayList<>(users);
    all.add(user);
    return withUsers(all);
  }

  /** With a user as it is now. */
  ClusterSecrets with(UserRecord changed) {
    return withUsers(
        users.stream().map(user -> user.name().equals(changed.name()) ? changed : user).toList());
  }

  ClusterSecrets without(UserRecord gone) {
    return withUsers(users.stream().filter(user -> !user.name().equals(gone.name())).toList());
  }
}
