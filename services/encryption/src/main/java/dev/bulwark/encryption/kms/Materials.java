package dev.bulwark.encryption.kms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.EncryptionContext;
import dev.bulwark.cryptography.Envelope;
import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeyPool;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.MaterialRef;
import dev.bulwark.cryptography.SymmetricKey;
import dev.bulwark.cryptography.UsableKey;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Key material between the vault and those who use it: usable forms of what is used often stay in
 * memory, so that no request reads the disk.
 *
 * <p>Vault and store stay together by their order. Material is in the vault before the transaction
 * that refers to it; a crash in between leaves material that no key refers to. It leaves the vault
 * after the transaction that gives it up, which notes what is to be destroyed.
 */
final class Materials implements KeyBackend, AutoCloseable {
  private static final int CACHED = 10_000;
  private static final int POOLED = 4;

  private final KeyVault vault;
  private final KmsTables tables;
  private final KeyPool pool = new KeyPool(Randomness.secure(), POOLED);

  /**
   * Material in use.
   *
   * @param header what ciphertexts of it begin with
   */
  private record Usable(UsableKey key, byte[] header) {}

  private final Cache<MaterialRef, Usable> usable =
      Caffeine.newBuilder().maximumSize(CACHED).executor(Runnable::run).build();

  /** Material comes, and is loaded, under the first of these, and is destroyed under the second. */
  private final ReadWriteLock coming = new ReentrantReadWriteLock();

  /** By material, for as long as somebody brings it. */
  private final LoadingCache<MaterialRef, Lock> bringing =
      Caffeine.newBuilder().weakValues().executor(Runnable::run).build(ref -> new ReentrantLock());

  Materials(KeyVault vault, KmsTables tables) {
    this.vault = vault;
    this.tables = tables;
  }

  /** Random material of that kind, for the caller to close. */
  KeyMaterial make(KeySpec spec) {
    return pool.take(spec);
  }

  static MaterialRef ref(KeyIdentity key, String materialId) {
    return new MaterialRef(key.accountId(), key.region(), key.keyId(), materialId);
  }

  String identify(KeyIdentity key, KeyMaterial material) {
    return answering(() -> vault.identify(key.keyId(), material));
  }

  /**
   * Keeps material in the vault and then runs the transaction that refers to it, which calls {@link
   * #note}; where that is refused, the material is destroyed again. Who brings the same material
   * meanwhile waits: else the one that fails would take it from the other.
   */
  <T> T keep(KeyIdentity key, String materialId, KeyMaterial material, Supplier<T> transaction) {
    var ref = ref(key, materialId);
    var mine = bringing.get(ref);
    coming.readLock().lock();
    mine.lock();
    try {
      return keep(ref, material, transaction);
    } finally {
      mine.unlock();
      coming.readLock().unlock();
    }
  }

  private <T> T keep(MaterialRef ref, KeyMaterial material, Supplier<T> transaction) {
    boolean known = answering(() -> vault.has(ref));
    answering(
        () -> {
          vault.add(ref, material);
          return ref;
        });
    try {
      return transaction.get();
    } catch (RuntimeException e) {
      if (!known && !mayBeCommitted(e)) {
        vault.destroy(List.of(ref));
      }
      throw e;
    }
  }

  /**
   * A commit that failed may yet be on the disk, and be found there by the next start: material
   * that no key refers to is the lesser evil than a key without its material.
   */
  private static boolean mayBeCommitted(RuntimeException e) {
    return e instanceof StoreException failure
        && switch (failure.kind()) {
          case IO, DISK_FULL, CORRUPT, CLOSED -> true;
          case CONFLICT, IN_USE, NEWER, PERMISSION, NOT_FOUND -> false;
        };
  }

  /** Belongs into every transaction that refers to new material. */
  void note(WriteTx tx) {
    tables.notePosition(tx, vault.position());
  }

  /**
   * The same, where the key may have had that material before: it was given up perhaps, and is not
   * to be destroyed any more.
   */
  void note(WriteTx tx, KeyIdentity key, String materialId) {
    note(tx);
    tables.destroyNoMore(tx, ref(key, materialId));
  }

  /** Belongs into the transaction that gives up material; {@link #destroyNoted} comes after it. */
  void giveUp(WriteTx tx, KeyIdentity key, String materialId) {
    tables.destroyLater(tx, ref(key, materialId));
  }

