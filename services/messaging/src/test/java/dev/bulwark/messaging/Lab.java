package dev.bulwark.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.Seal;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.CloudHsmQuotas;
import dev.bulwark.encryption.kms.KeyPrincipals;
import dev.bulwark.encryption.kms.Kms;
import dev.bulwark.encryption.kms.KmsQuotas;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.messaging.eventbridge.EventBridge;
import dev.bulwark.messaging.sns.MailServer;
import dev.bulwark.messaging.sns.Sns;
import dev.bulwark.messaging.sqs.Sqs;
import dev.bulwark.monitoring.logs.Logs;
import dev.bulwark.monitoring.logs.MetricSink;
import dev.bulwark.outgoing.OutgoingSettings;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Caller;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.testing.LateCalls;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The messaging services behind the request pipeline, called by AWS's own clients. */
public final class Lab implements AutoCloseable {
  public static final String ACCOUNT = "123456789012";
  public static final String REGION = "us-east-1";

  /** How many deliveries may wait. */
  public static final Outbox.Limits LIMITS = new Outbox.Limits(30, 100);

  private static final RootCredentials ROOT =
      new RootCredentials(
          ACCOUNT, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  public final BulwarkClock clock = BulwarkClock.system();
  public final Sqs sqs;
  public final Sns sns;
  public final EventBridge events;
  public final EventStreams streams;

  /** Whether CloudTrail logs API calls. */
  public volatile boolean trailLogs = true;

  /** What the services tell of themselves. */
  public final Metrics metrics = new Metrics();

  private final Store store;
  private final KeyVault vault;
  private final Kms kms;
  private final CloudHsm cloudHsm;
  private final Identity identity;
  private final Pipeline pipeline;
  private final ServiceCallers callers;

  public Lab() {
    this(Store.ephemeral(), Sealer.ephemeral());
  }

  /** Over a store that outlives the lab. */
  public Lab(Store store, Sealer sealer) {
    this(store, sealer, new OutgoingSettings(true, "BULWARK_SNS_ALLOW_PRIVATE", List.of()), null);
  }

  /** That reaches as far as this into the world. */
  public Lab(boolean privateNetworks, @Nullable MailServer mail) {
    this(
        Store.ephemeral(),
        Sealer.ephemeral(),
        new OutgoingSettings(privateNetworks, "BULWARK_SNS_ALLOW_PRIVATE", List.of()),
        mail);
  }

  /** That trusts a server of this machine. */
  public Lab(X509Certificate trusted) {
    this(
        Store.ephemeral(),
        Sealer.ephemeral(),
        new OutgoingSettings(true, "BULWARK_EVENTS_ALLOW_PRIVATE", List.of(trusted)),
        null);
  }

  private Lab(Store store, Sealer sealer, OutgoingSettings outside, @Nullable MailServer mail) {
    this.store = store;
    var calls = new LateCalls();
    streams = new EventStreams(store);
    identity =
        new Identity(
            store,
            sealer,
            ROOT,
            IamQuotas.AWS,
            store.directory().resolve("none"),
            clock.instant(),
            streams,
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
    cloudHsm = new CloudHsm(store, sealer, System.getenv(), CloudHsmQuotas.AWS, streams, clock);
    kms =
        new Kms(
            store,
            vault,
            sealer,
            principals(identity),
            cloudHsm.users(),
            streams,
            KmsQuotas.AWS,
            clock);
    sqs = new Sqs(store, sealer, keys(kms), policies(identity), metrics, clock);
    var authorizer = new Authorizer(identity.policies(), clock, REGION);
    var authenticator = new SigV4Authenticator(identity.credentials(), clock, clock.base());
    callers = new ServiceCallers(authorizer, authenticator, clock);
    sns =
        new Sns(
            store,
            sealer,
            keys(kms),
            policies(identity),
            sqs.sender(),
            () -> callers,
            new Sns.Outside(() -> "http://localhost:4566", outside, mail),
            metrics,
            LIMITS,
            clock);
    events =
        new EventBridge(
            store,
            sealer,
            keys(kms),
            policies(identity),
            sqs.sender(),
            sns.publisher(),
            () -> callers,
            calls,
            outside,
            streams,
            call -> trailLogs,
            metrics,
            LIMITS,
            clock);
    var noMetrics = (MetricSink) (a, r, namespace, metric, d, value, unit, time) -> {};
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of(
                "iam",
                identity.iam().table(),
                "kms",
                kms.service().table(),
                "sqs",
                sqs.service().table(),
                "sns",
                sns.service().table(),
                "events",
                events.service().table(),
                "sts",
                identity.sts().table(),
                "logs",
                new Logs(store, sealer, noMetrics, MetricPublisher.NONE, calls, clock)
                    .service()
                    .table()),
            authenticator,
            authorizer,
            store,
            streams,
            identity.keyUse(),
            clock,
            ACCOUNT,
            REGION);
    calls.through(pipeline);
    sns.start();
    events.start();
  }

  private static MessageKeys keys(Kms kms) {
    return new MessageKeys() {
      @Override
      public DataKey generate(Caller caller, String keyId, Map<String, String> context) {
        var key = kms.generateDataKey(caller, keyId, context);
        return new DataKey(key.plaintext(), key.ciphertext());
      }

      @Override
      public byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> context) {
        return kms.decrypt(caller, ciphertext, context);
      }
    };
  }

