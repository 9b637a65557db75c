package dev.bulwark.server;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.FormSignatures;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.audit.cloudtrail.CloudTrail;
import dev.bulwark.audit.cloudtrail.CloudTrailQuotas;
import dev.bulwark.audit.cloudtrail.TrailOrganizations;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Region;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.CloudHsmQuotas;
import dev.bulwark.encryption.cloudhsm.front.HsmFront;
import dev.bulwark.encryption.kms.AttestationRoots;
import dev.bulwark.encryption.kms.Kms;
import dev.bulwark.encryption.kms.KmsQuotas;
import dev.bulwark.encryption.kms.XksSettings;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.accessanalyzer.AccessAnalyzerService;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.InstanceCredentials;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.identity.organizations.Memberships;
import dev.bulwark.messaging.Outbox;
import dev.bulwark.messaging.eventbridge.EventBridge;
import dev.bulwark.messaging.sns.Sns;
import dev.bulwark.messaging.sqs.Sqs;
import dev.bulwark.monitoring.cloudwatch.CloudWatch;
import dev.bulwark.monitoring.logs.Logs;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.service.PermissionProbe;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Scrubber;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.storage.s3.NotificationWorker;
import dev.bulwark.storage.s3.ReplicationWorker;
import dev.bulwark.storage.s3.S3Service;
import dev.bulwark.storage.s3.S3Workers;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import dev.bulwark.wire.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The composition root: makes every part once, and gives each the parts that it needs. */
final class Installation implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Installation.class.getName());

  private final Settings settings;
  private final Store store;
  private final BlobStore blobs;
  private final Scrubber scrubber;
  private final EventStreams events;
  private final Identity identity;
  private final AccessAnalyzerService accessAnalyzer;
  private final KeyVault vault;
  private final CloudHsm cloudHsm;
  private final Kms kms;
  private final Sqs sqs;
  private final CloudTrail cloudTrail;
  private final Sns sns;
  private final EventBridge eventBridge;
  private final ServiceCallers callers;
  private final CloudWatch cloudWatch;
  private final Logs logs;
  private final Pipeline pipeline;
  private final LocalRoutes localRoutes;
  private final Map<String, ServiceTable> tables;
  private final @Nullable HsmFront hsmFront;
  private final HttpFront front;
  private final @Nullable TlsFront tlsFront;
  private final Instant started = Instant.now();
  private final S3Workers s3Workers;
  private final NotificationWorker notifications;
  private final ReplicationWorker replication;
  private final Duration startTime;
  private final CountDownLatch terminated = new CountDownLatch(1);

  private Installation(
      Settings settings,
      Store store,
      Sealer sealer,
      Seals seals,
      KeyVault vault,
      RootAccessKey rootKey,
      Map<String, String> environment) {
    this.settings = settings;
    this.vault = vault;
    this.store = store;
    var clock = BulwarkClock.system();
    this.blobs = BlobStore.of(store);
    this.events = new EventStreams(store);
    this.identity =
        new Identity(
            store,
            sealer,
            new RootCredentials(
                settings.account(), rootKey.accessKeyId(), rootKey.secretAccessKey()),
            IamQuotas.AWS.withUsers(
                quota(environment, "BULWARK_IAM_USERS_QUOTA", IamQuotas.AWS.users())),
            store.directory().resolve("aws-managed-policies"),
            clock.instant(),
            events,
            () -> tables().values(),
            clock,
            providerSettings(environment));
    identity.accounts().reopen(reopened(environment));
    this.accessAnalyzer =
        identity.accessAnalyzer(events, List.of(new BucketResources(store)), clock);
    accessAnalyzer.start();
    var services = new LinkedHashMap<String, Service>();
    var calls = new PipelineCalls(() -> pipeline());
    this.cloudWatch = new CloudWatch(store, calls, events, clock);
    services.put("cloudwatch", cloudWatch.service());
    var outbound = identity.outboundFederation(sealer, issuerUrl(environment));
    services.put("iam", outbound.iam(identity.iam()));
    services.put("sts", outbound.sts(identity.sts()));
    services.put("organizations", identity.organizations());
    services.put("account", identity.account());
    services.put("accessanalyzer", accessAnalyzer);
    this.cloudHsm = new CloudHsm(store, sealer, environment, CloudHsmQuotas.AWS, events, clock);
    services.put("cloudhsmv2", cloudHsm.service());
    this.kms =
        new Kms(
            store,
            vault,
            sealer,
            KeyVaults.principals(identity),
            KeyVaults.multiRegionRole(identity),
            cloudHsm.users(),
            events,
            KmsQuotas.AWS,
            xksSettings(environment),
            attestationRoots(environment),
            clock);
    services.put("kms", kms.service());
    kms.publishMetrics(cloudWatch.publisher());
    this.sqs =
        new Sqs(
            store,
            sealer,
            MessagingParts.keys(kms),
            MessagingParts.principals(identity),
            cloudWatch.publisher(),
            clock);
    services.put("sqs", sqs.service());
    var s3 =
        new S3Service(
            store,
            blobs,
            sealer,
            identity::exists,
            StorageNeeds.of(
                kms,
                identity.mfa(),
                new FormSignatures(identity.credentials(), clock, clock.base()),
                calls,
                this::callers,
                cloudWatch.publisher(),
                events,
                clock));
    services.put("s3", s3);
    services.put("s3control", s3.control());
    this.s3Workers = s3.workers(clock);
    this.notifications = s3.notifications();
    this.replication = s3.replication(clock);
    this.cloudTrail =
        new CloudTrail(
            store,
            events,
            sealer,
            calls,
            account -> identity.memberships().of(account).map(Installation::organization),
            CloudTrailQuotas.AWS.withLookupsPerSecond(
                quota(
                    environment,
                    "BULWARK_CLOUDTRAIL_LOOKUPS_PER_SECOND",
                    CloudTrailQuotas.AWS.lookupsPerSecond())),
            clock);
    services.put("cloudtrail", cloudTrail.service());
    services.put("cloudtraildata", cloudTrail.data());
    this.sns =
        new Sns(
            store,
            sealer,
            MessagingParts.keys(kms),
            MessagingParts.principals(identity),
            sqs.sender(),
            this::callers,
            MessagingParts.outside(this::url, settings.smtp(), environment),
            cloudWatch.publisher(),
            Outbox.Limits.DEFAULT,
            clock);
    services.put("sns", sns.service());
    this.eventBridge =
        new EventBridge(
            store,
            sealer,
            MessagingParts.keys(kms),
            MessagingParts.principals(identity),
            sqs.sender(),
            sns.publisher(),
            this::callers,
            calls,
            MessagingParts.destinations(environment),
            events,
            cloudTrail::isLogged,
            cloudWatch.publisher(),
            Outbox.Limits.DEFAULT,
            clock);
    services.put("events", eventBridge.service());
    this.logs = new Logs(store, sealer, cloudWatch, cloudWatch.publisher(), calls, clock);
    services.put("logs", logs.service());
    this.tables =
        services.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().table()));
    var authenticator = new SigV4Authenticator(identity.credentials(), clock, clock.base());
    var authorizer =
        new Authorizer(
            identity.policies(), clock, settings.region(), new AuthorizationMessages(sealer));
    this.callers = new ServiceCallers(authorizer, authenticator, clock);
    this.pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of()),
            tables,
            authenticator,
            authorizer,
            store,
            events,
            identity.keyUse(),
            cloudWatch.usage(),
            clock,
            settings.account(),
            settings.region());
    cloudTrail.start();
    cloudWatch.start();
    logs.start();
    s3Workers.start();
    notifications.start();
    replication.start();
    this.scrubber = Scrubber.start(store, blobs);
    var explain =
        new ExplainRoute(
            authenticator,
            authorizer,
            events,
            new CallExplainer(identity.policies()),
            settings.region());
    var root = new FirstRoot(authenticator, settings.account(), settings.region());
    this.localRoutes =
        new LocalRoutes(
            this::health,
            clock,
            settings.lab() ? this::forget : null,
            List.of(
                explain,
                MessagingParts.certificates(sns),
                new SignInRoutes(
                    identity.signIn(events, clock), authenticator, pipeline::handle, clock.base()),
                new RecoveryRoutes(identity.rootRecovery(events, clock)),
                new IssuerRoutes(outbound),
                new SealRoutes(vault, seals, root),
                new HsmRoutes(cloudHsm, authenticator, clock, settings.region()),
                new InstanceRoute(identity.instanceCredentials(this::assumeAsEc2, clock), root)));
    this.hsmFront = openHsmFront(clock);
    this.front = new HttpFront(settings.listen(), settings.port(), this::handle);
    this.tlsFront =
        settings.tls() == null
            ? null
            : new TlsFront(settings.tls(), store.directory(), sealer, this::handle);
    sns.start();
    eventBridge.start();
    this.startTime =
        Duration.ofMillis(
            System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /**
   * Starts everything.
   *
   * @throws StartException where that cannot be, in words that tell what to do
   */
  static Installation start(Settings settings, Map<String, String> environment) {
    check(settings);
    var store = openStore(settings, environment);
    try {
      var dataDir = store.directory();
      var sealer = Sealer.open(dataDir, environment);
      var rootKey = RootAccessKey.of(dataDir, settings.account(), environment);
      if (KeyVaults.rootKeyIsInEnvironment(environment)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the root key is in BULWARK_ROOT_KEY, where other processes can read it: for"
                + " development alone");
      }
      var seals = new Seals(KeyVaults.seal(sealer), settings.seal(), environment);
      var vault = KeyVaults.open(store, seals, environment);
      var installation =
          new Installation(settings, store, sealer, seals, vault, rootKey, environment);
      installation.endpoint().keep(dataDir);
      Runtime.getRuntime().addShutdownHook(new Thread(installation::close, "shutdown"));
      return installation;
    } catch (StartException | UncheckedIOException e) {
      store.close();
      throw e;
    } catch (SealException | StoreException e) {
      store.close();
      throw new StartException(e.getMessage());
    }
  }

  private static Store openStore(Settings settings, Map<String, String> environment) {
    try {
      return settings.ephemeral()
          ? Store.ephemeral()
          : Store.open(Settings.dataDir(settings.dataDir(), environment));
    } catch (StoreException e) {
      throw new StartException(e.getMessage());
    }
  }

  private static void check(Settings settings) {
    if (!AccountId.isValid(settings.account())) {
      throw new StartException("--account takes 12 digits, not " + settings.account());
    }
    if (!Region.isKnown(settings.region())) {
      throw new StartException(
          "--region takes a Region of AWS such as us-east-1, not " + settings.region());
    }
    if (!isOwn(settings.listen())) {
      throw new StartException(
          "--listen takes an address of this machine, not " + settings.listen());
    }
    checkPort("--port", settings.port());
    if (settings.hsmPort() != null) {
      checkPort("--hsm-port", settings.hsmPort());
    }
    if (settings.tls() != null) {
      checkPort("--tls-port", settings.tls().port());
    }
  }

  /** Whether one can listen on an address: any, or one of this machine. */
  private static boolean isOwn(String address) {
    try {
      var found = InetAddress.getByName(address);
      return !address.isEmpty()
          && (found.isAnyLocalAddress()
              || found.isLoopbackAddress()
              || NetworkInterface.getByInetAddress(found) != null);
    } catch (UnknownHostException | SocketException e) {
      return false;
    }
  }

  private static void checkPort(String option, int port) {
    if (port < 0 || port > 65535) {
      throw new StartException(option + " takes a number up to 65535, not " + port);
    }
  }

  private @Nullable HsmFront openHsmFront(BulwarkClock clock) {
    var port = settings.hsmPort();
    if (port == null) {
      return null;
    }
    try {
      return new HsmFront(cloudHsm, settings.hsmListen(), port, clock);
    } catch (IOException e) {
      throw new StartException(
          "port %d of %s cannot be had for CloudHSM: choose another with --hsm-port (%s)"
              .formatted(port, settings.hsmListen(), e.getMessage()));
    }
  }

  /** A quota that the operator may raise. */
  private static int quota(Map<String, String> environment, String name, int otherwise) {
    var value = environment.get(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new StartException(name + " takes a number, not " + value);
    }
  }

  private static ProviderSettings providerSettings(Map<String, String> environment) {
    try {
      return ProviderSettings.of(environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  /** Under which address others reach the issuers of web identity tokens. */
  private Supplier<String> issuerUrl(Map<String, String> environment) {
    var given = environment.get("BULWARK_ISSUER_URL");
    if (given == null) {
      return this::url;
    }
    if (!given.matches("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?")
        || given.endsWith("/")) {
      throw new StartException(
          "BULWARK_ISSUER_URL takes an address such as https://bulwark.example.com, without a slash"
              + " at its end, not "
              + given);
    }
    return () -> given;
  }

  private static XksSettings xksSettings(Map<String, String> environment) {
    try {
      return XksSettings.of(environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  private static AttestationRoots attestationRoots(Map<String, String> environment) {
    try {
      return AttestationRoots.of(environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  /** Closed accounts that who runs the installation wants open again, set apart by commas. */
  private static List<String> reopened(Map<String, String> environment) {
    var accounts = List.of(environment.getOrDefault("BULWARK_REOPEN_ACCOUNTS", "").split(","));
    return accounts.stream().map(String::strip).filter(AccountId::isValid).toList();
  }

  private HttpResponse handle(HttpRequest request) {
    return request.rawPath().startsWith(LocalRoutes.PREFIX)
        ? localRoutes.handle(request)
        : pipeline.handle(request);
  }

  private Credentials assumeAsEc2(String accountId, AssumeRoleRequest request) {
    // AWS does not say whether trust policies see the instance as aws:SourceArn.
    var ec2 = new Principal.ServicePrincipal(InstanceCredentials.SERVICE, accountId, null);
    return Objects.requireNonNull(
        pipeline.call(ec2, settings.region(), StsApi.ASSUME_ROLE, request).credentials());
  }

  private ServiceCallers callers() {
    return callers;
  }

  private void forget() {
    store.clear(Set.of());
    cloudWatch.forget();
    kms.forget();
    cloudHsm.forget();
    sqs.forget();
    cloudTrail.forget();
    sns.forget();
    blobs.sweep(id -> false);
  }

  private Pipeline pipeline() {
    return pipeline;
  }

  private static TrailOrganizations.Organization organization(Memberships.Membership found) {
    return new TrailOrganizations.Organization(
        found.organizationId(),
        found.managementAccountId(),
        found.allFeatures(),
        found.trusted().contains("cloudtrail.amazonaws.com"));
  }

  /** The tables of operations, by service id. */
  Map<String, ServiceTable> tables() {
    return tables;
  }

  /** Asks lines of the tables what they demand, in the name of that caller. */
  PermissionProbe probe(Authentication caller, Instant time) {
    return new PermissionProbe(store, events, caller, settings.region(), time);
  }

  int port() {
    return front.port();
  }

  private String url() {
    return "http://" + Endpoint.inUrl(Endpoint.reachable(settings.listen())) + ":" + front.port();
  }

  /** Where it answers. */
  Endpoint endpoint() {
    var bundle = tlsFront == null ? null : tlsFront.bundle();
    return new Endpoint(
        url(),
        settings.region(),
        settings.account(),
        tlsFront == null
            ? null
            : new Endpoint.OverTls(tlsFront.url(), bundle == null ? null : bundle.toString()));
  }

  /** The one line that says that all is there. */
  String readyLine() {
    return "Bulwark is ready at %s%s%s after %.1f s; for another shell: eval \"$(./bulwark env%s)\""
        .formatted(
            url(),
            tlsFront == null ? "" : ", " + tlsFront.url(),
            hsmFront == null
                ? ""
                : ", CloudHSM at %s:%d".formatted(settings.hsmListen(), hsmFront.port()),
            startTime.toMillis() / 1000.0,
            settings.dataDir() == null && !settings.ephemeral()
                ? ""
                : " --data " + store.directory());
  }

  private String health() {
    return """
    {"version":"%s","status":"ok","services":[%s],"store":"%s","account":"%s","region":"%s","uptimeSeconds":%d}\
    """
        .formatted(
            Version.TEXT,
            ServiceCatalog.services().stream()
                .map(service -> "\"" + service.id() + "\"")
                .collect(Collectors.joining(",")),
            settings.ephemeral() ? "ephemeral" : "sqlite",
            settings.account(),
            settings.region(),
            Duration.between(started, Instant.now()).toSeconds());
  }

  /** Returns when the process is told to end. */
  void awaitTermination() {
    try {
      terminated.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (terminated.getCount() > 0) {
      terminated.countDown();
      front.close();
      if (tlsFront != null) {
        tlsFront.close();
      }
      if (hsmFront != null) {
        hsmFront.close();
      }
      eventBridge.close();
      sns.close();
      sqs.close();
      cloudTrail.close();
      cloudWatch.close();
      logs.close();
      s3Workers.close();
      notifications.close();
      replication.close();
      kms.close();
      scrubber.close();
      accessAnalyzer.close();
      cloudHsm.close();
      identity.close();
      events.flush();
      store.close();
      vault.close();
    }
  }
}
