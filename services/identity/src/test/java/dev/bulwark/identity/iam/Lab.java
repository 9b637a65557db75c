package dev.bulwark.identity.iam;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.Router;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;

/** IAM behind the request pipeline, called by AWS's own client without a network between. */
final class Lab implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String ARN = "arn:aws:iam::" + ACCOUNT + ":";
  static final String ALLOW_ALL =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
  static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");

  private static final RootCredentials ROOT =
      new RootCredentials(
          ACCOUNT, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  final Store store = Store.ephemeral();
  final BulwarkClock clock;
  final IamTables tables = new IamTables(store);
  final LastUsed lastUsed = new LastUsed(tables);
  final IamPolicies policies;
  final IamCredentials credentials;
  final EventStreams events = new EventStreams(store);
  final AccessInsight insight;
  final IamService iam;
  private final Pipeline pipeline;

  Lab() {
    this(IamQuotas.AWS);
  }

  Lab(IamQuotas quotas) {
    this(quotas, BulwarkClock.system());
  }

  Lab(IamQuotas quotas, BulwarkClock clock) {
    this.clock = clock;
    var sealer = Sealer.ephemeral();
    var aws = AwsManagedPolicies.bundled();
    policies = new IamPolicies(tables, aws);
    credentials = new IamCredentials(tables, sealer, ROOT);
    insight = new AccessInsight(policies, store, events, this::tables, clock);
    iam =
        new IamService(
            tables,
            aws,
            quotas,
            sealer,
            lastUsed,
            ROOT,
            new Roots(CREATED),
            insight,
            new Passwords(1_000),
            new ProviderClient(new ProviderSettings(true, List.of())));
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of("iam", iam.table()),
            new SigV4Authenticator(credentials, clock, clock.base()),
            new Authorizer(policies, clock, "us-east-1"),
            store,
            events,
            lastUsed,
            clock,
            ACCOUNT,
            "us-east-1");
  }

  private Collection<ServiceTable> tables() {
    return List.of(iam.table());
  }

  CredentialTables credentials() {
    return new CredentialTables(store);
  }

  IamClient root() {
    return client(ROOT.accessKeyId(), ROOT.secretAccessKey());
  }

  IamClient client(AccessKey key) {
    return client(key.accessKeyId(), key.secretAccessKey());
  }

  /** A new user's client. */
  IamClient user(String name) {
    root().createUser(r -> r.userName(name));
    return client(root().createAccessKey(r -> r.userName(name)).accessKey());
  }

  IamClient client(String accessKeyId, String secret) {
    return IamClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, secret)))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  /** A policy document of a response as text. */
  static String decoded(String document) {
    return URLDecoder.decode(document.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  static String allow(String action, String resource) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\""
        + action
        + "\",\"Resource\":\""
        + resource
        + "\"}]}";
  }

  static String trust(String principal) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\""
        + principal
        + "\"},\"Action\":\"sts:AssumeRole\"}]}";
  }

  @Override
  public void close() {
    lastUsed.close();
    store.close();
  }
}
