package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.cryptography.PasswordHash;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.encryption.cloudhsm.HsmEvents.Deed;
import dev.bulwark.state.WriteTx;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Judges the passwords of users inside clusters. As at AWS, five wrong ones in a row lock a user
 * out until an admin sets another.
 */
final class UserLogins {
  private static final int WRONG_ONES = 5;

  private final CloudHsmTables tables;
  private final HsmEvents events;

  /** A hash takes memory: 19 MiB. Whoever has waited longest is next. */
  private final Semaphore hashing = new Semaphore(4, true);

  /** By cluster: guesses at one leave room for the users of others. */
  private final List<Semaphore> shares =
      Stream.generate(() -> new Semaphore(2, true)).limit(64).toList();

  /** By user: whoever guesses at one waits for the other. */
  private final List<Object> turns = Stream.generate(Object::new).limit(64).toList();

  UserLogins(CloudHsmTables tables, HsmEvents events) {
    this.tables = tables;
    this.events = events;
  }

  static boolean isLocked(UserRecord user) {
    return user.failures() >= WRONG_ONES;
  }

  /**
   * The user whose password this is.
   *
   * @param roles of which one the user has to be
   * @throws dev.bulwark.schema.ApiException CloudHSM's, the same for a wrong name and a wrong
   *     password
   */
  UserRecord authenticate(
      ClusterRecord cluster, String name, String password, HsmOrigin origin, UserRole... roles) {
    synchronized (turns.get(Math.floorMod((cluster.id() + name).hashCode(), turns.size()))) {
      var found =
          tables
              .secretsOf(cluster)
              .user(name)
              .filter(one -> Arrays.asList(roles).contains(one.role()));
      // A name that is not there costs as much time as a wrong password.
      boolean right =
          matches(
              cluster,
              password,
              found.map(UserRecord::passwordHash).orElse(PasswordHash.OF_NOBODY));
      if (found.isEmpty()) {
        throw refused(new Deed(HsmEvents.LOGIN, cluster, null, null, null, origin), false);
      }
      var user = found.get();
      var deed = new Deed(HsmEvents.LOGIN, cluster, user.name(), user.role(), origin);
      if (isLocked(user)) {
        throw refused(deed, true);
      }
      if (!right) {
        count(cluster, user, now -> now.withFailures(now.failures() + 1));
        throw refused(deed, false);
      }
      if (user.failures() > 0) {
        count(cluster, user, now -> now.withFailures(0));
      }
      return user;
    }
  }

  private boolean matches(ClusterRecord cluster, String password, String hash) {
    var share = shares.get(Math.floorMod(cluster.id().hashCode(), shares.size()));
    share.acquireUninterruptibly();
    try {
      hashing.acquireUninterruptibly();
      try {
        return PasswordHash.matches(password, hash);
      } finally {
        hashing.release();
      }
    } finally {
      share.release();
    }
  }

  private RuntimeException refused(Deed deed, boolean locked) {
    var error = locked ? CloudHsmErrors.locked() : CloudHsmErrors.wrongPassword();
    events.failed(deed, error);
    return error;
  }

  /** Counts for the password that was judged: another one may have been set meanwhile. */
  private void count(ClusterRecord cluster, UserRecord judged, UnaryOperator<UserRecord> change) {
    change(
        cluster,
        (tx, secrets) ->
            secrets
                .user(judged.name())
                .filter(user -> user.passwordHash().equals(judged.passwordHash()))
                .map(user -> secrets.with(change.apply(user)))
                .orElse(secrets));
  }

  /** Changes a cluster's secrets as they are in the transaction. */
  void change(ClusterRecord cluster, BiFunction<WriteTx, ClusterSecrets, ClusterSecrets> change) {
    var key = CloudHsmTables.key(cluster);
    tables
        .store()
        .run(
            tx -> {
              var secrets = tables.secrets.get(tx, key);
              if (secrets == null) {
                throw CloudHsmErrors.noSuchCluster(cluster.id());
              }
              tables.secrets.put(tx, key, change.apply(tx, secrets));
            });
  }
}
