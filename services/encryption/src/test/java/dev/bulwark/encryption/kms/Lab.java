package dev.bulwark.encryption.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.cryptography.Seal;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.CloudHsmQuotas;
import dev.bulwark.encryption.cloudhsm.ClusterUsers;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.HsmOrigin;
import dev.bulwark.encryption.cloudhsm.UserRole;
import dev.bulwark.events.EventStreams;
import dev.bulwark.hsm.Token;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.ProvisionedRoles;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.WriteTx;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import dev.bulwark.wire.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudhsmv2.CloudHsmV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.sts.StsClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * KMS, CloudHSM and IAM behind the request pipeline, called by AWS's own clients without a network.
 */
public final class Lab implements AutoCloseable {
  public static final String ACCOUNT = "123456789012";

  public static final Login ADMIN = new Login("admin", "admin-password");
  public static final HsmOrigin ORIGIN = new HsmOrigin("127.0.0.1", true);

  private static final RootCredentials ROOT =
      new RootCredentials(
          ACCOUNT, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  final Store store = Store.ephemeral();
  final BulwarkClock clock = BulwarkClock.system();
  final EventStreams events = new EventStreams(store);
  final KeyVault vault;
  final Kms kms;
  final CloudHsm cloudHsm;
  final Authorizer authorizer;
  private final Identity identity;
  private final Pipeline pipeline;
  private final OtherService otherService = new OtherService();
  private @Nullable AwsCredentials assuming;

  public Lab() {
    this(KmsQuotas.AWS);
  }

  Lab(KmsQuotas quotas) {
    this(quotas, XksSettings.DEFAULT);
  }

  Lab(AttestationRoots attestations) {
    this(KmsQuotas.AWS, XksSettings.DEFAULT, attestations);
  }

  Lab(KmsQuotas quotas, XksSettings xks) {
    this(quotas, xks, AttestationRoots.NONE);
  }

  private Lab(KmsQuotas quotas, XksSettings xks, AttestationRoots attestations) {
    var sealer = Sealer.ephemeral();
    identity =
        new Identity(
            store,
            sealer,
            ROOT,
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
            multiRegionRole(identity.provisionedRoles()),
            cloudHsm.users(),
            events,
            quotas,
            xks,
            attestations,
            clock);
    authorizer = new Authorizer(identity.policies(), clock, "us-east-1");
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
                "kms",
                kms.service().table(),
                "cloudhsmv2",
                cloudHsm.service().table(),
                "secretsmanager",
                otherService.table()),
            new SigV4Authenticator(identity.credentials(), clock, clock.base()),
            authorizer,
            store,
            events,
            identity.keyUse(),
            clock,
            ACCOUNT,
            "us-east-1");
  }

  static Seal seal(Sealer sealer) {
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

  private static MultiRegionRole multiRegionRole(ProvisionedRoles roles) {
    return new MultiRegionRole() {
      @Override
      public boolean exists(String accountId) {
        return roles.exists(ProvisionedRoles.multiRegionKeys(accountId));
      }

      @Override
      public void make(WriteTx tx, Call call) {
        roles.addLinked(tx, call, ProvisionedRoles.multiRegionKeys(call.accountId()));
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

  public KmsClient root() {
    return kms(ROOT.accessKeyId(), ROOT.secretAccessKey(), Region.US_EAST_1);
  }

  KmsClient root(Region region) {
    return kms(ROOT.accessKeyId(), ROOT.secretAccessKey(), region);
  }

  public CloudHsmV2Client hsm() {
    return hsm(Region.US_EAST_1);
  }

  public CloudHsmV2Client hsm(Region region) {
    return hsm(ROOT.accessKeyId(), ROOT.secretAccessKey(), region);
  }

  /** CloudHSM as a new user, who is allowed that action with all resources. */
  public CloudHsmV2Client hsmUser(String name, String action) {
    var iam = iam();
    iam.createUser(r -> r.userName(name));
    allow(name, action);
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return hsm(key.accessKeyId(), key.secretAccessKey(), Region.US_EAST_1);
  }

  private CloudHsmV2Client hsm(String accessKeyId, String secret, Region region) {
    return client(
        CloudHsmV2Client.builder(), AwsBasicCredentials.create(accessKeyId, secret), region);
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials, Region region) {
    return builder
        .region(region)
        .endpointOverride(URI.create("http://localhost:4566"))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  public CloudHsm cloudHsm() {
    return cloudHsm;
  }

  public Store store() {
    return store;
  }

  public EventStreams events() {
    return events;
  }

  public BulwarkClock clock() {
    return clock;
  }

  /** Activates a cluster that was claimed. */
  public void activate(String cluster) {
    cloudHsm.administration().activate(ACCOUNT, cluster, ADMIN.password(), clock.instant(), ORIGIN);
  }

  /** Makes a crypto user in an active cluster. */
  public void cryptoUser(String cluster, String name, String password) {
    cloudHsm
        .administration()
        .create(ACCOUNT, cluster, ADMIN, name, UserRole.CRYPTO_USER, password, ORIGIN);
  }

  /** The token of a crypto user. */
  public Token logIn(String cluster, String name, String password) {
    return cloudHsm
        .users()
        .logIn(cluster, new Login(name, password), ORIGIN)
        .current()
        .orElseThrow();
  }

  public ClusterUsers clusterUsers() {
    return cloudHsm.users();
  }

  /** Runs calls side by side: each has read what it reads before any of them writes. */
  public void atOnce(Runnable... calls) {
    var threads = new ArrayList<Thread>();
    store.run(
        tx -> {
          for (var call : calls) {
            var thread = Thread.ofPlatform().start(call);
            threads.add(thread);
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
          }
        });
    threads.forEach(Lab::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A call that is refused, or not. */
  public static Runnable attempt(ThrowingCallable call) {
    return () ->
        assertThat(catchThrowable(call))
            .satisfiesAnyOf(
                refusal -> assertThat(refusal).isNull(),
                refusal -> assertThat(refusal).isInstanceOf(AwsServiceException.class));
  }

  /** Deletes the keys whose waiting period is over. */
  public void deleteDueKeys() {
    kms.deleteDue(clock);
  }

  public Instant now() {
    return clock.instant();
  }

  /** A new user without any permission. */
  KmsClient user(String name) {
    return client(KmsClient.builder(), newUser(name), Region.US_EAST_1);
  }

  /** The credentials of a new user without any permission. */
  AwsCredentials newUser(String name) {
    var iam = iam();
    iam.createUser(r -> r.userName(name));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  static String arn(String userName) {
    return "arn:aws:iam::" + ACCOUNT + ":user/" + userName;
  }

  /** Lets a user do that with all keys, as far as IAM is concerned. */
  void allow(String userName, String action) {
    allow(userName, action, "{}");
  }

  void allow(String userName, String action, String condition) {
    policy("Allow", userName, action, condition);
  }

  void deny(String userName, String action) {
    policy("Deny", userName, action, "{}");
  }

  private void policy(String effect, String userName, String action, String condition) {
    iam()
        .putUserPolicy(
            r ->
                r.userName(userName)
                    .policyName("p")
                    .policyDocument(
                        """
                        {"Version": "2012-10-17", "Statement": [{"Effect": "%s", "Action": "%s", "Resource": "*", "Condition": %s}]}\
                        """
                            .formatted(effect, action, condition)));
  }

  /** A new role that users of the account can assume. */
  Role role(String name) {
    return iam()
        .createRole(
            r ->
                r.roleName(name)
                    .assumeRolePolicyDocument(
                        """
                        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": "sts:AssumeRole"}]}\
                        """
                            .formatted(ACCOUNT)))
        .role();
  }

  /** A session of a role. */
  KmsClient assume(String role, String session) {
    return assume(role, session, "*");
  }

  /** The same, which its session policy limits to some actions. */
  KmsClient assume(String role, String session, String actions) {
    if (assuming == null) {
      assuming = newUser("assuming");
      allow("assuming", "sts:AssumeRole");
    }
    var credentials =
        client(StsClient.builder(), assuming, Region.US_EAST_1)
            .assumeRole(
                r ->
                    r.roleArn("arn:aws:iam::" + ACCOUNT + ":role/" + role)
                        .roleSessionName(session)
                        .policy(
                            """
                            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "*"}]}\
                            """
                                .formatted(actions)))
            .credentials();
    return client(
        KmsClient.builder(),
        AwsSessionCredentials.create(
            credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken()),
        Region.US_EAST_1);
  }

  IamClient iam() {
    return client(IamClient.builder(), credentials(), Region.US_EAST_1);
  }

  /** Of the root user. */
  AwsCredentials credentials() {
    return AwsBasicCredentials.create(ROOT.accessKeyId(), ROOT.secretAccessKey());
  }

  private KmsClient kms(String accessKeyId, String secret, Region region) {
    return client(KmsClient.builder(), AwsBasicCredentials.create(accessKeyId, secret), region);
  }

  /** A new symmetric key of the root user's account. */
  String key() {
    return root().createKey().keyMetadata().arn();
  }

  String key(String spec, String usage) {
    return root().createKey(r -> r.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  SdkBytes encrypt(String key, Map<String, String> context) {
    return root()
        .encrypt(r -> r.keyId(key).plaintext(bytes("secret")).encryptionContext(context))
        .ciphertextBlob();
  }

  public void advance(Duration time) {
    clock.advance(time);
  }

  public static SdkBytes bytes(String text) {
    return SdkBytes.fromString(text, StandardCharsets.UTF_8);
  }

  /** A key policy with these statements, beside the delegation to IAM. */
  static String policy(String... statements) {
    return """
    {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%s:root"}, "Action": "kms:*", "Resource": "*"}%s]}\
    """
        .formatted(ACCOUNT, statements.length == 0 ? "" : "," + String.join(",", statements));
  }

  static String statement(String effect, String principalArn, String action, String condition) {
    return """
    {"Effect": "%s", "Principal": {"AWS": "%s"}, "Action": "%s", "Resource": "*", "Condition": %s}\
    """
        .formatted(effect, principalArn, action, condition);
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

  /** Has a service do something in somebody's name; answers the status. */
  int askService(AwsCredentials credentials, Consumer<Caller> work) {
    return askService("secretsmanager.amazonaws.com", credentials, work);
  }

  /** The same of the service with that principal. */
  int askService(String service, AwsCredentials credentials, Consumer<Caller> work) {
    otherService.does(service, work);
    return post(
            credentials, "secretsmanager", "secretsmanager.GetSecretValue", "{\"SecretId\":\"x\"}")
        .status();
  }

  /** A service that asks by itself, for that resource. */
  Caller serviceItself(String service, String resourceArn) {
    return new ServiceCallers(authorizer, clock, events)
        .of(
            new Principal.ServicePrincipal(service, ACCOUNT, resourceArn),
            "us-east-1",
            KmsApi.MODEL.info());
  }

  /** The records of calls of an operation in an account's stream, in order. */
  List<String> records(String account, String operation) {
    events.flush();
    return events.callsAfter(0, 1000).stream()
        .filter(call -> call.accountId().equals(account) && call.eventName().equals(operation))
        .map(call -> new String(call.record(), StandardCharsets.UTF_8))
        .toList();
  }

  /** The root user's call of an operation of KMS, parts of which no client here knows. */
  JsonNode call(String operation, String json) {
    return call(credentials(), operation, json);
  }

  JsonNode call(AwsCredentials credentials, String operation, String json) {
    var answer = post(credentials, "kms", "TrentService." + operation, json);
    try (var body = answer.body().stream()) {
      return JsonMapper.shared().readTree(body.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls an operation of JSON that no client of AWS here knows. */
  HttpResponse post(AwsCredentials credentials, String service, String target, String json) {
    var body = json.getBytes(StandardCharsets.UTF_8);
    var headers =
        new HttpHeaders()
            .add("host", "localhost:4566")
            .add("user-agent", "a test")
            .add("content-type", "application/x-amz-json-1.1")
            .add("x-amz-target", target);
    var token =
        credentials instanceof AwsSessionCredentials session ? session.sessionToken() : null;
    var signer =
        new SigV4Signer(
            credentials.accessKeyId(), credentials.secretAccessKey(), token, "us-east-1", service);
    // Signatures are of the time outside, whatever the laboratory's clock says.
    return pipeline.handle(
        signer.sign(
            new HttpRequest("POST", "/", "", headers, Body.of(body), "203.0.113.7", false),
            body,
            clock.base().instant()));
  }

  @Override
  public void close() {
    kms.close();
    cloudHsm.close();
    identity.close();
    vault.close();
    store.close();
  }
}
