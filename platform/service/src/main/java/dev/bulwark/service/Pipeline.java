package dev.bulwark.service;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.Authentication;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.DecisionLog;
import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Ids;
import dev.bulwark.base.Region;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.Structure;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.Cors;
import dev.bulwark.wire.CrossOriginRules;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import dev.bulwark.wire.Protocols;
import dev.bulwark.wire.RequestHeaders;
import dev.bulwark.wire.Route;
import dev.bulwark.wire.Router;
import dev.bulwark.wire.RoutingException;
import dev.bulwark.wire.Unbuilt;
import dev.bulwark.wire.Validator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The life of a request, from top to bottom: route, authenticate, parse, validate, authorize,
 * handle, write; and whatever comes of it, the API-call event. Thread-safe; a request runs on its
 * caller's thread.
 */
public final class Pipeline implements ServiceCalls {
  private static final String GLOBAL_REGION = "us-east-1";

  /**
   * What SDKs sign for when they are set to the partition as a whole and to an endpoint of one's
   * own.
   */
  private static final String PSEUDO_REGION = "aws-global";

  private static final System.Logger LOG = System.getLogger(Pipeline.class.getName());

  private final Router router;
  private final Map<String, ServiceTable> tables;
  private final SigV4Authenticator authenticator;
  private final Authorizer authorizer;
  private final Store store;
  private final EventStreams events;
  private final AccessKeyUse keyUse;
  private final CallObserver callObserver;
  private final BulwarkClock clock;
  private final String defaultAccount;
  private final String defaultRegion;
  private final CrossOriginRules crossOrigin;
  private final Map<String, SigningPolicy> signing = new ConcurrentHashMap<>();

  /** A pipeline whose calls nobody observes. */
  public Pipeline(
      Router router,
      Map<String, ServiceTable> tables,
      SigV4Authenticator authenticator,
      Authorizer authorizer,
      Store store,
      EventStreams events,
      AccessKeyUse keyUse,
      BulwarkClock clock,
      String defaultAccount,
      String defaultRegion) {
    this(
        router,
        tables,
        authenticator,
        authorizer,
        store,
        events,
        keyUse,
        CallObserver.NONE,
        clock,
        defaultAccount,
        defaultRegion);
  }

  /**
   * A pipeline.
   *
   * @param tables by service id; a service without one answers 501 to every operation
   * @param defaultAccount to whose record calls without a known caller go
   * @param defaultRegion where unsigned requests take place
   */
  public Pipeline(
      Router router,
      Map<String, ServiceTable> tables,
      SigV4Authenticator authenticator,
      Authorizer authorizer,
      Store store,
      EventStreams events,
      AccessKeyUse keyUse,
      CallObserver observer,
      BulwarkClock clock,
      String defaultAccount,
      String defaultRegion) {
    this.router = router;
    this.tables = Map.copyOf(tables);
    this.authenticator = authenticator;
    this.authorizer = authorizer;
    this.store = store;
    this.events = events;
    this.keyUse = keyUse;
    this.callObserver = observer;
    this.clock = clock;
    this.defaultAccount = defaultAccount;
    this.defaultRegion = defaultRegion;
    this.crossOrigin =
        tables.values().stream()
            .map(ServiceTable::crossOrigin)
            .filter(rules -> rules != CrossOriginRules.NONE)
            .findFirst()
            .orElse(CrossOriginRules.NONE);
  }

  /** Answers a request; never throws. */
  public HttpResponse handle(HttpRequest request) {
    var requestId = Ids.requestId();
    var preflight = Cors.preflight(request, router, crossOrigin, requestId);
    if (preflight.isPresent()) {
      return preflight.get();
    }
    Route route;
    try {
      route = router.route(request);
    } catch (RoutingException e) {
      return Cors.expose(request, e.route(), crossOrigin, encode(e, e.route(), requestId));
    }
    var exchange = new Exchange(route, requestId, clock.instant(), null);
    return Cors.expose(request, route, crossOrigin, exchange.serve());
  }

