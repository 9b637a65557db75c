package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Ids;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.PasswordHash;
import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.Role;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is inside a cluster: admins, who make users, and crypto users, each of whom has a token of
 * their own. The passwords are hashed; the tokens' PINs are random and sealed, so that no password
 * is a PIN.
 */
public final class ClusterUsers {
  /** The first admin, as at AWS. */
  public static final String ADMIN = "admin";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,31}");
  private static final int MOST = 1024;
  private static final int PIN_BYTES = 36;

  private final CloudHsmTables tables;
  private final Tokens tokens;
  private final Backups backups;
  private final BackupArchives archives;
  private final Map<String, Token> open = new ConcurrentHashMap<>();

  ClusterUsers(CloudHsmTables tables, Tokens tokens, Backups backups, BackupArchives archives) {
    this.tables = tables;
    this.tokens = tokens;
    this.backups = backups;
    this.archives = archives;
  }

  /**
   * What others need to know of a cluster.
   *
   * @param active whether it has users, and serves them while it has HSMs
   * @param trustAnchor PEM; null until it was initialized
   * @param zones in how many Availability Zones it has HSMs
   */
  public record View(boolean active, @Nullable String trustAnchor, int zones) {}

  /** A cluster of that account and Region. */
  public Optional<View> view(String accountId, String region, String clusterId) {
    return Optional.ofNullable(tables.clusters.get(Key.of(accountId, region, clusterId)))
        .map(
            cluster ->
                new View(
                    cluster.state() == State.ACTIVE,
                    cluster.certificates() == null ? null : cluster.certificates().trustAnchor(),
                    (int) cluster.hsms().stream().map(hsm -> hsm.zone()).distinct().count()));
  }

  /** Whether a cluster has a crypto user of that name. */
  public boolean exists(String clusterId, String name) {
    return tables
        .cluster(clusterId)
        .flatMap(cluster -> tables.secretsOf(cluster).user(name))
        .filter(user -> user.role() == Role.CRYPTO_USER)
        .isPresent();
  }

  private ClusterRecord find(String accountId, String clusterId) {
    return tables
        .cluster(clusterId)
        .filter(cluster -> cluster.accountId().equals(accountId))
        .orElseThrow(() -> CloudHsmErrors.noSuchCluster(clusterId));
  }

  private ClusterRecord find(String clusterId) {
    return tables.cluster(clusterId).orElseThrow(() -> CloudHsmErrors.noSuchCluster(clusterId));
  }

  private static void check(String name, String password) {
    if (!NAME.matcher(name).matches()) {
      throw CloudHsmErrors.invalid("A user's name has 1 to 31 letters, digits and ._@+-.");
    }
    if (password.length() < 7 || password.length() > 32) {
      throw CloudHsmErrors.invalid("A password has 7 to 32 characters.");
    }
  }

  /**
   * Activates an initialized cluster: its admin gets a password.
   *
   * @param accountId whose cluster it must be
   * @throws ApiException CloudHSM's
   */
  public void activate(String accountId, String clusterId, String password, Instant now) {
    check(ADMIN, password);
    var cluster = find(accountId, clusterId);
    if (cluster.state() != State.INITIALIZED || cluster.hsms().isEmpty()) {
      throw CloudHsmErrors.clusterState(cluster);
    }
    var admin =
        new UserRecord(
            ADMIN, Role.ADMIN, PasswordHash.make(password, Randomness.secure()), null, null);
    var file = archives.write(List.of());
    change(
        cluster,
        (tx, secrets) -> {
          var before = Objects.requireNonNull(tables.clusters.get(tx, CloudHsmTables.key(cluster)));
          if (before.state() != State.INITIALIZED) {
            throw CloudHsmErrors.clusterState(before);
          }
          var after = before.with(State.ACTIVE, before.hsms(), before.certificates());
          var with = secrets.plus(admin);
          tables.clusters.put(tx, CloudHsmTables.key(after), after);
          backups.add(tx, after, with, file, now);
          return with;
        });
  }

  private void change(
      ClusterRecord cluster, BiFunction<WriteTx, ClusterSecrets, ClusterSecrets> change) {
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

  /**
   * Makes a crypto user, with a new token.
   *
   * @param adminPassword of the cluster's admin
   * @throws ApiException CloudHSM's
   */
  public void create(
      String accountId, String clusterId, String adminPassword, String name, String password) {
    check(name, password);
    var cluster = active(find(accountId, clusterId));
    authenticate(cluster, ADMIN, adminPassword, Role.ADMIN);
    requireRoom(tables.secretsOf(cluster), name);
    var label = Ids.hex(16);
    var pin = Ids.token(PIN_BYTES).getBytes(StandardCharsets.US_ASCII);
    var user =
        new UserRecord(
            name,
            Role.CRYPTO_USER,
            PasswordHash.make(password, Randomness.secure()),
            label,
            archives.sealPin(pin, label));
    tokens.using(
        hsm -> hsm.create(label, pin, Ids.token(PIN_BYTES).getBytes(StandardCharsets.US_ASCII)));
    try {
      change(
          cluster,
          (tx, secrets) -> {
            requireRoom(secrets, name);
            return secrets.plus(user);
          });
    } catch (ApiException e) {
      remove(label);
      throw e;
    }
  }

  private static void requireRoom(ClusterSecrets secrets, String name) {
    if (secrets.user(name).isPresent()) {
      throw CloudHsmErrors.invalid("The user " + name + " is there already.");
    }
    if (secrets.users().size() >= MOST) {
      throw CloudHsmErrors.invalid("The quota of %d users has been reached.".formatted(MOST));
    }
  }

  private void remove(String label) {
    open.remove(label);
    tokens.using(
        hsm -> {
          hsm.delete(List.of(label));
          return hsm;
        });
  }

  /**
   * Deletes a crypto user with all keys.
   *
   * @throws ApiException CloudHSM's
   */
  public void delete(String accountId, String clusterId, String adminPassword, String name) {
    var cluster = active(find(accountId, clusterId));
    authenticate(cluster, ADMIN, adminPassword, Role.ADMIN);
    var user = tables.secretsOf(cluster).user(name).orElse(null);
    if (user == null || user.token() == null) {
      throw CloudHsmErrors.invalid("There is no crypto user " + name + ".");
    }
    change(cluster, (tx, secrets) -> secrets.without(user));
    remove(user.token());
  }

  /**
   * Opens a crypto user's token.
   *
   * @throws ApiException CloudHSM's, the same for a wrong name and a wrong password
   */
  public Token logIn(String clusterId, String name, String password) {
    var user = authenticate(active(find(clusterId)), name, password, Role.CRYPTO_USER);
    var label = Objects.requireNonNull(user.token());
    var pin = Objects.requireNonNull(user.pin());
    return open.computeIfAbsent(
        label, any -> tokens.using(hsm -> hsm.token(label, archives.openPin(pin, label))));
  }

  private static ClusterRecord active(ClusterRecord cluster) {
    if (cluster.state() != State.ACTIVE || cluster.hsms().isEmpty()) {
      throw CloudHsmErrors.clusterState(cluster);
    }
    return cluster;
  }

  private UserRecord authenticate(ClusterRecord cluster, String name, String password, Role role) {
    var user = tables.secretsOf(cluster).user(name).filter(one -> one.role() == role);
    // A name that is not there costs as much time as a wrong password.
    boolean right =
        PasswordHash.matches(
            password, user.map(UserRecord::passwordHash).orElse(PasswordHash.OF_NOBODY));
    return user.filter(one -> right)
        .orElseThrow(() -> CloudHsmErrors.denied("The user name or the password is not right."));
  }
}
