package dev.bulwark.encryption.kms;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.EncryptionContext;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.KeySpec;
import dev.bulwark.hsm.Token;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keys in CloudHSM clusters: AES-256-GCM in a token, by a key that never leaves it. A ciphertext
 * has the form of all others; it names no material, since such keys do not rotate. Of its nonce's
 * 16 bytes the first 12 are AES-GCM's, and all are authenticated.
 */
final class ClusterBackend implements KeyBackend {
  private static final String NO_MATERIAL = "0".repeat(Envelope.TAG_DIGITS);
  private static final int NONCE_FIELD = Envelope.OVERHEAD - Envelope.HEADER - Token.TAG;

  private static final System.Logger LOG = System.getLogger(ClusterBackend.class.getName());

  private final CustomKeyStores stores;
  private final ClusterLogins logins;

  /** By store, for as long as somebody logs in to its cluster. */
  private final LoadingCache<String, Lock> loggingIn =
      Caffeine.newBuilder().weakValues().executor(Runnable::run).build(id -> new ReentrantLock());

  private final KeyStoreTables tables;

  ClusterBackend(CustomKeyStores stores, ClusterLogins logins, KeyStoreTables tables) {
    this.stores = stores;
    this.logins = logins;
    this.tables = tables;
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
      throw failed(key, e);
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
      throw failed(key, e);
    }
  }

  /** What others see of a token's failure; one key's is no matter of other keys. */
  private ApiException failed(KeyRecord key, HsmException e) {
    var storeId = key.identity().keyStoreId();
    if (e.kind() == HsmException.Kind.FAILED && storeId != null) {
      logins.forget(storeId);
    }
    LOG.log(System.Logger.Level.ERROR, "a token failed", e);
    return switch (e.kind()) {
      case NOT_FOUND, REFUSED -> KmsErrors.unavailable(key.arn());
      case NOT_INSTALLED, BAD_DATA, FAILED -> KmsErrors.vaultFailed();
    };
  }

  /**
   * Makes the key of a record.
   *
   * @return where it is
   * @throws ApiException CustomKeyStoreInvalidStateException, LimitExceededException
   */
  Token make(CustomKeyStoreRecord store, String keyId) {
    return inStore(
        store,
        token -> {
          token.generate(keyId, KeySpec.AES_256);
          return token;
        });
  }

  /** Random bytes of a store's cluster. */
  byte[] random(String storeId, int count, Call call) {
    return inStore(stores.connected(storeId, call), token -> token.random(count));
  }

  private <T> T inStore(CustomKeyStoreRecord store, Function<Token, T> work) {
    try {
      return work.apply(logIn(store));
    } catch (ClusterLoginException e) {
      throw KmsErrors.keyStoreFailed(store.id(), e.connectionErrorCode());
    } catch (HsmException e) {
      LOG.log(System.Logger.Level.ERROR, "a token failed", e);
      throw e.kind() == HsmException.Kind.REFUSED
          ? KmsErrors.limit(
              "The cluster " + store.clusterId() + " takes no further key: " + e.getMessage() + ".")
          : KmsErrors.vaultFailed();
    }
  }

  /** Destroys the key of a record that came to nothing; tries, and no more. */
  void undo(Token made, String keyId) {
    try {
      made.destroy(keyId);
    } catch (HsmException e) {
      LOG.log(System.Logger.Level.WARNING, "a key was left in its cluster", e);
    }
  }

  /**
   * Destroys what keys that are gone have left in clusters, those of earlier runs included. What a
   * store cannot reach waits until it is connected; what is in a cluster whose store is gone stays
   * there, as at AWS.
   */
  void destroyNoted() {
    var failed = new HashSet<String>();
    for (var orphan : tables.orphans()) {
      var store = stores.find(orphan.accountId(), orphan.region(), orphan.storeId());
      if (store == null) {
        tables.destroyed(orphan);
      } else if (store.state() == CustomKeyStoreRecord.State.CONNECTED
          && !failed.contains(store.id())) {
        if (tryToDestroy(store, orphan.keyId())) {
          tables.destroyed(orphan);
        } else {
          failed.add(store.id());
        }
      }
    }
  }

  /** Whether the key is there no more. */
  private boolean tryToDestroy(CustomKeyStoreRecord store, String keyId) {
    try {
      logIn(store).destroy(keyId);
      return true;
    } catch (HsmException e) {
      if (e.kind() == HsmException.Kind.NOT_FOUND) {
        return true;
      }
      left(store, e);
    } catch (RuntimeException e) {
      left(store, e);
    }
    return false;
  }

  private static void left(CustomKeyStoreRecord store, RuntimeException e) {
    LOG.log(
        System.Logger.Level.WARNING, "keys of " + store.id() + " are left in their cluster yet", e);
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
    } catch (ClusterLoginException e) {
      throw KmsErrors.unavailable(key.arn());
    }
  }

  /**
   * The token of a connected store. Where its password is refused the store has failed, and nobody
   * tries that password again: the user would be locked out.
   */
  private Token logIn(CustomKeyStoreRecord store) {
    var lasting = logins.lasting(store);
    if (lasting.isPresent()) {
      return lasting.get();
    }
    var mine = loggingIn.get(store.id());
    mine.lock();
    try {
      // Who has waited finds what came of the other's login.
      var now = stores.find(store.accountId(), store.region(), store.id());
      if (now == null || now.state() != CustomKeyStoreRecord.State.CONNECTED) {
        throw new ClusterLoginException(
            now == null || now.error() == null ? "DISCONNECTED" : now.error());
      }
      return logins.lasting(now).orElseGet(() -> begin(now));
    } finally {
      mine.unlock();
    }
  }

  private Token begin(CustomKeyStoreRecord store) {
    try {
      return logins.begin(store, stores.password(store));
    } catch (ClusterLoginException e) {
      if (e.isRefused()) {
        stores.fail(store, e.connectionErrorCode());
      }
      throw e;
    }
  }
}
