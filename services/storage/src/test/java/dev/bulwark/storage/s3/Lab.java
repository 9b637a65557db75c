package dev.bulwark.storage.s3;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Credential;
import dev.bulwark.access.FormSignatures;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.access.SessionContext;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.testing.InProcess;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import dev.bulwark.wire.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3 behind the request pipeline, called by AWS's own client without a network between. */
final class Lab implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String OTHER_ACCOUNT = "210987654321";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  final Store store = Store.ephemeral();
  final BulwarkClock clock = BulwarkClock.system();
  final BlobStore blobs = BlobStore.of(store);

  /** One for all starts: what two of them append to one store would clash. */
  private final EventStreams events = new EventStreams(store);

  final Sealer sealer = Sealer.ephemeral();
  final TestKeys kms = new TestKeys();
  final TestMetrics metrics = new TestMetrics();
  private final Map<String, Credential> credentials = new ConcurrentHashMap<>();
  private final Map<String, PolicyBundle> policies = new ConcurrentHashMap<>();
  private @Nullable S3Workers workers;
  private @Nullable NotificationWorker notifications;
  private @Nullable ReplicationWorker replication;
  private final TestQueues queues = new TestQueues();

  private Pipeline pipeline = start();

  private Pipeline start() {
    var authenticator =
        new SigV4Authenticator((id, token) -> credentials.get(id), clock, clock.base());
    var authorizer =
        new Authorizer(
            principal ->
                PrincipalPolicies.of(
                    policies.getOrDefault(principal.principalArn(), PolicyBundle.EMPTY)),
            clock,
            "us-east-1");
    var s3 =
        new S3Service(
            store,
            blobs,
            sealer,
            principal -> !principal.toString().contains("nobody"),
            new S3Needs(
                kms,
                (caller, serial, code, now) -> code.equals("123456"),
                new FormSignatures((id, token) -> credentials.get(id), clock, clock.base()),
                new TestCalls(queues, () -> pipeline),
                () -> new ServiceCallers(authorizer, authenticator, clock),
                metrics,
                events,
                clock));
    workers = s3.workers(clock);
    notifications = s3.notifications();
    replication = s3.replication(clock);
    return new Pipeline(
        Router.ofCatalog(Set.of("localhost")),
        Map.of("s3", s3.table(), "s3control", s3.control().table()),
        authenticator,
        authorizer,
        store,
        events,
        (principal, key, service, region, time) -> {},
        clock,
        ACCOUNT,
        "us-east-1");
  }

  /** Starts S3 anew over what is stored. */
  void restart() {
    pipeline = start();
  }

  /** Lets time pass, and has what is due by then done. */
  void pass(Duration time) {
    clock.advance(time);
    Objects.requireNonNull(workers).run();
  }

  /** Lets also that queue take messages that usually takes none. */
  void openQueues() {
    queues.open = true;
  }

  /** Has what waits for it brought to other buckets. */
  void replicate() {
    Objects.requireNonNull(replication).run();
  }

  /** Makes a role of the account that S3 may assume, with those policies; returns its ARN. */
  String role(String name, String policy) {
    var role =
        Principal.AssumedRole.of(
            ACCOUNT,
            name,
            "/",
            "AROA" + name.toUpperCase(Locale.ROOT),
            "s3-replication",
            SessionContext.of(clock.instant()));
    var id = keyId(role);
    credentials.put(
        id, Credential.longTerm(id, SECRET.getBytes(StandardCharsets.US_ASCII), role, true));
    allow(role, policy);
    queues.roles.put(role.principalArn(), id);
    return role.principalArn();
  }

  private void allow(Principal principal, String policy) {
    try {
      policies.put(
          principal.principalArn(),
          PolicyBundle.of(
              Policy.parse(policy, PolicyKind.IDENTITY)
                  .attachedAs("test", PolicyType.IDENTITY_BASED)));
    } catch (PolicyException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** What is on its way to event buses. */
  List<BusEvent> busEvents() {
    return events.toBuses(100).stream().map(Entry::value).toList();
  }

  /** Has notifications sent; what queues got since the last look. */
  List<String> delivered() {
    Objects.requireNonNull(notifications).deliver();
    return queues.take();
  }

  S3Client root() {
    return root(ACCOUNT, Region.US_EAST_1);
  }

  S3Client root(String account, Region region) {
    return client(new Principal.AccountRoot(account), region);
  }

  /** A client of a user with that identity-based policy. */
  S3Client user(String account, String name, String policy) {
    var principal =
        Principal.IamUser.of(account, name, "/", "AIDA" + name.toUpperCase(Locale.ROOT));
    allow(principal, policy);
    return client(principal, Region.US_EAST_1);
  }

  S3Client anonymous() {
    return client(AnonymousCredentialsProvider.create(), Region.US_EAST_1);
  }

  /** A client of the root that names buckets in the host, as it has to for access points. */
  S3Client rootByHost(String account) {
    return byHost(new Principal.AccountRoot(account));
  }

  /** A client of a user of that policy that names buckets in the host. */
  S3Client userByHost(String account, String name, String policy) {
    user(account, name, policy).close();
    return byHost(Principal.IamUser.of(account, name, "/", "AIDA" + name.toUpperCase(Locale.ROOT)));
  }

  private S3Client byHost(Principal principal) {
    client(principal, Region.US_EAST_1).close();
    return build(
        StaticCredentialsProvider.create(AwsBasicCredentials.create(keyId(principal), SECRET)),
        Region.US_EAST_1,
        false);
  }

  private S3Client client(Principal principal, Region region) {
    var id = keyId(principal);
    credentials.put(
        id, Credential.longTerm(id, SECRET.getBytes(StandardCharsets.US_ASCII), principal, true));
    return client(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, SECRET)), region);
  }

  private static String keyId(Principal principal) {
    var digits = Integer.toUnsignedString(principal.arn().hashCode());
    return "AKIA" + "0".repeat(16 - digits.length()) + digits;
  }

  private S3Client client(AwsCredentialsProvider provider, Region region) {
    return build(provider, region, true);
  }

  private S3Client build(AwsCredentialsProvider provider, Region region, boolean pathStyle) {
    return S3Client.builder()
        .region(region)
        .endpointOverride(URI.create("http://localhost:4566"))
        .forcePathStyle(pathStyle)
        .credentialsProvider(provider)
        .httpClient(new InProcess(pipeline))
        .overrideConfiguration(o -> o.retryStrategy(b -> b.maxAttempts(1)))
        .build();
  }

  static String allow(String action, String resource) {
    return """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"%s"}]}"""
        .formatted(action, resource);
  }

  static String policy(String effect, String principal, String action, String resource) {
    return """
        {"Version":"2012-10-17","Statement":[{"Effect":"%s","Principal":%s,"Action":"%s","Resource":"%s"}]}"""
        .formatted(effect, principal, action, resource);
  }

  /** How many blobs lie on the disk. */
  long blobFiles() {
    try (var files = Files.walk(store.directory().resolve("blobs"))) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The status of a PutObject of the root whose body is not covered by the signature. */
  int put(String bucket, String key, Body body) {
    return put(bucket, key, body, Map.of()).status();
  }

  /** The answer to a PutObject of the root whose body is not covered by the signature. */
  HttpResponse put(String bucket, String key, Body body, Map<String, String> more) {
    var root = new Principal.AccountRoot(ACCOUNT);
    client(root, Region.US_EAST_1).close();
    var headers = new HttpHeaders();
    headers.add("host", "localhost:4566");
    headers.add("content-length", Long.toString(body.length()));
    more.forEach(headers::add);
    var request =
        new HttpRequest("PUT", "/" + bucket + "/" + key, "", headers, body, "203.0.113.7", true);
    var signer = new SigV4Signer(keyId(root), SECRET, null, "us-east-1", "s3");
    return pipeline.handle(signer.sign(request, "UNSIGNED-PAYLOAD", clock.base().instant()));
  }

  /** The answer to an unsigned request to a bucket with that body. */
  HttpResponse post(String bucket, String contentType, byte[] body) {
    var headers = new HttpHeaders();
    headers.add("host", "localhost:4566");
    headers.add("content-type", contentType);
    headers.add("content-length", Integer.toString(body.length));
    return pipeline.handle(
        new HttpRequest("POST", "/" + bucket, "", headers, Body.of(body), "203.0.113.7", true));
  }

  /** The answer of S3 Control to the root about an account's Block Public Access. */
  HttpResponse control(String method, String account, String body) {
    return control(
        new Principal.AccountRoot(ACCOUNT),
        method,
        account,
        "/v20180820/configuration/publicAccessBlock",
        "",
        body);
  }

  /** The answer of S3 Control to somebody. */
  HttpResponse control(
      Principal caller, String method, String account, String path, String query, String body) {
    client(caller, Region.US_EAST_1).close();
    var headers = new HttpHeaders();
    headers.add("host", "localhost:4566");
    headers.add("x-amz-account-id", account);
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    headers.add("content-length", Integer.toString(bytes.length));
    var request =
        new HttpRequest(method, path, query, headers, Body.of(bytes), "203.0.113.7", true);
    var signer = new SigV4Signer(keyId(caller), SECRET, null, "us-east-1", "s3");
    return pipeline.handle(signer.sign(request, bytes, clock.base().instant()));
  }

  /** The answer to an unsigned request without a body. */
  HttpResponse send(String method, String path, Map<String, String> more) {
    var headers = new HttpHeaders();
    headers.add("host", "localhost:4566");
    more.forEach(headers::add);
    return pipeline.handle(
        new HttpRequest(method, path, "", headers, Body.empty(), "203.0.113.7", true));
  }

  /** The credential of the root in a form. */
  String rootKeyId() {
    return keyId(new Principal.AccountRoot(ACCOUNT));
  }

  @Override
  public void close() {
    store.close();
  }
}
