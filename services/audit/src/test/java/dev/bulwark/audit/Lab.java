package dev.bulwark.audit;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.FormSignatures;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.audit.cloudtrail.CloudTrail;
import dev.bulwark.audit.cloudtrail.CloudTrailQuotas;
import dev.bulwark.audit.cloudtrail.TrailOrganizations;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.Seal;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.CloudHsmQuotas;
import dev.bulwark.encryption.kms.KeyPrincipals;
import dev.bulwark.encryption.kms.KeyService;
import dev.bulwark.encryption.kms.Kms;
import dev.bulwark.encryption.kms.KmsQuotas;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.monitoring.logs.Logs;
import dev.bulwark.monitoring.logs.MetricSink;
import dev.bulwark.service.Caller;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.storage.s3.DataKeys;
import dev.bulwark.storage.s3.S3Needs;
import dev.bulwark.storage.s3.S3Service;
import dev.bulwark.testing.InProcess;
import dev.bulwark.testing.LateCalls;
import dev.bulwark.wire.Router;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** CloudTrail with what it delivers to, behind the request pipeline, called by AWS's clients. */
public final class Lab implements AutoCloseable {
  public static final String ACCOUNT = "123456789012";
  public static final AwsBasicCredentials ROOT =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  public final Store store;
  public final BulwarkClock clock;
  public final EventStreams events;
  public final CloudTrail cloudTrail;
  private final Identity identity;
  private final KeyVault vault;
  private final CloudHsm cloudHsm;
  private final Kms kms;
  private final Pipeline pipeline;

  /** Over an ephemeral store. */
  public Lab() {
    this(Store.ephemeral(), BulwarkClock.system(), TrailOrganizations.none(), Sealer.ephemeral());
  }

  /** Over the store of a folder. */
  public static Lab of(Path folder, BulwarkClock clock) {
    return new Lab(
        Store.open(folder), clock, TrailOrganizations.none(), Sealer.open(folder, Map.of()));
  }

  /** With organizations. */
  public Lab(TrailOrganizations organizations) {
    this(Store.ephemeral(), BulwarkClock.system(), organizations, Sealer.ephemeral());
  }

  private Lab(Store store, BulwarkClock clock, TrailOrganizations organizations, Sealer sealer) {
    this.store = store;
    this.clock = clock;
    events = new EventStreams(store);
    identity =
        new Identity(
            store,
            sealer,
            new RootCredentials(ACCOUNT, ROOT.accessKeyId(), ROOT.secretAccessKey()),
            IamQuotas.AWS,
            store.directory().resolve("none"),
            clock.instant(),
            events,
            List::of,
            clock,
            ProviderSettings.of(Map.of()));
    vault =
        KeyVault.open(
            store.directory().resolve("keys"),
            store.directory().resolve("mirror"),
            seal(sealer),
            Randomness.secure(),
            false);
    cloudHsm = new CloudHsm(store, sealer, System.getenv(), CloudHsmQuotas.AWS, events, clock);
    kms =
        new Kms(
            store,
            vault,
            sealer,
            principals(identity),
            cloudHsm.users(),
            events,
            KmsQuotas.AWS,
            clock);
    var calls = new LateCalls();
    cloudTrail =
        new CloudTrail(
            store,
            events,
            sealer,
            calls,
            organizations,
            CloudTrailQuotas.AWS.withLookupsPerSecond(1000),
            clock);
    var tables = new HashMap<String, ServiceTable>();
    tables.put("iam", identity.iam().table());
    tables.put("sts", identity.sts().table());
    tables.put(
        "s3",
        new S3Service(
                store,
                BlobStore.of(store),
                sealer,
                identity::exists,
                new S3Needs(
                    keys(kms),
                    (caller, serialNumber, code, now) -> false,
                    new FormSignatures(identity.credentials(), clock, clock.base()),
                    calls,
                    () -> {
                      throw new IllegalStateException("no bucket logs its requests");
                    },
                    MetricPublisher.NONE,
                    events,
                    clock))
            .table());
    tables.put("kms", kms.service().table());
    tables.put("cloudtrail", cloudTrail.service().table());
    tables.put("cloudtraildata", cloudTrail.data().table());
    var noMetrics = (MetricSink) (a, r, namespace, metric, d, value, unit, time) -> {};
    tables.put(
        "logs",
        new Logs(store, sealer, noMetrics, MetricPublisher.NONE, calls, clock).service().table());
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            tables,
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            new Authorizer(identity.policies(), clock, "us-east-1"),
            store,
            events,
            identity.keyUse(),
            clock,
            ACCOUNT,
            "us-east-1");
    calls.through(pipeline);
  }

  /** What carries requests to the pipeline. */
  public SdkHttpClient http() {
    return new InProcess(pipeline);
  }

  /** A client of the root user in us-east-1. */
  public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
    return client(builder, ROOT, "us-east-1");
  }

  /** A client. */
  public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
      B builder, AwsBasicCredentials credentials, String region) {
    if (builder instanceof S3ClientBuilder s3) {
      s3.forcePathStyle(true);
    }
    return builder
        .region(Region.of(region))
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  private static DataKeys keys(KeyService kms) {
    return new DataKeys() {
      @Override
      public DataKey generate(Caller caller, String keyId, Map<String, String> context) {
        var key = kms.generateDataKey(caller, keyId, context);
        return new DataKey(key.keyArn(), key.plaintext(), key.ciphertext());
      }

      @Override
      public DataKey wrap(Caller caller, String keyId, Map<String, String> context) {
        throw new IllegalStateException("nothing is replicated");
      }

      @Override
      public byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> context) {
        return kms.decrypt(caller, ciphertext, context);
      }

      @Override
      public String require(
          Caller caller, String action, String keyId, Map<String, String> context) {
        return kms.require(caller, action, keyId, context);
      }
    };
  }

  private static Seal seal(Sealer sealer) {
    return new Seal() {
      @Override
      public String kind() {
        return "test";
      }

      @Override
      public byte[] wrap(byte[] rootKey) {
        return sealer.seal("root", rootKey, new byte[0]);
      }

      @Override
      public byte[] unwrap(byte[] wrapped) {
        return sealer.open("root", wrapped, new byte[0]);
      }
    };
  }

  private static KeyPrincipals principals(Identity identity) {
    return new KeyPrincipals() {
      @Override
      public Optional<String> bindPolicy(String document) {
        return identity.bindPolicy(document);
      }

      @Override
      public String showPolicy(String stored) {
        return identity.showPolicy(stored);
      }

      @Override
      public Optional<String> bind(String arn) {
        return identity.bindPrincipal(arn);
      }

      @Override
      public String show(String stored) {
        return identity.showPrincipal(stored);
      }
    };
  }

  @Override
  public void close() {
    cloudTrail.close();
    kms.close();
    cloudHsm.close();
    identity.close();
    events.flush();
    store.close();
    vault.close();
  }
}
