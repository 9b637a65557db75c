package dev.bulwark.monitoring;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.api.s3.GetBucketAclOutput;
import dev.bulwark.api.s3.PutObjectOutput;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.sns.PublishInput;
import dev.bulwark.api.sns.PublishResponse;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.monitoring.cloudwatch.CloudWatch;
import dev.bulwark.monitoring.logs.Logs;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;

/** CloudWatch and its Logs behind the request pipeline, called by AWS's clients. */
public final class Lab implements AutoCloseable {
  public static final String ACCOUNT = "123456789012";
  public static final AwsBasicCredentials ROOT =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  public final BulwarkClock clock = BulwarkClock.system();
  public final Logs logs;
  public final CloudWatch cloudWatch;

  /** What CloudWatch has asked of other services. */
  public final Published published = new Published();

  private final Store store = Store.ephemeral();
  private final EventStreams events = new EventStreams(store);
  private final Identity identity;
  private final Pipeline pipeline;

  public Lab() {
    var sealer = Sealer.ephemeral();
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
    cloudWatch = new CloudWatch(store, published, events, clock);
    logs = new Logs(store, sealer, cloudWatch, cloudWatch.publisher(), published, clock);
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of(
                "iam",
                identity.iam().table(),
                "logs",
                logs.service().table(),
                "cloudwatch",
                cloudWatch.service().table()),
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            new Authorizer(identity.policies(), clock, "us-east-1"),
            store,
            events,
            identity.keyUse(),
            cloudWatch.usage(),
            clock,
            ACCOUNT,
            "us-east-1");
  }

  /** Moves the clock to the begin of a minute, so that what follows happens in one. */
  public void beginMinute() {
    clock.advance(Duration.ofMillis(60_000 - clock.millis() % 60_000));
  }

  /** A client of the root user. */
  public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
    return client(builder, ROOT);
  }

  /** A client. */
  public <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
      B builder, AwsBasicCredentials credentials) {
    return builder
        .region(Region.US_EAST_1)
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  /** The key of a new user, who may do that with all resources. */
  public AwsBasicCredentials user(String name, String... actions) {
    var iam = client(IamClient.builder());
    iam.createUser(r -> r.userName(name));
    iam.putUserPolicy(
        r ->
            r.userName(name)
                .policyName("p")
                .policyDocument(
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["%s"], "Resource": "*"}]}"""
                        .formatted(String.join("\", \"", actions))));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  /** Takes what alarms publish in place of SNS, and what Logs exports in place of S3. */
  public static final class Published implements ServiceCalls {
    public final List<PublishInput> messages = new ArrayList<>();
    public final List<Principal.ServicePrincipal> callers = new CopyOnWriteArrayList<>();

    /** By bucket and key. */
    public final Map<String, byte[]> objects = new ConcurrentHashMap<>();

    /** Objects are written while nobody else holds it. */
    public final ReentrantLock held = new ReentrantLock();

    /** The operation that is not allowed. */
    public volatile @Nullable String refused;

    @Override
    @SuppressWarnings("unchecked") // it is what SNS answers
    public <I extends Structure, O extends Structure> O call(
        Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
      callers.add(service);
      if (operation.name().equals(refused)) {
        throw new ApiException("AccessDenied", 403, "Access Denied");
      }
      return (O)
          switch (input) {
            case PublishInput message -> {
              messages.add(message);
              yield PublishResponse.builder().messageId("m").build();
            }
            case PutObjectRequest object -> put(object);
            default -> GetBucketAclOutput.builder().build();
          };
    }

    private Structure put(PutObjectRequest object) {
      var content = new ByteArrayOutputStream();
      held.lock();
      try {
        Objects.requireNonNull(object.body()).writeTo(content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        held.unlock();
      }
      objects.put(object.bucket() + "/" + object.key(), content.toByteArray());
      return PutObjectOutput.builder().build();
    }

    @Override
    public <I extends Structure, O extends Structure> O callInRole(
        String service, RoleSession role, String region, Operation<I, O> operation, I input) {
      throw new AssertionError(operation);
    }
  }

  /** What is on its way to event buses. */
  public List<BusEvent> told() {
    return events.toBuses(100).stream().map(Entry::value).toList();
  }

  @Override
  public void close() {
    logs.close();
    identity.close();
    events.flush();
    store.close();
  }
}