  /** Whether nobody has opened the vault yet. */
  boolean isSealed() {
    return vault.isSealed();
  }

  /** Destroys what transactions gave up, those of earlier runs included. */
  void destroyNoted() {
    if (vault.isSealed()) {
      return;
    }
    // What comes back meanwhile is noted no more before this, or comes after it.
    coming.writeLock().lock();
    try {
      var refs = tables.toDestroy();
      if (!refs.isEmpty()) {
        answering(
            () -> {
              vault.destroy(refs);
              return refs;
            });
        refs.forEach(usable::invalidate);
        tables.destroyedNow(refs);
      }
    } finally {
      coming.writeLock().unlock();
    }
  }

  /** A copy of material for another Region's key. */
  KeyMaterial copy(KeyIdentity key, String materialId) {
    return answering(() -> vault.get(ref(key, materialId)));
  }

  /** The usable form of a material. */
  UsableKey use(KeyIdentity key, String materialId) {
    return usable(key, materialId).key();
  }

  private Usable usable(KeyIdentity key, String materialId) {
    var ref = ref(key, materialId);
    var known = usable.getIfPresent(ref);
    if (known != null) {
      return known;
    }
    // While some is destroyed nothing comes into the cache, from where it would just have been
    // taken. Nobody waits for that: it might be the store's writer, for whom the other waits.
    if (!coming.readLock().tryLock()) {
      return answering(() -> load(ref));
    }
    try {
      var loaded = answering(() -> load(ref));
      usable.put(ref, loaded);
      return loaded;
    } finally {
      coming.readLock().unlock();
    }
  }

  private Usable load(MaterialRef ref) {
    try (var material = vault.get(ref)) {
      return new Usable(UsableKey.of(material), header(ref));
    }
  }

  private static byte[] header(MaterialRef ref) {
    return new Envelope(
            ref.accountId(), ref.keyId(), ref.materialId().substring(0, Envelope.TAG_DIGITS))
        .header();
  }

  /** The usable form of the current material, of a kind that the caller has checked. */
  <K extends UsableKey> K current(KeyRecord key, Class<K> kind) {
    var material = key.current().orElseThrow(() -> KmsErrors.pendingImport(key.arn()));
    return kind.cast(use(key.identity(), material.id()));
  }

  @Override
  public byte[] encrypt(KeyRecord key, Map<String, String> context, byte[] plaintext) {
    var material = key.current().orElseThrow(() -> KmsErrors.pendingImport(key.arn()));
    var using = usable(key.identity(), material.id());
    return Envelope.seal(
        using.header(),
        (SymmetricKey) using.key(),
        EncryptionContext.encode(context),
        plaintext,
        Randomness.bytes(Envelope.NONCE));
  }

  @Override
  public Decrypted decrypt(KeyRecord key, Map<String, String> context, byte[] ciphertext) {
    try {
      var envelope = Envelope.of(ciphertext);
      var material = key.byTag(envelope.materialTag()).orElseThrow(KmsErrors::invalidCiphertext);
      var usableKey = (SymmetricKey) use(key.identity(), material.id());
      return new Decrypted(
          Envelope.open(usableKey, EncryptionContext.encode(context), ciphertext), material.id());
    } catch (CryptographyException e) {
      throw KmsErrors.invalidCiphertext();
    }
  }

  /** Tells of the vault's failures in KMS's words. */
  private static <T> T answering(Supplier<T> work) {
    try {
      return work.get();
    } catch (CryptographyException e) {
      throw switch (e.reason()) {
        case SEALED -> KmsErrors.sealed();
        case INVALID_CIPHERTEXT, INVALID_KEY, NOT_FOUND, DAMAGED -> failed(e);
      };
    }
  }

  private static ApiException failed(CryptographyException e) {
    System.getLogger(Materials.class.getName())
        .log(System.Logger.Level.ERROR, "the key vault failed", e);
    return KmsErrors.vaultFailed();
  }

  /** Forgets everything, for a laboratory. */
  void clear() {
    usable.invalidateAll();
    if (!vault.isSealed()) {
      vault.clear();
    }
  }

  @Override
  public void close() {
    pool.close();
    usable.invalidateAll();
  }
}
