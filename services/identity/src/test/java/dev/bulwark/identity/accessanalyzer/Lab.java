package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.Router;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.accessanalyzer.AccessAnalyzerClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** IAM and Access Analyzer behind the request pipeline, called without a network between. */
final class Lab implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String OTHER = "444455556666";
  private static final RootCredentials ROOT =
      new RootCredentials(
          ACCOUNT, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  private final Store store = Store.ephemeral();
  final BulwarkClock clock = BulwarkClock.system();
  private final Identity identity;
  private final Pipeline pipeline;
  private final Map<String, ServiceTable> tables = new HashMap<>();

  Lab() {
    var sealer = Sealer.ephemeral();
    var events = new EventStreams(store);
    identity =
        new Identity(
            store,
            sealer,
            ROOT,
            IamQuotas.AWS,
            Path.of("none"),
            clock.instant(),
            events,
            tables::values,
            clock,
            ProviderSettings.DEFAULT);
    tables.put("iam", identity.iam().table());
    tables.put("sts", identity.sts().table());
    tables.put("organizations", identity.organizations().table());
    tables.put("accessanalyzer", identity.accessAnalyzer(events, List.of(), clock).table());
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            tables,
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            new Authorizer(
                identity.policies(), clock, "us-east-1", new AuthorizationMessages(sealer)),
            store,
            events,
            identity.keyUse(),
            clock,
            ACCOUNT,
            "us-east-1");
  }

  void advance(Duration time) {
    clock.advance(time);
  }

  IamClient iam() {
    return set(IamClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey());
  }

  AccessAnalyzerClient analyzer() {
    return set(AccessAnalyzerClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey());
  }

  IamClient iam(AccessKey key) {
    return set(IamClient.builder(), key.accessKeyId(), key.secretAccessKey());
  }

  AccessAnalyzerClient analyzer(AccessKey key) {
    return set(AccessAnalyzerClient.builder(), key.accessKeyId(), key.secretAccessKey());
  }

  OrganizationsClient organizations() {
    return set(OrganizationsClient.builder(), ROOT.accessKeyId(), ROOT.secretAccessKey());
  }

  /** IAM of a member account, called by an administrator of the first account. */
  IamClient iamOf(String member) {
    iam().createUser(r -> r.userName("admin"));
    iam()
        .putUserPolicy(
            r ->
                r.userName("admin")
                    .policyName("p")
                    .policyDocument(
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"));
    var key = iam().createAccessKey(r -> r.userName("admin")).accessKey();
    var session =
        set(StsClient.builder(), key.accessKeyId(), key.secretAccessKey())
            .assumeRole(
                r ->
                    r.roleArn("arn:aws:iam::" + member + ":role/OrganizationAccountAccessRole")
                        .roleSessionName("admin"))
            .credentials();
    return set(
        IamClient.builder(),
        AwsSessionCredentials.create(
            session.accessKeyId(), session.secretAccessKey(), session.sessionToken()));
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C set(
      B builder, String accessKeyId, String secret) {
    return set(builder, AwsBasicCredentials.create(accessKeyId, secret));
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C set(
      B builder, AwsCredentials credentials) {
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
    identity.close();
    store.close();
  }
}
