package dev.bulwark.monitoring;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.monitoring.logs.Logs;
import dev.bulwark.service.Pipeline;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.wire.Router;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.regions.Region;

/** CloudWatch and its Logs behind the request pipeline, called by AWS's clients. */
public final class Lab implements AutoCloseable {
  public static final String ACCOUNT = "123456789012";
  public static final AwsBasicCredentials ROOT =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  public final BulwarkClock clock = BulwarkClock.system();
  public final Logs logs;
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
    logs =
        new Logs(
            store,
            sealer,
            (account, region, namespace, metric, dimensions, value, unit, time) -> {},
            clock);
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of("iam", identity.iam().table(), "logs", logs.service().table()),
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            new Authorizer(identity.policies(), clock, "us-east-1"),
            store,
            events,
            identity.keyUse(),
            clock,
            ACCOUNT,
            "us-east-1");
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

  @Override
  public void close() {
    logs.close();
    identity.close();
    events.flush();
    store.close();
  }
}
