package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.CreateGrantResponse;
import dev.bulwark.api.kms.DecryptRequest;
import dev.bulwark.api.kms.DescribeKeyRequest;
import dev.bulwark.api.kms.EncryptRequest;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.GenerateDataKeyWithoutPlaintextRequest;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.api.kms.RetireGrantRequest;
import dev.bulwark.cryptography.EncryptionAlgorithm;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.events.EventStreams;
import dev.bulwark.service.Caller;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** KMS over one store and one vault, for clients and for other services. */
public final class Kms implements KeyService, AutoCloseable {
  private static final long SWEEP_SECONDS = 60;

  private final KmsTables tables;
  private final Clock clock;
  private final Materials materials;
  private final ManagedKeys managed;
  private final KeyFinder finder;
  private final KeyUses uses;
  private final KeyAccess access;
  private final Cryptography cryptography;
  private final DataKeys dataKeys;
  private final Grants grants;
  private final Departures departures;
  private final KmsService service;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var thread = new Thread(work, "kms-departures");
            thread.setDaemon(true);
            return thread;
          });

  /** KMS that asks no proxies of external key stores but public ones, and makes no roles. */
  public Kms(
      Store store,
      KeyVault vault,
      Sealer sealer,
      KeyPrincipals principals,
      ClusterUsers clusters,
      EventStreams events,
      KmsQuotas quotas,
      Clock clock) {
    this(
        store,
        vault,
        sealer,
        principals,
        MultiRegionRole.NONE,
        clusters,
        events,
        quotas,
        XksSettings.DEFAULT,
        AttestationRoots.NONE,
        clock);
  }

  /**
   * KMS.
   *
   * @param sealer for tokens that clients keep
   * @param multiRegionRole what accounts get with their first multi-Region key
   * @param clusters what custom key stores stand on
   * @param events where it is told what happens to keys by itself
   * @param xks how proxies of external key stores are asked
   * @param attestations whose word on enclaves is taken
   * @throws StoreException CORRUPT where the vault has lost what the store refers to
   */
  public Kms(
      Store store,
      KeyVault vault,
      Sealer sealer,
      KeyPrincipals principals,
      MultiRegionRole multiRegionRole,
      ClusterUsers clusters,
      EventStreams events,
      KmsQuotas quotas,
      XksSettings xks,
      AttestationRoots attestations,
      Clock clock) {
    this.clock = clock;
    tables = new KmsTables(store);
    if (tables.notedPosition() > vault.position()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "The key log of %s ends at record %d, but keys refer to material up to record %d: put the folders of keys back from the newest backup"
              .formatted(store.directory(), vault.position(), tables.notedPosition()));
    }
    var pages = new Pages(sealer);
    var tokens = new GrantTokens(sealer);
    finder = new KeyFinder(tables);
    uses = new KeyUses(tables, finder, clock.instant());
    access = new KeyAccess(tables);
    materials = new Materials(vault, tables);
    var keys = new KeyStore(tables, finder);
    var policies = new KeyPolicies(keys, principals);
    var regions = new MultiRegionKeys(keys, materials, policies, quotas);
    var keyEvents = new KeyEvents(events);
    var rotations = new Rotations(keys, materials, regions, keyEvents, quotas, pages);
    var keyStoreTables = new KeyStoreTables(store);
    var logins = new ClusterLogins(clusters);
    var keyStores = new CustomKeyStores(tables, keyStoreTables, clusters, logins, sealer);
    var externalStores = new ExternalKeyStores(tables, keyStoreTables, sealer, new XksProxy(xks));
    var clusterKeys = new ClusterBackend(keyStores, logins, keyStoreTables);
    var backends =
        new KeyBackends(materials, clusterKeys, new ExternalKeys(externalStores, materials));
    managed = new ManagedKeys(tables, materials);
    var recipients = new Recipients(attestations);
    cryptography =
        new Cryptography(keys, access, materials, backends, rotations, tokens, recipients);
    dataKeys =
        new DataKeys(
            keys, access, materials, cryptography, tokens, externalStores, backends, recipients);
    grants = new Grants(keys, access, principals, tokens, quotas, pages);
    departures =
        new Departures(tables, materials, clusterKeys, keyStoreTables, uses, rotations, keyEvents);
    service =
        new KmsService(
            new KmsHandlers(
                finder,
                access,
                new Keys(
                    keys,
                    materials,
                    policies,
                    multiRegionRole,
                    rotations,
                    managed,
                    keyStores,
                    clusterKeys,
                    externalStores,
                    keyStoreTables,
                    quotas,
                    pages),
                managed,
                policies,
                new KmsTags(keys, quotas, pages),
                new Aliases(keys, access, quotas, pages),
                grants,
                tokens,
                rotations,
                regions,
                new Imports(keys, materials, keyEvents, new ImportTokens(sealer)),
                cryptography,
                dataKeys,
                new Signatures(keys, access, materials, tokens, recipients),
                uses),
            new KeyStoreOperations(tables, keyStoreTables, keyStores, externalStores, pages));
    sweeper.scheduleWithFixedDelay(
        () -> sweep(clock), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private void sweep(Clock clock) {
    Departures.attempt("the minute's work on keys", () -> departures.run(clock.instant()));
    Departures.attempt("the note of which keys were used", uses::flush);
  }

  /** Does what is due for keys; happens by itself every minute. */
  public void deleteDue(Clock clock) {
    departures.run(clock.instant());
  }

  /** Writes which keys were used; happens by itself every minute. */
  void flushUses() {
    uses.flush();
  }

  /** Has metrics of keys published. */
  public void publishMetrics(MetricPublisher metrics) {
    ExpiryMetrics.publish(tables, metrics, clock);
  }

  public Service service() {
    return service;
  }

  @Override
  public String describe(Caller caller, String keyId) {
    return Served.by(
        null,
        caller,
        KmsApi.DESCRIBE_KEY,
        DescribeKeyRequest.builder().keyId(keyId).build(),
        () -> {
          managed.makeForAlias(keyId, caller);
          var key = finder.byName(keyId, caller);
          caller.require(
              access.permission("kms:DescribeKey", key.key(), caller, access.context(key, caller)));
          return new Served<>(key.record(), key.record().arn());
        });
  }

  @Override
  public DataKey generateDataKey(
      Caller caller, String keyId, Map<String, String> encryptionContext) {
    return Served.by(
        uses,
        caller,
        KmsApi.GENERATE_DATA_KEY,
        GenerateDataKeyRequest.builder()
            .keyId(keyId)
            .keySpec("AES_256")
            .encryptionContext(encryptionContext)
            .build(),
        () -> {
          managed.makeForAlias(keyId, caller);
          return dataKeys.generateFor(caller, keyId, encryptionContext);
        });
  }

  @Override
  public SealedDataKey generateDataKeyWithoutPlaintext(
      Caller caller, String keyId, Map<String, String> encryptionContext, int length) {
    return Served.by(
        uses,
        caller,
        KmsApi.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
        GenerateDataKeyWithoutPlaintextRequest.builder()
            .keyId(keyId)
            .numberOfBytes(length)
            .encryptionContext(encryptionContext)
            .build(),
        () -> {
          managed.makeForAlias(keyId, caller);
          return dataKeys.generateSealedFor(caller, keyId, encryptionContext, length);
        });
  }

  @Override
  public CreateGrantResponse createGrant(Caller caller, CreateGrantRequest request) {
    return Served.changing(
        caller, KmsApi.CREATE_GRANT, request, () -> grants.createFor(caller, request));
  }

  @Override
  public void retireGrant(Caller caller, String keyArn, String grantId) {
    var request = RetireGrantRequest.builder().keyId(keyArn).grantId(grantId).build();
    Served.changing(caller, KmsApi.RETIRE_GRANT, request, () -> grants.retireFor(caller, request));
  }

  @Override
  public byte[] encrypt(
      Caller caller, String keyId, Map<String, String> encryptionContext, byte[] plaintext) {
    return Served.by(
        uses,
        caller,
        KmsApi.ENCRYPT,
        EncryptRequest.builder()
            .keyId(keyId)
            .encryptionContext(encryptionContext)
            .encryptionAlgorithm(EncryptionAlgorithm.SYMMETRIC_DEFAULT.name())
            .build(),
        () -> {
          managed.makeForAlias(keyId, caller);
          return cryptography.encryptFor(caller, keyId, encryptionContext, plaintext);
        });
  }

  @Override
  public String require(
      Caller caller, String action, String keyId, Map<String, String> encryptionContext) {
    managed.makeForAlias(keyId, caller);
    return cryptography.requireFor(caller, action, keyId, encryptionContext);
  }

  @Override
  public byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> encryptionContext) {
    return Served.by(
        uses,
        caller,
        KmsApi.DECRYPT,
        DecryptRequest.builder()
            .encryptionContext(encryptionContext)
            .encryptionAlgorithm(EncryptionAlgorithm.SYMMETRIC_DEFAULT.name())
            .build(),
        () -> cryptography.decryptFor(caller, ciphertext, encryptionContext));
  }

  /** Forgets all keys, for a laboratory that has forgotten all rows. */
  public void forget() {
    uses.clear();
    materials.clear();
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    uses.flush();
    materials.close();
  }
}
