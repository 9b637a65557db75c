package dev.bulwark.encryption.kms;

import dev.bulwark.api.cloudhsmv2.CloudHsmAccessDeniedException;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.encryption.cloudhsm.CryptoSession;
import dev.bulwark.encryption.cloudhsm.HsmOrigin;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * KMS's logins to the clusters of custom key stores. A login lasts while its user has the password
 * that began it: to check one takes long, and five wrong ones in a row lock the user out.
 */
final class ClusterLogins {
  /** The crypto user as whom KMS logs in. */
  static final String USER = "kmsuser";

  private static final String INTERNAL = "INTERNAL_ERROR";

  private final ClusterUsers clusters;

  /** By store. */
  private final Map<String, Login> logins = new ConcurrentHashMap<>();

  /**
   * A login that was right.
   *
   * @param password sealed, as the store had it
   */
  private record Login(String clusterId, byte[] password, CryptoSession session) {
    boolean isOf(CustomKeyStoreRecord store) {
      return clusterId.equals(store.clusterId()) && Arrays.equals(password, store.password());
    }
  }

  ClusterLogins(ClusterUsers clusters) {
    this.clusters = clusters;
  }

  /**
   * The token of a login that lasts.
   *
   * @throws ClusterLoginException where the cluster serves nobody
   */
  Optional<Token> lasting(CustomKeyStoreRecord store) {
    var known = logins.get(store.id());
    return known == null || !known.isOf(store) ? Optional.empty() : current(known);
  }

  private static Optional<Token> current(Login login) {
    try {
      return login.session().current();
    } catch (ApiException e) {
      throw new ClusterLoginException(INTERNAL, false, e);
    }
  }

  /**
   * Logs in anew.
   *
   * @param password the store's, in the clear
   */
  Token begin(CustomKeyStoreRecord store, String password) {
    logins.remove(store.id());
    if (!clusters.exists(store.clusterId(), USER)) {
      throw new ClusterLoginException("USER_NOT_FOUND");
    }
    try {
      var session =
          clusters.logIn(store.clusterId(), new ClusterUsers.Login(USER, password), HsmOrigin.KMS);
      var login = new Login(store.clusterId(), store.password(), session);
      logins.put(store.id(), login);
      return current(login).orElseThrow(() -> new ClusterLoginException("INVALID_CREDENTIALS"));
    } catch (CloudHsmAccessDeniedException e) {
      var code =
          clusters.isLocked(store.clusterId(), USER) ? "USER_LOCKED_OUT" : "INVALID_CREDENTIALS";
      throw new ClusterLoginException(code, true, e);
    } catch (ApiException e) {
      throw new ClusterLoginException(INTERNAL, false, e);
    }
  }

  void forget(String storeId) {
    logins.remove(storeId);
  }
}
