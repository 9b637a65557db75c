package dev.bulwark.identity.organizations;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.service.Pipeline;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.Router;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.account.AccountClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.Account;
import software.amazon.awssdk.services.organizations.model.PolicyType;
import software.amazon.awssdk.services.sts.StsClient;

/** IAM, STS, Organizations and Account Management behind the pipeline, called by AWS's clients. */
final class World implements AutoCloseable {
  static final String MANAGEMENT = "123456789012";
  static final String ALLOW_ALL =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

  private static final AwsCredentials ROOT =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  final Store store = Store.ephemeral();
  final BulwarkClock clock = BulwarkClock.system();
  final EventStreams events = new EventStreams(store);
  final Identity identity;
  final OrganizationsClient organizations;
  final IamClient iam;
  private final Pipeline pipeline;

  World() {
    identity =
        new Identity(
            store,
            Sealer.ephemeral(),
            new RootCredentials(MANAGEMENT, ROOT.accessKeyId(), ROOT.secretAccessKey()),
            IamQuotas.AWS,
            Path.of("no-such-folder"),
            clock.instant(),
            events,
            List::of,
            clock,
            ProviderSettings.of(Map.of()));
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of(
                "iam",
                identity.iam().table(),
                "sts",
                identity.sts().table(),
                "organizations",
                identity.organizations().table(),
                "account",
                identity.account().table()),
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            new Authorizer(identity.policies(), clock, "us-east-1"),
            store,
            events,
            identity.keyUse(),
            clock,
            MANAGEMENT,
            "us-east-1");
    organizations = client(OrganizationsClient.builder(), ROOT);
    iam = client(IamClient.builder(), ROOT);
  }

  /** With an organization that has all features, and SCPs enabled. */
  static World withOrganization() {
    var world = new World();
    world.organizations.createOrganization(r -> {});
    world.organizations.enablePolicyType(
        r -> r.rootId(world.rootId()).policyType(PolicyType.SERVICE_CONTROL_POLICY));
    return world;
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials) {
    return builder
        .region(Region.US_EAST_1)
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  AwsCredentials root() {
    return ROOT;
  }

  /** A new user of the management account. */
  AwsCredentials user(String name, String policy) {
    return user(iam, name, policy);
  }

  /** A new user of the account that a client is for. */
  static AwsCredentials user(IamClient iam, String name, String policy) {
    iam.createUser(r -> r.userName(name));
    iam.putUserPolicy(r -> r.userName(name).policyName("p").policyDocument(policy));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  /** A new member of the organization. */
  String account(String name) {
    var request =
        organizations.createAccount(r -> r.accountName(name).email(name + "@example.com"));
    return organizations
        .describeCreateAccountStatus(
            r -> r.createAccountRequestId(request.createAccountStatus().id()))
        .createAccountStatus()
        .accountId();
  }

  Account describe(String accountId) {
    return organizations.describeAccount(r -> r.accountId(accountId)).account();
  }

  /** An administrator of the management account in a member account. */
  AwsCredentials administrator(String accountId) {
    var name = "admin-" + accountId;
    return assume(
        user(name, ALLOW_ALL), "arn:aws:iam::" + accountId + ":role/OrganizationAccountAccessRole");
  }

  AwsCredentials assume(AwsCredentials caller, String roleArn) {
    var session =
        client(StsClient.builder(), caller)
            .assumeRole(r -> r.roleArn(roleArn).roleSessionName("session"))
            .credentials();
    return AwsSessionCredentials.create(
        session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
  }

  OrganizationsClient organizations(AwsCredentials credentials) {
    return client(OrganizationsClient.builder(), credentials);
  }

  IamClient iam(AwsCredentials credentials) {
    return client(IamClient.builder(), credentials);
  }

  AccountClient accounts(AwsCredentials credentials) {
    return client(AccountClient.builder(), credentials);
  }

  String rootId() {
    return organizations.listRoots(r -> {}).roots().getFirst().id();
  }

  String unit(String name, String parent) {
    return organizations
        .createOrganizationalUnit(r -> r.name(name).parentId(parent))
        .organizationalUnit()
        .id();
  }

  String policy(String name, PolicyType type, String content) {
    return organizations
        .createPolicy(r -> r.name(name).type(type).description("").content(content))
        .policy()
        .policySummary()
        .id();
  }

  String scp(String name, String statements) {
    return policy(name, PolicyType.SERVICE_CONTROL_POLICY, document(statements));
  }

  static String document(String statements) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}";
  }

  static String deny(String action) {
    return "{\"Effect\":\"Deny\",\"Action\":\"" + action + "\",\"Resource\":\"*\"}";
  }

  static String allow(String action) {
    return "{\"Effect\":\"Allow\",\"Action\":\"" + action + "\",\"Resource\":\"*\"}";
  }

  void attach(String policy, String target) {
    organizations.attachPolicy(r -> r.policyId(policy).targetId(target));
  }

  /** Code and message of the error that a call ends with. */
  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    if (thrown == null) {
      throw new AssertionError("no error");
    }
    return thrown.awsErrorDetails().errorCode() + ": " + thrown.awsErrorDetails().errorMessage();
  }

  @Override
  public void close() {
    identity.close();
    store.close();
  }
}