  private static PolicyPrincipals policies(Identity identity) {
    return new PolicyPrincipals() {
      @Override
      public Optional<String> bind(String document) {
        return identity.bindPolicy(document);
      }

      @Override
      public String show(String stored) {
        return identity.showPolicy(stored);
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

  public SqsClient sqs() {
    return set(SqsClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  public SnsClient sns() {
    return set(SnsClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  public EventBridgeClient events() {
    return set(EventBridgeClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  public EventBridgeClient events(Region region) {
    return set(EventBridgeClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey())
        .region(region)
        .build();
  }

  public CloudWatchLogsClient logs() {
    return set(CloudWatchLogsClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  /** EventBridge as a new user, who may do that as far as IAM is concerned. */
  public EventBridgeClient eventsUser(String name, String... actions) {
    var key = user(name, actions);
    return set(EventBridgeClient.builder(), key.accessKeyId(), key.secretAccessKey()).build();
  }

  /** SNS as a new user, who may do that with all resources as far as IAM is concerned. */
  public SnsClient snsUser(String name, String... actions) {
    var key = user(name, actions);
    return set(SnsClient.builder(), key.accessKeyId(), key.secretAccessKey()).build();
  }

  public KmsClient kms() {
    return set(KmsClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  public IamClient iam() {
    return set(IamClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey()).build();
  }

  /** SQS as a new user, who may do that with all resources as far as IAM is concerned. */
  public SqsClient sqsUser(String name, String... actions) {
    var key = user(name, actions);
    return set(SqsClient.builder(), key.accessKeyId(), key.secretAccessKey()).build();
  }

  private AccessKey user(String name, String... actions) {
    var iam = iam();
    iam.createUser(r -> r.userName(name));
    if (actions.length > 0) {
      iam.putUserPolicy(
          r ->
              r.userName(name)
                  .policyName("p")
                  .policyDocument(
                      """
                      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["%s"], "Resource": "*"}]}"""
                          .formatted(String.join("\", \"", actions))));
    }
    return iam.createAccessKey(r -> r.userName(name)).accessKey();
  }

  private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> B set(
      B builder, String accessKeyId, String secret) {
    return builder
        .region(Region.US_EAST_1)
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)));
  }

  /** The answer to a form in the query protocol, signed by root. */
  public String query(String service, String path, String form) {
    var body = form.getBytes(StandardCharsets.UTF_8);
    var request =
        new HttpRequest(
            "POST",
            path,
            "",
            new HttpHeaders()
                .add("host", "localhost:4566")
                .add("content-type", "application/x-www-form-urlencoded"),
            Body.of(body),
            "203.0.113.7",
            false);
    var signed =
        new SigV4Signer(ROOT.accessKeyId(), ROOT.secretAccessKey(), null, REGION, service)
            .sign(request, body, clock.base().instant());
    try {
      return new String(
          pipeline.handle(signed).body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer to a link that somebody follows. */
  public String follow(String url) {
    var uri = URI.create(url);
    var request =
        new HttpRequest(
            "GET",
            uri.getRawPath(),
            uri.getRawQuery(),
            new HttpHeaders().add("host", "localhost:4566"),
            Body.empty(),
            "203.0.113.9",
            false);
    try {
      return new String(
          pipeline.handle(request).body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A service of this installation that asks SQS for something. */
  public Caller asService(Principal.ServicePrincipal service) {
    return callers.of(service, REGION, SqsApi.MODEL.info());
  }

  /** Rotates and removes keys whose time has come. */
  public void doWhatIsDueForKeys() {
    kms.deleteDue(clock);
  }

  /** Tells an event bus of something. */
  public void tell(BusEvent event) {
    store.run(tx -> streams.append(tx, event));
  }

  public void advance(Duration time) {
    clock.advance(time);
  }

  /** Asserts the code and message of a refusal. */
  public static void assertFails(String error, ThrowingCallable call) {
    assertThat(catchThrowable(call))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e ->
                assertThat(
                        e.awsErrorDetails().errorCode()
                            + ": "
                            + (e.awsErrorDetails().errorMessage() == null
                                ? ""
                                : e.awsErrorDetails().errorMessage()))
                    .isEqualTo(error));
  }

  /** Asserts the code of a refusal. */
  public static void assertCode(String code, ThrowingCallable call) {
    assertThat(catchThrowable(call))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  @Override
  public void close() {
    events.close();
    sns.close();
    sqs.close();
    kms.close();
    cloudHsm.close();
    identity.close();
    vault.close();
    store.close();
  }
}
