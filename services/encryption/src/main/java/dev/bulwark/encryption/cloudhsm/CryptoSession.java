package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.encryption.cloudhsm.HsmEvents.Deed;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import java.util.Optional;

/** A crypto user who has logged in: their token, and what changes its keys, recorded. */
public final class CryptoSession {
  private static final int RECORDED_NAME = 128;

  private final ClusterUsers users;
  private final HsmEvents events;
  private final ClusterRecord cluster;
  private final UserRecord user;
  private final Token token;
  private final HsmOrigin origin;

  CryptoSession(
      ClusterUsers users,
      HsmEvents events,
      ClusterRecord cluster,
      UserRecord user,
      Token token,
      HsmOrigin origin) {
    this.users = users;
    this.events = events;
    this.cluster = cluster;
    this.user = user;
    this.token = token;
    this.origin = origin;
  }

  Token token() {
    return token;
  }

  /**
   * The token, for use; empty where the user is gone or has another password, which ends the
   * session.
   *
   * @throws ApiException CloudHSM's, where the cluster serves nobody
   */
  public Optional<Token> current() {
    return users.isCurrent(users.serving(cluster.id()), user)
        ? Optional.of(token)
        : Optional.empty();
  }

  /**
   * Makes a key.
   *
   * @throws HsmException as {@link Token#generate}
   */
  public void generate(String name, KeySpec spec) {
    record(
        spec.kind().isPair() ? HsmEvents.GENERATE_PAIR : HsmEvents.GENERATE_KEY,
        name,
        () -> token.generate(name, spec));
  }

  /**
   * Brings a key in.
   *
   * @throws HsmException as {@link Token#unwrap}
   */
  public void unwrap(String name, KeySpec spec, String wrappingKey, byte[] wrapped) {
    record(HsmEvents.UNWRAP_KEY, name, () -> token.unwrap(name, spec, wrappingKey, wrapped));
  }

  /**
   * Destroys a key.
   *
   * @throws HsmException NOT_FOUND
   */
  public void destroy(String name) {
    record(HsmEvents.DELETE_KEY, name, () -> token.destroy(name));
  }

  private void record(String deed, String key, Runnable work) {
    try {
      work.run();
    } catch (HsmException e) {
      events.failed(deed(deed, key), CloudHsmErrors.of(e));
      throw e;
    } catch (RuntimeException e) {
      events.failed(deed(deed, key), CloudHsmErrors.failed());
      throw e;
    }
    events.succeeded(deed(deed, key));
  }

  private Deed deed(String name, String key) {
    var recorded = key.substring(0, Math.min(key.length(), RECORDED_NAME));
    return new Deed(name, cluster, user.name(), user.role(), recorded, origin);
  }

  public String accountId() {
    return cluster.accountId();
  }

  public String userName() {
    return user.name();
  }

  /** Ends the session. */
  public void logOut() {
    events.succeeded(new Deed(HsmEvents.LOGOUT, cluster, user.name(), user.role(), origin));
  }
}
