package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Ids;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.PasswordHash;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.HsmEvents.Deed;
import dev.bulwark.schema.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** What admins do with the users of a cluster, and users with their passwords. */
public final class UserAdministration {
  /** The first admin, as at AWS. */
  public static final String ADMIN = "admin";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,31}");
  private static final int MOST = 1024;
  private static final int PIN_BYTES = 36;

  private final CloudHsmTables tables;
  private final Tokens tokens;
  private final Backups backups;
  private final BackupArchives archives;
  private final ClusterUsers users;
  private final UserLogins logins;
  private final HsmEvents events;

  UserAdministration(
      CloudHsmTables tables,
      Tokens tokens,
      Backups backups,
      BackupArchives archives,
      ClusterUsers users,
      UserLogins logins,
      HsmEvents events) {
    this.tables = tables;
    this.tokens = tokens;
    this.backups = backups;
    this.archives = archives;
    this.users = users;
    this.logins = logins;
    this.events = events;
  }

  /** A user as others see them. */
  public record User(String name, UserRole role, boolean locked) {}

  /** The users of a cluster of that account. */
  public List<User> list(String accountId, String clusterId) {
    return tables.secretsOf(users.serving(accountId, clusterId)).users().stream()
        .map(user -> new User(user.name(), user.role(), UserLogins.isLocked(user)))
        .toList();
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw CloudHsmErrors.invalid("A user's name has 1 to 31 letters, digits and ._@+-.");
    }
  }

  private static String hash(String password) {
    if (password.length() < 7 || password.length() > 32) {
      throw CloudHsmErrors.invalid("A password has 7 to 32 characters.");
    }
    return PasswordHash.make(password, Randomness.secure());
  }

  /**
   * Activates an initialized cluster: its admin gets a password.
   *
   * @param accountId whose cluster it must be
   * @throws ApiException CloudHSM's
   */
  public void activate(
      String accountId, String clusterId, String password, Instant now, HsmOrigin origin) {
    var cluster = users.find(accountId, clusterId);
    if (cluster.state() != State.INITIALIZED || cluster.hsms().isEmpty()) {
      throw CloudHsmErrors.clusterState(cluster);
    }
    var admin = new UserRecord(ADMIN, UserRole.ADMIN, hash(password), null, null, 0);
    var file = archives.write(List.of());
    logins.change(
        cluster,
        (tx, secrets) -> {
          var before = Objects.requireNonNull(tables.clusters.get(tx, CloudHsmTables.key(cluster)));
          if (before.state() != State.INITIALIZED) {
            throw CloudHsmErrors.clusterState(before);
          }
          var after = before.with(State.ACTIVE, before.hsms(), before.certificates());
          var with = secrets.plus(admin);
          tables.clusters.put(tx, CloudHsmTables.key(after), after);
          backups.add(tx, after, new Backups.Archive(with, file), now);
          events.succeeded(
              tx, new Deed(HsmEvents.CREATE_OFFICER, after, ADMIN, UserRole.ADMIN, origin));
          return with;
        });
  }

  /**
   * Makes a user, a crypto user with a new token.
   *
   * @throws ApiException CloudHSM's
   */
  public void create(
      String accountId,
      String clusterId,
      Login admin,
      String name,
      UserRole role,
      String password,
      HsmOrigin origin) {
    checkName(name);
    var cluster = requireAdmin(accountId, clusterId, admin, origin);
    requireRoom(tables.secretsOf(cluster), name);
    var hash = hash(password);
    if (role == UserRole.ADMIN) {
      add(cluster, new UserRecord(name, role, hash, null, null, 0), origin);
      return;
    }
    var label = Ids.hex(16);
    var pin = Ids.token(PIN_BYTES).getBytes(StandardCharsets.US_ASCII);
    var user = new UserRecord(name, role, hash, label, archives.sealPin(pin, label), 0);
    tokens.expect(List.of(label));
    try {
      makeToken(label, pin);
      add(cluster, user, origin);
    } catch (RuntimeException e) {
      users.remove(List.of(label));
      throw e;
    } finally {
      tokens.settle(List.of(label));
    }
  }

  private void makeToken(String label, byte[] pin) {
    var officer = Ids.token(PIN_BYTES).getBytes(StandardCharsets.US_ASCII);
    try {
      tokens.using(hsm -> hsm.create(label, pin, officer));
    } finally {
      Arrays.fill(pin, (byte) 0);
      Arrays.fill(officer, (byte) 0);
    }
  }

  private ClusterRecord requireAdmin(
      String accountId, String clusterId, Login admin, HsmOrigin origin) {
    var cluster = users.serving(accountId, clusterId);
    logins.authenticate(cluster, admin.name(), admin.password(), origin, UserRole.ADMIN);
    return cluster;
  }

  private void add(ClusterRecord cluster, UserRecord user, HsmOrigin origin) {
    var name = user.role() == UserRole.ADMIN ? HsmEvents.CREATE_OFFICER : HsmEvents.CREATE_USER;
    logins.change(
        cluster,
        (tx, secrets) -> {
          requireRoom(secrets, user.name());
          events.succeeded(tx, new Deed(name, cluster, user.name(), user.role(), origin));
          return secrets.plus(user);
        });
  }

  private static void requireRoom(ClusterSecrets secrets, String name) {
    if (secrets.user(name).isPresent()) {
      throw CloudHsmErrors.invalid("The user " + name + " is there already.");
    }
    if (secrets.users().size() >= MOST) {
      throw CloudHsmErrors.invalid("The quota of %d users has been reached.".formatted(MOST));
    }
  }

  /**
   * Deletes a user, a crypto user with all keys.
   *
   * @throws ApiException CloudHSM's
   */
  public void delete(
      String accountId, String clusterId, Login admin, String name, HsmOrigin origin) {
    var cluster = requireAdmin(accountId, clusterId, admin, origin);
    if (admin.name().equals(name)) {
      throw CloudHsmErrors.invalid("Admins cannot delete themselves.");
    }
    var user = user(cluster, name);
    logins.change(
        cluster,
        (tx, secrets) -> {
          events.succeeded(tx, new Deed(HsmEvents.DELETE_USER, cluster, name, user.role(), origin));
          return secrets.without(user);
        });
    if (user.token() != null) {
      users.remove(List.of(user.token()));
    }
  }

  private UserRecord user(ClusterRecord cluster, String name) {
    return tables
        .secretsOf(cluster)
        .user(name)
        .orElseThrow(() -> CloudHsmErrors.invalid("There is no user " + name + "."));
  }

  /**
   * Changes a user's own password. Sessions that the user has end.
   *
   * @throws ApiException CloudHSM's
   */
  public void changePassword(
      String accountId, String clusterId, Login login, String next, HsmOrigin origin) {
    var cluster = users.serving(accountId, clusterId);
    var user =
        logins.authenticate(cluster, login.name(), login.password(), origin, UserRole.values());
    setPassword(cluster, user, hash(next), origin);
  }

  /**
   * Gives another user a password, which unlocks. Sessions that the user has end.
   *
   * @throws ApiException CloudHSM's
   */
  public void resetPassword(
      String accountId, String clusterId, Login admin, String name, String next, HsmOrigin origin) {
    var cluster = requireAdmin(accountId, clusterId, admin, origin);
    setPassword(cluster, user(cluster, name), hash(next), origin);
  }

  private void setPassword(ClusterRecord cluster, UserRecord known, String hash, HsmOrigin origin) {
    logins.change(
        cluster,
        (tx, secrets) -> {
          var user =
              secrets
                  .user(known.name())
                  .orElseThrow(
                      () -> CloudHsmErrors.invalid("There is no user " + known.name() + "."));
          events.succeeded(
              tx, new Deed(HsmEvents.CHANGE_PASSWORD, cluster, user.name(), user.role(), origin));
          return secrets.with(user.withPassword(hash));
        });
  }
}
