package dev.bulwark.server;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.audit.cloudtrail.CloudTrailService;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Region;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.Identity;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.storage.s3.S3Service;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import dev.bulwark.wire.Router;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** The composition root: makes every part once, and gives each the parts that it needs. */
final class Installation implements AutoCloseable {
  private final Settings settings;
  private final Store store;
  private final BlobStore blobs;
  private final EventStreams events;
  private final Identity identity;
  private final Pipeline pipeline;
  private final LocalRoutes localRoutes;
  private final Map<String, ServiceTable> tables;
  private final HttpFront front;
  private final Instant started = Instant.now();
  private final Duration startTime;
  private final CountDownLatch terminated = new CountDownLatch(1);

  private Installation(
      Settings settings,
      Store store,
      Sealer sealer,
      RootAccessKey rootKey,
      Map<String, String> environment) {
    this.settings = settings;
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
            quotas(environment),
            store.directory().resolve("aws-managed-policies"),
            clock.instant(),
            providerSettings(environment));
    var services = new LinkedHashMap<String, Service>();
    services.put("iam", identity.iam());
    services.put("sts", identity.sts());
    services.put("s3", new S3Service(store, blobs, sealer, identity::exists));
    services.put("cloudtrail", new CloudTrailService(events, sealer));
    this.tables =
        services.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().table()));
    var authenticator = new SigV4Authenticator(identity.credentials(), clock, clock.base());
    this.pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of()),
            tables,
            authenticator,
            new Authorizer(
                identity.policies(), clock, settings.region(), new AuthorizationMessages(sealer)),
            store,
            events,
            identity.keyUse(),
            clock,
            settings.account(),
            settings.region());
    this.localRoutes =
        new LocalRoutes(
            this::health,
            clock,
            settings.lab() ? this::forget : null,
            new SignInRoutes(
                identity.signIn(events, clock), authenticator, pipeline::handle, clock.base()));
    this.front = new HttpFront(settings.listen(), settings.port(), this::handle);
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
      var installation = new Installation(settings, store, sealer, rootKey, environment);
      new Endpoint(installation.url(), settings.region(), settings.account()).keep(dataDir);
      Runtime.getRuntime().addShutdownHook(new Thread(installation::close, "shutdown"));
      return installation;
    } catch (SealException | StoreException e) {
      store.close();
      throw new StartException(e.getMessage());
    } catch (UncheckedIOException e) {
      store.close();
      if (e.getCause() instanceof BindException) {
        throw new StartException(
            "port %d of %s is taken by another program: stop it, or choose another port with --port"
                .formatted(settings.port(), settings.listen()));
      }
      throw e;
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
    if (settings.port() < 0 || settings.port() > 65535) {
      throw new StartException("--port takes a number up to 65535, not " + settings.port());
    }
  }

  private static IamQuotas quotas(Map<String, String> environment) {
    var users = environment.get("BULWARK_IAM_USERS_QUOTA");
    if (users == null) {
      return IamQuotas.AWS;
    }
    try {
      return IamQuotas.AWS.withUsers(Integer.parseInt(users));
    } catch (NumberFormatException e) {
      throw new StartException("BULWARK_IAM_USERS_QUOTA takes a number, not " + users);
    }
  }

  private static ProviderSettings providerSettings(Map<String, String> environment) {
    try {
      return ProviderSettings.of(environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  private HttpResponse handle(HttpRequest request) {
    return request.rawPath().startsWith(LocalRoutes.PREFIX)
        ? localRoutes.handle(request)
        : pipeline.handle(request);
  }

  private void forget() {
    store.clear(Set.of());
    blobs.sweep(id -> false);
  }

  /** The tables of operations, by service id. */
  Map<String, ServiceTable> tables() {
    return tables;
  }

  int port() {
    return front.port();
  }

  private String url() {
    var host =
        switch (settings.listen()) {
          case "0.0.0.0", "::" -> "127.0.0.1";
          default ->
              settings.listen().contains(":") ? "[" + settings.listen() + "]" : settings.listen();
        };
    return "http://" + host + ":" + front.port();
  }

  /** The one line that says that all is there. */
  String readyLine() {
    return "Bulwark is ready at %s after %.1f s; for another shell: eval \"$(./bulwark env%s)\""
        .formatted(
            url(),
            startTime.toMillis() / 1000.0,
            settings.dataDir() == null && !settings.ephemeral()
                ? ""
                : " --data " + store.directory());
  }

  private String health() {
    return """
        {"version":"%s","status":"ok","services":[%s],"store":"%s","account":"%s","region":"%s","uptimeSeconds":%d}"""
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
      identity.close();
      events.flush();
      store.close();
    }
  }
}
