package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps key material. A {@link Seal}, or people with shares, guard the root key; the root key
 * guards a domain key for each account in each Region; a domain key guards the materials of its
 * keys, each bound to its key, id and kind. All of it is in a log with a mirror, to which records
 * are added and in which none is changed: what {@link #add} returned from is on disk twice.
 *
 * <p>While sealed, everything throws {@link CryptographyException} with SEALED. Safe for many
 * threads.
 */
public final class KeyVault implements AutoCloseable {
  static final int ROOT_BYTES = 32;

  /** So few records are read in no time. */
  private static final int INDEXED_TOGETHER = 2000;

  private static final String IDENTITY_DOMAIN = "material ids";
  private static final System.Logger LOG = System.getLogger(KeyVault.class.getName());

  /**
   * How the vault is.
   *
   * @param seal its kind
   * @param given how many shares were given since the start
   * @param threshold how many are needed; 0 where the seal needs no people
   * @param materials how many there are; 0 while sealed
   */
  public record Status(boolean sealed, String seal, int given, int threshold, int materials) {}

  /**
   * Shares that do not guard the root key yet.
   *
   * @param set what all of them have in common, which is no secret
   */
  public record ProposedShares(String set, List<String> shares) {}

  private record Proposal(String set, SealFile file) {}

  private final Path folder;
  private final Path mirrorFolder;
  private final SecureRandom random;
  private final boolean durable;
  private final KeyLog log;
  private final List<String> findings;
  private final Shares.Collection shares = new Shares.Collection();

  /** What guards the root key once somebody has the shares; guarded by {@link #sealing}. */
  private @Nullable Proposal proposed;

  private final Object sealing = new Object();
  private final Object makingDomains = new Object();

  /** Held for reading by whoever uses places in the log, for writing while these change. */
  private final ReadWriteLock moving = new ReentrantReadWriteLock();

  private final Map<MaterialRef, Frame> materials = new ConcurrentHashMap<>();
  private final Map<String, SymmetricKey> domains = new ConcurrentHashMap<>();
  private final Map<String, Frame> domainPlaces = new ConcurrentHashMap<>();

  /** The domain keys as they are, which a change of the root key wraps anew. */
  private final Map<String, byte[]> domainSecrets = new HashMap<>();

  /** What tells of the log's first records, until it was looked at. */
  private @Nullable LogIndex index;

  /** The number of the last record that an index on the disk tells of. */
  private long indexed;

  /** Whether the log holds records of what is destroyed, so that the next start writes it anew. */
  private volatile boolean stale;

  private volatile SealFile sealFile;
  private volatile @Nullable RootKeys root;

  private KeyVault(
      Path folder,
      Path mirrorFolder,
      SecureRandom random,
      boolean durable,
      KeyLog log,
      SealFile sealFile,
      List<String> findings) {
    this.folder = folder;
    this.mirrorFolder = mirrorFolder;
    this.random = random;
    this.durable = durable;
    this.log = log;
    this.sealFile = sealFile;
    this.findings = findings;
  }

  /**
   * Opens the vault of a folder, and makes it where there is none. Sealed by shares it stays
   * sealed.
   *
   * @param mirrorFolder for the second copy, best on another disk
   * @param seal guards the root key of a new vault, and opens one that it guards
   * @param durable false spares the syncs, for what is to be forgotten anyway
   * @throws CryptographyException DAMAGED or INVALID_CIPHERTEXT, in words that tell what to do
   */
  public static KeyVault open(
      Path folder, Path mirrorFolder, Seal seal, SecureRandom random, boolean durable) {
    try {
      DurableFiles.makeFolder(folder);
      DurableFiles.makeFolder(mirrorFolder);
      var known = SealFile.read(folder, mirrorFolder);
      var file = folder.resolve(KeyLog.FILE);
      var mirror = mirrorFolder.resolve(KeyLog.FILE);
      var sound = LogRepair.examine(file, mirror, true, durable);
      if (known.isEmpty()) {
        if (sound.isPresent()) {
          throw new CryptographyException(
              Reason.DAMAGED,
              "%s and its copy in %s are missing, without which no key can be used: put one of them back from a backup"
                  .formatted(folder.resolve(SealFile.FILE), mirrorFolder));
        }
        return create(folder, mirrorFolder, seal, random, durable);
      }
      var sealFile = known.get();
      if (sound.isEmpty()) {
        // The first start was interrupted between seal and log; or both logs are gone. A vault
        // without a log has no material, which those who remember how much there was will notice.
        var check = sealFile.roots().getLast().check();
        var header = new LogHeader(bytes(random, 16), 0, check);
        sound = fresh(file, mirror, durable, header);
      }
      var result = sound.orElseThrow();
      result.findings().forEach(finding -> LOG.log(System.Logger.Level.WARNING, finding));
      var vault =
          new KeyVault(
              folder,
              mirrorFolder,
              random,
              durable,
              KeyLog.open(result, durable),
              sealFile,
              result.findings());
      vault.index = result.index();
      if (!sealFile.kind().equals(SealFile.SHARES)) {
        vault.unsealWith(seal);
      }
      return vault;
    } catch (IOException e) {
      throw new CryptographyException(
          Reason.DAMAGED, "the key vault " + folder + " cannot be used", e);
    }
  }

  private static Optional<LogRepair.Result> fresh(
      Path file, Path mirror, boolean durable, LogHeader header) throws IOException {
    KeyLog.create(file, mirror, durable, header).close();
    return LogRepair.examine(file, mirror, false, durable);
  }

  private static KeyVault create(
      Path folder, Path mirrorFolder, Seal seal, SecureRandom random, boolean durable)
      throws IOException {
    var root = RootKeys.generate(random);
    var sealFile =
        SealFile.of(seal, List.of(new SealFile.Wrapped(root.check(), seal.wrap(root.root()))));
    sealFile.write(mirrorFolder, durable);
    sealFile.write(folder, durable);
    var log =
        KeyLog.create(
            folder.resolve(KeyLog.FILE),
            mirrorFolder.resolve(KeyLog.FILE),
            durable,
            new LogHeader(bytes(random, 16), 0, root.check()));
    var vault = new KeyVault(folder, mirrorFolder, random, durable, log, sealFile, List.of());
    vault.root = root;
    return vault;
  }

  private static byte[] bytes(SecureRandom random, int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * What is wrong with the vault of a folder, one line for each problem, and nothing changed; empty
   * where all is well or there is none.
   */
  public static List<String> check(Path folder, Path mirrorFolder) {
    try {
      SealFile.read(folder, mirrorFolder);
      return LogRepair.examine(
              folder.resolve(KeyLog.FILE), mirrorFolder.resolve(KeyLog.FILE), false, false)
          .map(LogRepair.Result::findings)
          .orElse(List.of());
    } catch (CryptographyException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  // Sealing

  /**
   * By what kind of seal the root key of a folder's vault is guarded; empty where there is none.
   */
  public static Optional<String> sealOf(Path folder, Path mirrorFolder) {
    return SealFile.read(folder, mirrorFolder).map(SealFile::kind);
  }

  /**
   * Tries whether a seal opens the vault of a folder, and changes nothing.
   *
   * @throws CryptographyException as the seal says, where it does not
   */
  public static void prove(Path folder, Path mirrorFolder, Seal seal) {
    for (var wrapped : SealFile.read(folder, mirrorFolder).map(SealFile::roots).orElse(List.of())) {
      Arrays.fill(seal.unwrap(wrapped.bytes()), (byte) 0);
    }
  }

  private void unsealWith(Seal seal) {
    if (!sealFile.kind().equals(seal.kind())) {
      throw new CryptographyException(
          Reason.INVALID_CIPHERTEXT,
          "the root key is sealed by %s, not by %s".formatted(sealFile.kind(), seal.kind()));
    }
    adopt(seal::unwrap);
  }

  /** Takes the root key that the log is under, and learns what the log holds. */
  private void adopt(UnaryOperator<byte[]> unwrap) {
    var current =
        sealFile.roots().stream()
            .filter(wrapped -> Arrays.equals(wrapped.check(), log.header().root()))
            .findFirst()
            .orElseThrow(
                () ->
                    new CryptographyException(
                        Reason.DAMAGED,
                        "the root key of %s is not the one of its log: put seal and log back from one backup"
                            .formatted(folder)));
    var keys = new RootKeys(unwrap.apply(current.bytes()), random);
    if (!Arrays.equals(keys.check(), current.check())) {
      keys.close();
      throw new CryptographyException(Reason.INVALID_CIPHERTEXT, "this is another root key");
    }
    long from = LogHeader.LENGTH;
    indexed = log.header().base();
    var known = index;
    index = null;
    if (known != null && known.isOf(keys)) {
      known.visit(place -> learn(place, log.read(place, keys), keys), materials::put);
      from = known.end();
      indexed = known.sequence();
    }
    int restored = log.replay(from, indexed, keys, (place, bytes) -> learn(place, bytes, keys));
    root = keys;
    if (stale || restored > 0) {
      rewrite(keys);
    }
    writeIndex(keys);
  }

  private void learn(Frame place, byte[] record, RootKeys keys) {
    switch (LogRecord.decode(record)) {
      case LogRecord.Domain domain -> {
        var secret = keys.unwrapDomain(domain.name(), domain.wrapped());
        domainSecrets.put(domain.name(), secret);
        domains.put(domain.name(), SymmetricKey.of(secret));
        domainPlaces.put(domain.name(), place);
      }
      case LogRecord.Material material -> materials.put(material.ref(), place);
      case LogRecord.Destroyed gone -> {
        materials.remove(gone.ref());
        stale = true;
      }
    }
  }

  /** Spares the next start the reading of records, where these are many. */
  private void writeIndex(RootKeys keys) {
    moving.writeLock().lock();
    try {
      if (!stale && log.sequence() - indexed >= INDEXED_TOGETHER) {
        LogIndex.write(
            folder.resolve(KeyLog.FILE),
            log.header(),
            log.end(),
            log.sequence(),
            log.digest(),
            domainPlaces.values(),
            materials,
            keys);
        indexed = log.sequence();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the next start reads every key: no index of them", e);
    } finally {
      moving.writeLock().unlock();
    }
  }

  /**
   * Takes a share of the unseal key; with enough of them the vault opens.
   *
   * @throws CryptographyException INVALID_KEY where it is no share of this vault's, or the shares
   *     together do not open the vault; then all shares have to be given again
   */
  public Status unseal(String share) {
    synchronized (sealing) {
      if (root == null) {
        shares.add(share, sealFile.digests());
        if (shares.isComplete()) {
          var key = shares.key();
          var digests = shares.digests(sealFile.shares());
          shares.clear();
          unsealBy(key);
          if (sealFile.digests().isEmpty()) {
            knowShares(digests);
          }
        }
      }
      return status();
    }
  }

  private void unsealBy(byte[] key) {
    try {
      var unsealKey = SymmetricKey.of(key);
      adopt(wrapped -> SealedBytes.open(unsealKey, SealedBytes.utf8("root"), wrapped));
    } catch (CryptographyException e) {
      if (e.reason() == Reason.INVALID_CIPHERTEXT) {
        throw new CryptographyException(
            Reason.INVALID_KEY, "these shares do not unseal this vault");
      }
      throw e;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** From the next start on no share is taken that is not one of these. */
  private void knowShares(List<String> digests) {
    try {
      keep(sealFile.withDigests(digests));
    } catch (CryptographyException e) {
      LOG.log(System.Logger.Level.WARNING, "the next start does not know its shares", e);
    }
  }

  /** Guards the root key by another seal from now on; keys stay in use meanwhile. */
  public void reseal(Seal seal) {
    synchronized (sealing) {
      var keys = requireRoot();
      keep(SealFile.of(seal, List.of(new SealFile.Wrapped(keys.check(), seal.wrap(keys.root())))));
    }
  }

  /**
   * Makes shares that can guard the root key, which only the caller gets to see. They do not yet:
   * were their answer lost, nobody could ever open the vault again.
   *
   * @param threshold how many of them unseal the vault at a start
   * @see #useShares
   */
  public ProposedShares proposeShares(int count, int threshold) {
    synchronized (sealing) {
      var keys = requireRoot();
      var unsealKey = bytes(random, ROOT_BYTES);
      try {
        var split = Shares.split(unsealKey, count, threshold, random);
        var wrapped =
            SealedBytes.seal(
                SymmetricKey.of(unsealKey), SealedBytes.utf8("root"), keys.root(), random);
        var digests = split.stream().map(Shares::digest).toList();
        var set = Shares.set(split.getFirst());
        proposed =
            new Proposal(
                set,
                new SealFile(
                    SealFile.SHARES,
                    count,
                    threshold,
                    digests,
                    List.of(new SealFile.Wrapped(keys.check(), wrapped))));
        return new ProposedShares(set, split);
      } finally {
        Arrays.fill(unsealKey, (byte) 0);
      }
    }
  }

  /**
   * Guards the root key by the shares that were made last from now on, as people have them; keys
   * stay in use meanwhile.
   *
   * @param set names them
   * @throws IllegalArgumentException where others were made last, or the seal was changed since
   */
  public void useShares(String set) {
    synchronized (sealing) {
      var wanted = proposed;
      if (wanted == null || !wanted.set().equals(set)) {
        throw new IllegalArgumentException(
            "these shares wait for nothing: they are in use, or others were made since, or the seal was changed");
      }
      keep(wanted.file());
    }
  }

  /**
   * Replaces the root key and writes the log anew under it; domain keys and materials stay. Those
   * who add keys wait, those who use them do not.
   *
   * @throws CryptographyException SEALED where shares guard the root key: reseal it with new shares
   */
  public void rotateRoot(Seal seal) {
    synchronized (sealing) {
      var old = requireRoot();
      if (sealFile.kind().equals(SealFile.SHARES)) {
        throw new CryptographyException(
            Reason.SEALED, "shares guard the root key: choose a seal or new shares first");
      }
      var next = RootKeys.generate(random);
      var wrapped = new SealFile.Wrapped(next.check(), seal.wrap(next.root()));
      // Both keys are in the file until the log is under the new one, wherever a crash may come.
      var both = new ArrayList<>(sealFile.roots());
      both.add(wrapped);
      keep(SealFile.of(seal, List.copyOf(both)));
      rewrite(next);
      keep(SealFile.of(seal, List.of(wrapped)));
      old.close();
    }
  }

  private void keep(SealFile changed) {
    try {
      changed.write(mirrorFolder, durable);
      changed.write(folder, durable);
      sealFile = changed;
      proposed = null;
    } catch (IOException e) {
      throw new CryptographyException(Reason.DAMAGED, "the seal could not be written", e);
    }
  }

  /** Writes the log anew: without what was destroyed, under the given root key. */
  private void rewrite(RootKeys next) {
    var header = new LogHeader(bytes(random, 16), 0, next.check());
    var refs = new ArrayList<MaterialRef>();
    moving.writeLock().lock();
    try {
      var names = new ArrayList<String>();
      var records = new ArrayList<byte[]>();
      var places =
          log.rewrite(
              header,
              next,
              () -> {
                domainSecrets.forEach(
                    (name, secret) -> {
                      names.add(name);
                      records.add(
                          new LogRecord.Domain(name, next.wrapDomain(name, secret)).encode());
                    });
                materials.forEach(
                    (ref, place) -> {
                      refs.add(ref);
                      records.add(log.read(place, requireRoot()));
                    });
                return records;
              });
      for (int i = 0; i < names.size(); i++) {
        domainPlaces.put(names.get(i), places.get(i));
      }
      for (int i = 0; i < refs.size(); i++) {
        materials.put(refs.get(i), places.get(names.size() + i));
      }
      indexed = log.header().base();
      stale = false;
      root = next;
    } finally {
      moving.writeLock().unlock();
    }
  }

  private <T> T still(Supplier<T> work) {
    moving.readLock().lock();
    try {
      return work.get();
    } finally {
      moving.readLock().unlock();
    }
  }

  public Status status() {
    boolean sealed = root == null;
    return new Status(
        sealed,
        sealFile.kind(),
        shares.count(),
        sealFile.threshold(),
        sealed ? 0 : materials.size());
  }

  /** What was found and restored when the vault was opened; empty where all was well. */
  public List<String> findings() {
    return findings;
  }

  private RootKeys requireRoot() {
    var keys = root;
    if (keys == null) {
      throw new CryptographyException(Reason.SEALED, "the key vault is sealed");
    }
    return keys;
  }

  /** Whether nothing works until enough shares are given. */
  public boolean isSealed() {
    return root == null;
  }

  // Materials

  /**
   * A material's id: tells the same material of the same key apart from others, and nothing of what
   * it is.
   */
  public String identify(String keyId, KeyMaterial material) {
    requireRoot();
    var name = SealedBytes.utf8(keyId + "|" + material.spec() + "|");
    var bytes = Arrays.copyOf(name, name.length + material.secret().length);
    System.arraycopy(material.secret(), 0, bytes, name.length, material.secret().length);
    try {
      return HexFormat.of().formatHex(domain(IDENTITY_DOMAIN).fingerprint(bytes));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Keeps material; durable in both copies when this returns. The same reference replaces. */
  public void add(MaterialRef ref, KeyMaterial material) {
    var sealed =
        SealedBytes.seal(
            domain(ref.domain()),
            SealedBytes.utf8(ref.binding(material.spec())),
            material.secret(),
            random);
    var record = new LogRecord.Material(ref, material.spec(), material.publicKey(), sealed);
    still(() -> materials.put(ref, log.append(record.encode(), requireRoot())));
  }

  /** Whether the vault has it. */
  public boolean has(MaterialRef ref) {
    requireRoot();
    return materials.containsKey(ref);
  }

  /**
   * The material, for the caller to close.
   *
   * @throws CryptographyException NOT_FOUND, SEALED or DAMAGED
   */
  public KeyMaterial get(MaterialRef ref) {
    var bytes = still(() -> read(ref));
    if (!(LogRecord.decode(bytes) instanceof LogRecord.Material material)
        || !material.ref().equals(ref)) {
      throw new CryptographyException(Reason.DAMAGED, "the key log holds another record there");
    }
    var secret =
        SealedBytes.open(
            domain(ref.domain()),
            SealedBytes.utf8(ref.binding(material.spec())),
            material.sealed());
    return KeyMaterial.of(material.spec(), secret, material.publicKey());
  }

  private byte[] read(MaterialRef ref) {
    var keys = requireRoot();
    var place = materials.get(ref);
    if (place == null) {
      throw new CryptographyException(
          Reason.NOT_FOUND, "the vault has no material for " + ref.keyId());
    }
    return log.read(place, keys);
  }

  /**
   * Forgets materials, for ever: they cannot be had from now on, and their sealed bytes leave the
   * disk at the next start.
   */
  public void destroy(Collection<MaterialRef> refs) {
    requireRoot();
    still(
        () -> {
          var known = refs.stream().filter(materials::containsKey).toList();
          if (!known.isEmpty()) {
            log.append(
                known.stream().map(ref -> new LogRecord.Destroyed(ref).encode()).toList(),
                requireRoot());
            known.forEach(materials::remove);
            stale = true;
          }
          return known;
        });
  }

  /** Destroys everything; for a laboratory that forgets. */
  public void clear() {
    destroy(List.copyOf(materials.keySet()));
  }

  /** A number that grows with each record: whoever notes it notices a log that lost its end. */
  public long position() {
    return log.sequence();
  }

  private SymmetricKey domain(String name) {
    var known = domains.get(name);
    if (known != null) {
      return known;
    }
    return still(
        () -> {
          synchronized (makingDomains) {
            var again = domains.get(name);
            return again == null ? makeDomain(name) : again;
          }
        });
  }

  private SymmetricKey makeDomain(String name) {
    var keys = requireRoot();
    var secret = bytes(random, ROOT_BYTES);
    domainPlaces.put(
        name, log.append(new LogRecord.Domain(name, keys.wrapDomain(name, secret)).encode(), keys));
    domainSecrets.put(name, secret);
    var made = SymmetricKey.of(secret);
    domains.put(name, made);
    return made;
  }

  @Override
  public void close() {
    synchronized (sealing) {
      var keys = root;
      if (keys != null) {
        writeIndex(keys);
      }
      log.close();
      shares.clear();
      root = null;
      if (keys != null) {
        keys.close();
      }
      domainSecrets.values().forEach(secret -> Arrays.fill(secret, (byte) 0));
      domainSecrets.clear();
      domains.clear();
    }
  }
}
