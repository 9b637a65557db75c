package dev.bulwark.encryption.kms;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.EncryptionContext;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keys in CloudHSM clusters: AES-256-GCM in a token, by a key that never leaves it. A ciphertext
 * has the form of all others; it names no material, since such keys do not rotate. Of its nonce's
 * 16 bytes the first 12 are AES-GCM's, and all are authenticated.
 */
final class ClusterBackend implements KeyBackend {
  private static final String NO_MATERIAL = "0".repeat(Envelope.TAG_DIGITS);
  private static final int NONCE_FIELD = Envelope.OVERHEAD - Envelope.HEADER - Token.TAG;

  private final CustomKeyStores stores;
  private final ClusterUsers clusters;

  /** Logins that were right, by store and the sealed password that was: hashing takes long. */
  private final Map<String, Login> logins = new ConcurrentHashMap<>();

  private record Login(String clusterId, byte[] password, Token token) {}

  ClusterBackend(CustomKeyStores stores, ClusterUsers clusters) {
    this.stores = stores;
    this.clusters = clusters;
  }

  private static Envelope envelope(KeyRecord key) {
    return new Envelope(key.accountId(), key.keyId(), NO_MATERIAL);
  }

  @Override
  public byte[] encrypt(KeyRecord key, Map<String, String> context, byte[] plaintext) {
    var head = Arrays.copyOf(envelope(key).header(), Envelope.HEADER + NONCE_FIELD);
    System.arraycopy(Randomness.bytes(NONCE_FIELD), 0, head, Envelope.HEADER, NONCE_FIELD);
    try {
      var sealed = token(key).encrypt(key.keyId(), nonce(head), aad(head, context), plaintext);
      var whole = Arrays.copyOf(head, head.length + sealed.length);
      System.arraycopy(sealed, 0, whole, head.length, sealed.length);
      return whole;
    } catch (HsmException e) {
      throw failed(e);
    }
  }

  private static byte[] nonce(byte[] head) {
    return Arrays.copyOfRange(head, Envelope.HEADER, Envelope.HEADER + Token.NONCE);
  }

  private static byte[] aad(byte[] head, Map<String, String> context) {
    var encoded = EncryptionContext.encode(context);
    var aad = Arrays.copyOf(head, head.length + encoded.length);
    System.arraycopy(encoded, 0, aad, head.length, encoded.length);
    return aad;
  }

  @Override
  public Decrypted decrypt(KeyRecord key, Map<String, String> context, byte[] ciphertext) {
    try {
      var named = Envelope.of(ciphertext);
      if (!named.keyId().equals(key.keyId()) || !named.accountId().equals(key.accountId())) {
        throw KmsErrors.incorrectKey();
      }
      if (!named.equals(envelope(key))) {
        throw KmsErrors.invalidCiphertext();
      }
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
    var head = Arrays.copyOf(ciphertext, Envelope.HEADER + NONCE_FIELD);
    var sealed = Arrays.copyOfRange(ciphertext, head.length, ciphertext.length);
    try {
      return new Decrypted(
          token(key).decrypt(key.keyId(), nonce(head), aad(head, context), sealed), "");
    } catch (HsmException e) {
      if (e.kind() == HsmException.Kind.BAD_DATA) {
        throw KmsErrors.invalidCiphertext();
      }
      throw failed(e);
    }
  }

  private ApiException failed(HsmException e) {
    // Whoever made the cluster's user anew gave it another token.
    logins.clear();
    System.getLogger(ClusterBackend.class.getName())
        .log(System.Logger.Level.ERROR, "a token failed", e);
    return KmsErrors.vaultFailed();
  }

  /** Makes the key of a record. */
  void make(CustomKeyStoreRecord store, String keyId) {
    try {
      logIn(store).generate(keyId, KeySpec.AES_256);
    } catch (HsmException e) {
      throw failed(e);
    }
  }

  /** Destroys the key of a record that came to nothing, or is gone; tries, and no more. */
  void destroy(CustomKeyStoreRecord store, String keyId) {
    try {
      logIn(store).destroy(keyId);
    } catch (HsmException | ApiException e) {
      System.getLogger(ClusterBackend.class.getName())
          .log(System.Logger.Level.WARNING, "a key was left in its cluster", e);
    }
  }

  /** Whether keys of that store can be used now. */
  boolean isAvailable(KeyRecord key) {
    var store = store(key);
    return store != null && store.state() == CustomKeyStoreRecord.State.CONNECTED;
  }

  @Nullable CustomKeyStoreRecord store(KeyRecord key) {
    var id = key.identity().keyStoreId();
    return id == null ? null : stores.find(key.accountId(), key.region(), id);
  }

  private Token token(KeyRecord key) {
    var store = store(key);
    if (store == null || store.state() != CustomKeyStoreRecord.State.CONNECTED) {
      throw KmsErrors.unavailable(key.arn());
    }
    try {
      return logIn(store);
    } catch (ApiException e) {
      throw KmsErrors.unavailable(key.arn());
    }
  }

  private Token logIn(CustomKeyStoreRecord store) {
    var view = clusters.view(store.accountId(), store.region(), store.clusterId());
    if (view.isEmpty() || !view.get().active() || view.get().zones() < 1) {
      throw KmsErrors.clusterNotActive(store.clusterId());
    }
    var known = logins.get(store.id());
    if (known != null
        && known.clusterId().equals(store.clusterId())
        && Arrays.equals(known.password(), store.password())
        && clusters.exists(store.clusterId(), CustomKeyStores.USER)) {
      return known.token();
    }
    var token = clusters.logIn(store.clusterId(), CustomKeyStores.USER, stores.password(store));
    logins.put(store.id(), new Login(store.clusterId(), store.password(), token));
    return token;
  }
}
