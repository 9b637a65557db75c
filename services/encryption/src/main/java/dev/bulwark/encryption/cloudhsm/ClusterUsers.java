package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.encryption.cloudhsm.ClusterRecord.State;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.encryption.cloudhsm.HsmEvents.Deed;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Key;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is inside a cluster: admins, who make users, and crypto users, each of whom has a token of
 * their own. The passwords are hashed; the tokens' PINs are random and sealed, so that no password
 * is a PIN.
 */
public final class ClusterUsers {
  private static final System.Logger LOG = System.getLogger(ClusterUsers.class.getName());

  private final CloudHsmTables tables;
  private final Tokens tokens;
  private final BackupArchives archives;
  private final UserLogins logins;
  private final HsmEvents events;
  private final Map<String, Token> open = new ConcurrentHashMap<>();

  ClusterUsers(
      CloudHsmTables tables,
      Tokens tokens,
      BackupArchives archives,
      UserLogins logins,
      HsmEvents events) {
    this.tables = tables;
    this.tokens = tokens;
    this.archives = archives;
    this.events = events;
    this.logins = logins;
  }

  /**
   * What others need to know of a cluster.
   *
   * @param active whether it has users, and serves them while it has HSMs
   * @param trustAnchor PEM; null until it was initialized
   * @param certificate PEM, signed by the owner; null until it was initialized
   * @param zones in how many Availability Zones it has HSMs
   */
  public record View(
      boolean active, @Nullable String trustAnchor, @Nullable String certificate, int zones) {}

  /** An admin, or whoever changes their own password. */
  public record Login(String name, String password) {}

  /** A cluster of that account and Region. */
  public Optional<View> view(String accountId, String region, String clusterId) {
    return Optional.ofNullable(tables.clusters.get(Key.of(accountId, region, clusterId)))
        .map(
            cluster ->
                new View(
                    cluster.state() == State.ACTIVE,
                    cluster.certificates() == null ? null : cluster.certificates().trustAnchor(),
                    cluster.certificates() == null ? null : cluster.certificates().cluster(),
                    (int) cluster.hsms().stream().map(hsm -> hsm.zone()).distinct().count()));
  }

  private Optional<UserRecord> cryptoUser(String clusterId, String name) {
    return tables
        .cluster(clusterId)
        .flatMap(cluster -> tables.secretsOf(cluster).user(name))
        .filter(user -> user.role() == UserRole.CRYPTO_USER);
  }

  /** Whether a cluster has a crypto user of that name. */
  public boolean exists(String clusterId, String name) {
    return cryptoUser(clusterId, name).isPresent();
  }

  /** Whether a crypto user is locked out. */
  public boolean isLocked(String clusterId, String name) {
    return cryptoUser(clusterId, name).filter(UserLogins::isLocked).isPresent();
  }

  ClusterRecord find(String accountId, String clusterId) {
    return tables
        .cluster(clusterId)
        .filter(cluster -> cluster.accountId().equals(accountId))
        .orElseThrow(() -> CloudHsmErrors.noSuchCluster(clusterId));
  }

  /** A cluster of that account that serves its users. */
  ClusterRecord serving(String accountId, String clusterId) {
    return active(find(accountId, clusterId));
  }

  /** The same, of whatever account. */
  ClusterRecord serving(String clusterId) {
    return active(
        tables.cluster(clusterId).orElseThrow(() -> CloudHsmErrors.noSuchCluster(clusterId)));
  }

  private static ClusterRecord active(ClusterRecord cluster) {
    if (cluster.state() != State.ACTIVE || cluster.hsms().isEmpty()) {
      throw CloudHsmErrors.clusterState(cluster);
    }
    return cluster;
  }

  /**
   * Logs a crypto user in.
   *
   * @throws ApiException CloudHSM's, the same for a wrong name and a wrong password
   */
  public CryptoSession logIn(String clusterId, Login login, HsmOrigin origin) {
    var cluster = serving(clusterId);
    var user =
        logins.authenticate(cluster, login.name(), login.password(), origin, UserRole.CRYPTO_USER);
    events.succeeded(new Deed(HsmEvents.LOGIN, cluster, user.name(), user.role(), origin));
    return new CryptoSession(this, events, cluster, user, token(user), origin);
  }

  private Token token(UserRecord user) {
    var label = Objects.requireNonNull(user.token());
    var pin = Objects.requireNonNull(user.pin());
    return open.computeIfAbsent(
        label,
        any ->
            BackupArchives.with(
                archives.openPin(pin, label),
                known -> tokens.using(hsm -> hsm.token(label, known))));
  }

  /** Removes tokens that nothing names any more, with all keys. What fails is tried again. */
  void remove(List<String> labels) {
    labels.forEach(open::remove);
    if (labels.isEmpty()) {
      return;
    }
    try {
      tokens.using(
          hsm -> {
            hsm.delete(labels);
            return hsm;
          });
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "tokens are left, and removed later", e);
    }
  }

  /** Removes all tokens that nothing names. */
  void sweep() {
    tokens.sweep(tables::tokens);
  }

  /** All tokens go, after the store was emptied. */
  void forget() {
    open.clear();
    sweep();
  }

  /** Whether a session may go on: its user is there, with the password that began it. */
  boolean isCurrent(ClusterRecord cluster, UserRecord user) {
    return tables
        .secretsOf(cluster)
        .user(user.name())
        .filter(now -> now.passwordHash().equals(user.passwordHash()))
        .isPresent();
  }
}