  @Override
  public <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
    return serve(
        Authentication.ofService(service, region, RequestHeaders.of(input)),
        null,
        operation,
        input);
  }

  @Override
  public <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input) {
    return serve(
        authenticator.inRole(service, role, region, RequestHeaders.of(input)),
        service,
        operation,
        input);
  }

  private <I extends Structure, O extends Structure> O serve(
      Authentication caller, @Nullable String invokedBy, Operation<I, O> operation, I input) {
    var info = operation.service().info();
    var route = new Route(info, operation, info.protocols().getFirst(), Map.of(), caller.request());
    @SuppressWarnings("unchecked") // the operation's line in the table answers with its output
    var output =
        (O)
            new Exchange(route, Ids.requestId(), clock.instant(), invokedBy)
                .serveService(caller, input);
    return output;
  }

  /**
   * One request on its way through the steps; what is known grows from step to step, so that its
   * event tells as much as can be.
   */
  private final class Exchange implements Caller.Authorization, Call.Recorder {
    private final Route route;
    private final Operation<?, ?> operation;
    private final String requestId;
    private final String eventId = Ids.eventId();
    private final Instant time;
    private final @Nullable String invokedBy;
    private final @Nullable ServiceTable table;
    private final ServiceTable.@Nullable Entry<?, ?> entry;
    private @Nullable Authentication authentication;
    private @Nullable Structure input;
    private @Nullable Call call;
    private @Nullable DecisionLog decisions;
    private @Nullable ApiException error;
    private final long started = System.nanoTime();

    Exchange(Route route, String requestId, Instant time, @Nullable String invokedBy) {
      this.route = route;
      this.operation = route.requireOperation();
      this.requestId = requestId;
      this.time = time;
      this.invokedBy = invokedBy;
      this.table = tables.get(route.service().id());
      this.entry = table == null ? null : table.find(operation);
    }

    HttpResponse serve() {
      try {
        var output = entry == null ? refuseUnbuilt() : run(entry);
        var answer = Protocols.of(route.protocol()).encode(operation, output, requestId);
        return observed(output, answer);
      } catch (ApiException e) {
        return fail(e);
      } catch (StoreException e) {
        LOG.log(
            System.Logger.Level.ERROR, () -> operation + " " + requestId + ": the store failed", e);
        return fail(unavailable());
      } catch (RuntimeException | StackOverflowError e) {
        LOG.log(System.Logger.Level.ERROR, () -> operation + " " + requestId + " failed", e);
        return fail(internalFailure(route.service()));
      }
    }

    Structure serveService(Authentication service, Structure given) {
      authentication = service;
      input = given;
      try {
        if (entry == null) {
          throw unbuilt();
        }
        Validator.validate(operation, given);
        var output = run(entry, service, given);
        observed(output, answerToService(operation.http().status()));
        return output;
      } catch (ApiException e) {
        recordFailure(e);
        observed(null, answerToService(e.httpStatus()));
        throw e;
      }
    }

    private static HttpResponse answerToService(int status) {
      return new HttpResponse(status, new HttpHeaders(), Body.empty());
    }

    /** The answer, once the service's observer has learnt of it. */
    private HttpResponse observed(@Nullable Structure output, HttpResponse answer) {
      var observer = table == null ? AnswerObserver.NONE : table.observer();
      if (observer == AnswerObserver.NONE) {
        return answer;
      }
      var caller = call == null ? authentication : call.authentication();
      return observer.answered(
          new AnswerObserver.Served(
              operation,
              route.request(),
              route.labels(),
              input,
              output,
              error,
              caller,
              decisions,
              requestId,
              time,
              started),
          answer);
    }

    private Structure run(ServiceTable.Entry<?, ?> line) {
      var caller = authenticate();
      return run(line, caller, parse(caller));
    }

    private <I extends Structure, O extends Structure> O run(
        ServiceTable.Entry<I, O> line, Authentication caller, Structure given) {
      @SuppressWarnings("unchecked") // it is what the operation's shape says, and that is I
      var parsed = (I) given;
      var current = begin(caller);
      for (var permission : line.permissions().apply(parsed, current)) {
        current.require(permission);
      }
      var output = line.handler().handle(parsed, current);
      if (!current.recorded()) {
        events(current, output).forEach(events::appendLater);
      }
      return output;
    }

    /**
     * Operations that are known and not built are authenticated, validated and authorized like
     * others; then they say so.
     */
    private Structure refuseUnbuilt() {
      var caller = authenticate();
      parse(caller);
      begin(caller)
          .require(
              Permission.of(route.service().actionPrefix() + ":" + operation.name(), Resource.ANY));
      throw unbuilt();
    }

    private ApiException unbuilt() {
      return new ApiException(
          Unbuilt.CODE, Unbuilt.STATUS, Unbuilt.message(route.service(), operation.name()));
    }

    private Authentication authenticate() {
      var policy =
          signing.computeIfAbsent(route.service().id(), id -> signingPolicy(route.service()));
      var found =
          authenticator.authenticate(
              route.request(), operation.anonymous() ? policy.withAnonymous(true) : policy);
      authentication = found;
      if (found.accessKeyId() != null && found.region() != null) {
        keyUse.used(
            found.principal(),
            found.accessKeyId(),
            route.service().signingName(),
            found.region(),
            time);
      }
      if (table != null) {
        table.admit(found.principal());
      }
      return found;
    }

    private Structure parse(Authentication caller) {
      var parsed = Protocols.of(route.protocol()).decode(operation, caller.request(), route);
      input = parsed;
      Validator.validate(operation, parsed);
      return parsed;
    }

    private Call begin(Authentication caller) {
      var current =
          new Call(
              operation,
              caller,
              new Call.Facts(region(caller), requestId, eventId, time),
              store,
              events,
              this,
              this);
      call = current;
      callObserver.called(
          route.service(), operation.name(), caller.principal().accountId(), current.region());
      return current;
    }

    @Override
    public void require(Authentication asking, Permission permission) {
      if (decisions == null) {
        decisions = new DecisionLog();
      }
      authorizer.authorize(asking, route.service(), permission.target(), decisions);
    }

    @Override
    public List<ApiCall> events(Call current, Structure output) {
      var facts = facts();
      var told = current.told(output);
      var asked = asked();
      var own = ApiCallEvents.succeeded(facts, asked, told, current.resources());
      var other = current.sharedAccountId();
      return other == null
          ? List.of(own)
          : List.of(
              own,
              ApiCallEvents.succeeded(
                  facts.sharedWith(other, Ids.eventId()), asked, told, current.resources()));
    }

    /** The input as events tell it. */
    private @Nullable Structure asked() {
      return entry == null || input == null ? input : entry.asked(input);
    }

    private HttpResponse fail(ApiException failure) {
      recordFailure(failure);
      return observed(null, encode(failure, route, requestId));
    }

    private void recordFailure(ApiException failure) {
      error = failure;
      var resources = call == null ? List.<ResourceName>of() : call.resources();
      try {
        events.appendLater(ApiCallEvents.failed(facts(), asked(), failure, resources));
      } catch (StoreException e) {
        LOG.log(System.Logger.Level.ERROR, () -> "the event of " + requestId + " is lost", e);
      }
    }

    private ApiCallEvents.Facts facts() {
      var caller = call == null ? authentication : call.authentication();
      return new ApiCallEvents.Facts(
          operation,
          caller == null ? route.request() : caller.request(),
          caller == null ? null : caller.principal(),
          caller == null ? null : caller.accessKeyId(),
          recipient(caller),
          eventRegion(caller),
          requestId,
          eventId,
          time,
          entry == null ? operation.name() : entry.eventName(),
          entry == null ? ServiceTable.readsByName(operation.name()) : entry.readOnly(),
          entry != null && entry.outputInEvent(),
          entry != null && entry.dataEvent(),
          DecisionRecords.encode(decisions, recipient(caller)),
          call == null || call.sharedAccountId() == null ? null : Ids.uuid(),
          invokedBy,
          call == null ? null : call.added());
    }

    /** The Region in which the call takes place. */
    private String region(@Nullable Authentication caller) {
      var signed = caller == null ? null : caller.region();
      return signed == null ? defaultRegion : signed.equals(PSEUDO_REGION) ? GLOBAL_REGION : signed;
    }

    /**
     * Events of services with one endpoint for all Regions are recorded in us-east-1, as at AWS.
     */
    private String eventRegion(@Nullable Authentication caller) {
      if (route.service().globalService()) {
        return GLOBAL_REGION;
      }
      return region(caller);
    }

    /** The account to whose record the call belongs. */
    private String recipient(@Nullable Authentication caller) {
      if (call != null && call.inOtherAccount()) {
        return call.accountId();
      }
      return caller == null || caller.principal() instanceof Principal.Anonymous
          ? defaultAccount
          : caller.principal().accountId();
    }
  }

  private static HttpResponse encode(ApiException error, Route route, String requestId) {
    return Protocols.of(route.protocol()).encodeError(error, route, requestId);
  }

  private static ApiException internalFailure(ServiceInfo service) {
    return service.id().equals("s3")
        ? new ApiException(
            "InternalError", 500, "We encountered an internal error. Please try again.")
        : new ApiException(
            "InternalFailure",
            500,
            "The request processing has failed because of an unknown error, exception or failure.");
  }

  private static ApiException unavailable() {
    return new ApiException(
        "ServiceUnavailable",
        503,
        "The request has failed due to a temporary failure of the server.");
  }

  /**
   * What a service accepts as a signature. Services with one global endpoint are signed for
   * us-east-1 at AWS; here clients have one endpoint for all, and sign for whatever Region they are
   * set to, so any Region will do.
   */
  private SigningPolicy signingPolicy(ServiceInfo service) {
    return new SigningPolicy(
        List.of(service.signingName()),
        region -> Region.isKnown(region) || region.equals(PSEUDO_REGION),
        defaultRegion,
        AuthFamily.of(service),
        service.id().equals("s3"),
        SigningPolicy.DEFAULT_MAX_BUFFERED_BODY);
  }
}
