package dev.bulwark.wire;

import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.ServiceModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operation that a request asks for, as AWS's front door does: by its protocol header,
 * its target, its action, its credential scope, its host and its path, in this order. What nothing
 * else claims goes to S3. Thread-safe.
 */
public final class Router {
  /** Stands for the service where none was found. */
  public static final ServiceInfo UNKNOWN_SERVICE =
      new ServiceInfo(
          "", "", "", "", "", "", "", "", null, List.of(Protocol.REST_JSON), null, false, false);

  private final Function<String, ServiceModel> models;
  private final Hosts hosts;
  private final List<ServiceInfo> services;
  private final Map<String, ServiceInfo> byTarget = new HashMap<>();
  private final Map<String, List<ServiceInfo>> bySigningName = new HashMap<>();
  private final Map<String, List<ServiceInfo>> byEndpoint = new HashMap<>();
  private final Map<String, PathTable> pathTables = new ConcurrentHashMap<>();
  private final @Nullable ServiceInfo s3;
  private volatile @Nullable S3Paths s3Paths;

  /**
   * A router.
   *
   * @param models gives a service's model by its id; asked when a service is first addressed
   * @param baseHosts host names, without port, below which {@code bucket.host} and {@code
   *     service.host} are understood, beside {@code amazonaws.com} and {@code localhost}
   */
  public Router(
      Collection<ServiceInfo> services,
      Function<String, ServiceModel> models,
      Set<String> baseHosts) {
    this.models = models;
    this.hosts = new Hosts(baseHosts);
    this.services = List.copyOf(services);
    ServiceInfo storage = null;
    for (var service : services) {
      if (service.targetPrefix() != null) {
        byTarget.put(service.targetPrefix(), service);
        // SDKs that are made of newer models leave the package out, as CloudTrail's do.
        byTarget.putIfAbsent(withoutPackage(service.targetPrefix()), service);
      }
      bySigningName.computeIfAbsent(service.signingName(), n -> new ArrayList<>(1)).add(service);
      byEndpoint.computeIfAbsent(service.endpointPrefix(), n -> new ArrayList<>(1)).add(service);
      if (WireErrors.isS3(service)) {
        storage = service;
      }
    }
    this.s3 = storage;
  }

  /** A router over the {@link ServiceCatalog}. */
  public static Router ofCatalog(Set<String> baseHosts) {
    return new Router(ServiceCatalog.services(), ServiceCatalog::model, baseHosts);
  }

  /**
   * Finds the operation, and reads the body into memory where the operation does not stream it.
   *
   * @throws RoutingException where there is none, or the body is too large; it holds the route by
   *     which to answer
   */
  public Route route(HttpRequest request) {
    var headers = request.headers();
    if (RpcV2Cbor.NAME.equals(headers.first("smithy-protocol"))) {
      return cbor(request);
    }
    var target = headers.first("x-amz-target");
    if (target != null) {
      return json(request, target);
    }
    var scope = CredentialScope.service(request);
    var host = hosts.parse(headers.first("host"));
    var candidates = candidates(scope, host);
    if (candidates.isEmpty() ? mayBeQuery(request, scope, host) : offersQuery(candidates)) {
      var query = query(request, candidates);
      if (query != null) {
        return query;
      }
    }
    if (candidates.isEmpty()) {
      if (scope != null || s3 == null) {
        return unknownService(request);
      }
      return s3(request, s3, host.bucket());
    }
    if (s3 != null && candidates.contains(s3)) {
      if (candidates.size() > 1 && headers.contains("x-amz-account-id")) {
        // S3 Control signs as S3 does, and is told from it by this header, which S3 does not know.
        var control =
            rest(request, candidates.stream().filter(service -> !service.equals(s3)).toList());
        if (control != null) {
          return control;
        }
      }
      // On other base hosts than AWS's, the host's labels are a bucket even where the first is a
      // service's name.
      return s3(request, s3, host.bucket());
    }
    var route = rest(request, candidates);
    if (route != null) {
      return route;
    }
    var service = candidates.getFirst();
    var protocol = restProtocol(service);
    throw unknownOperation(
        service,
        protocol == null ? service.protocols().getFirst() : protocol,
        protocol == null ? 400 : 404,
        request);
  }

  /**
   * The service that a preflight request is for: it tells neither scope nor target, so just its
   * host speaks; S3 where that does not either and the path names a bucket.
   */
  ServiceInfo serviceOf(HttpRequest request) {
    var host = hosts.parse(request.headers().first("host"));
    var candidates = candidates(CredentialScope.service(request), host);
    if (!candidates.isEmpty()) {
      return candidates.getFirst();
    }
    var path = request.rawPath();
    var bucket = host.bucket() != null || (path.length() > 1 && !path.startsWith("/service/"));
    return bucket && s3 != null ? s3 : UNKNOWN_SERVICE;
  }

  /** The bucket that a request to S3 names; empty where it names none. */
  String bucketOf(HttpRequest request) {
    var named = hosts.parse(request.headers().first("host")).bucket();
    if (named != null) {
      return named;
    }
    var path = request.rawPath();
    int slash = path.indexOf('/', 1);
    var decoded = Percent.decode(path, 1, slash < 0 ? path.length() : slash, false);
    return decoded == null ? "" : decoded;
  }

  /** The services that the credential scope names, or else the host; empty where neither does. */
  private List<ServiceInfo> candidates(@Nullable String scope, Hosts.Host host) {
    if (scope != null) {
      var signed = bySigningName.get(scope);
      return signed == null ? List.of() : signed;
    }
    var label = host.serviceLabel();
    var named = label == null ? null : byEndpoint.get(label);
    return named == null ? List.of() : named;
  }

  /**
   * Whether a request that names no service may name an action. A body is read only where it cannot
   * be one of S3's: nothing posts to S3's root.
   */
  private boolean mayBeQuery(HttpRequest request, @Nullable String scope, Hosts.Host host) {
    return s3 == null
        || (scope == null && host.bucket() == null && request.rawPath().length() <= 1);
  }

  private static boolean offersQuery(List<ServiceInfo> candidates) {
    for (var i = 0; i < candidates.size(); i++) {
      if (queryProtocol(candidates.get(i)) != null) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Protocol queryProtocol(ServiceInfo service) {
    if (service.protocols().contains(Protocol.EC2_QUERY)) {
      return Protocol.EC2_QUERY;
    }
    return service.queryCompatible() || service.protocols().contains(Protocol.QUERY)
        ? Protocol.QUERY
        : null;
  }

  private static String withoutPackage(String targetPrefix) {
    return targetPrefix.substring(targetPrefix.lastIndexOf('.') + 1);
  }

  // ---- rpc-v2-cbor: POST /service/{Service}/operation/{Operation}

  private Route cbor(HttpRequest request) {
    var parts = request.rawPath().split("/", -1);
    var known =
        parts.length >= 5
            && parts[parts.length - 4].equals("service")
            && parts[parts.length - 2].equals("operation");
    var service = known ? byTarget.get(parts[parts.length - 3]) : null;
    if (service == null) {
      var scope = CredentialScope.service(request);
      var signed = scope == null ? null : bySigningName.get(scope);
      service = signed == null ? null : signed.getFirst();
    }
    if (service == null || !service.protocols().contains(Protocol.RPC_V2_CBOR) || !known) {
      throw unknownOperation(
          service == null ? UNKNOWN_SERVICE : service, Protocol.RPC_V2_CBOR, 404, request);
    }
    var operation = models.apply(service.id()).findOperation(parts[parts.length - 1]);
    if (operation == null) {
      refuseUnbuilt(service, Protocol.RPC_V2_CBOR, parts[parts.length - 1], request);
    }
    if (operation == null || !request.method().equals("POST")) {
      throw unknownOperation(service, Protocol.RPC_V2_CBOR, 404, request);
    }
    return buffered(new Route(service, operation, Protocol.RPC_V2_CBOR, Map.of(), request));
  }

  // ---- awsJson: POST / with X-Amz-Target: {Prefix}.{Operation}

  private Route json(HttpRequest request, String target) {
    var dot = target.lastIndexOf('.');
    var service = dot < 0 ? null : byTarget.get(target.substring(0, dot));
    var protocol = jsonProtocol(request, service);
    var operation =
        service == null
            ? null
            : models.apply(service.id()).findOperation(target.substring(dot + 1));
    if (service != null && operation == null) {
      refuseUnbuilt(service, protocol, target.substring(dot + 1), request);
    }
    if (service == null || operation == null || !request.method().equals("POST")) {
      throw unknownOperation(service == null ? UNKNOWN_SERVICE : service, protocol, 400, request);
    }
    return buffered(new Route(service, operation, protocol, Map.of(), request));
  }

  private static Protocol jsonProtocol(HttpRequest request, @Nullable ServiceInfo service) {
    var type = request.headers().first("content-type");
    if (type != null && type.startsWith("application/x-amz-json-1.0")) {
      return Protocol.AWS_JSON_1_0;
    }
    if (type != null && type.startsWith("application/x-amz-json-1.1")) {
      return Protocol.AWS_JSON_1_1;
    }
    return service != null && service.protocols().contains(Protocol.AWS_JSON_1_0)
        ? Protocol.AWS_JSON_1_0
        : Protocol.AWS_JSON_1_1;
  }

  /** Operations that are known by name only have no shape to be authenticated and parsed by. */
  private void refuseUnbuilt(
      ServiceInfo service, Protocol protocol, String operation, HttpRequest request) {
    if (models.apply(service.id()).knows(operation)) {
      throw unbuilt(service, protocol, operation, request);
    }
  }

  private static RoutingException unbuilt(
      ServiceInfo service, Protocol protocol, String operation, HttpRequest request) {
    return new RoutingException(
        Unbuilt.CODE,
        Unbuilt.STATUS,
        Unbuilt.message(service, operation),
        new Route(service, null, protocol, Map.of(), request));
  }

  private static RoutingException unknownOperation(
      ServiceInfo service, Protocol protocol, int status, HttpRequest request) {
    return new RoutingException(
        "UnknownOperationException",
        status,
        "",
        new Route(service, null, protocol, Map.of(), request));
  }

  // ---- query and ec2: Action and Version in a form or in the query string

  /** The route of a query request; null where it has no action and need not have one. */
  private @Nullable Route query(HttpRequest original, List<ServiceInfo> candidates) {
    var inQuery = Parameters.ofQuery(original);
    var action = inQuery.first("Action");
    var version = inQuery.first("Version");
    var request = original;
    if (Query.isForm(original) && (action == null || version == null)) {
      if (candidates.isEmpty() && original.headers().first("content-type") == null) {
        return null;
      }
      var protocol = candidates.isEmpty() ? null : queryProtocol(candidates.getFirst());
      var read =
          buffered(
              new Route(
                  candidates.isEmpty() ? UNKNOWN_SERVICE : candidates.getFirst(),
                  null,
                  protocol == null ? Protocol.QUERY : protocol,
                  Map.of(),
                  original));
      request = read.request();
      var form = Parameters.parse(new String(decoded(read), StandardCharsets.UTF_8), true);
      action = action == null ? form.first("Action") : action;
      version = version == null ? form.first("Version") : version;
    }
    if (action == null) {
      if (candidates.isEmpty() || candidates.stream().anyMatch(s -> queryProtocol(s) == null)) {
        return null;
      }
      throw queryError(candidates.getFirst(), request, "MissingAction", "Missing Action");
    }
    var service = ofAction(candidates.isEmpty() ? services : candidates, action, version);
    if (service == null) {
      if (candidates.isEmpty()) {
        // Anonymous and without a service's host: an object's address may have such a parameter
        // too.
        if (Query.isForm(original) && original.headers().first("content-type") != null) {
          throw queryError(UNKNOWN_SERVICE, request, "InvalidAction", notValid(action));
        }
        return null;
      }
      throw queryError(
          candidates.getFirst(), request, "InvalidAction", notFound(candidates, action, version));
    }
    var protocol = queryProtocol(service);
    var operation = models.apply(service.id()).findOperation(action);
    if (protocol == null) {
      throw queryError(service, request, "InvalidAction", notValid(action));
    }
    if (operation == null) {
      throw unbuilt(service, protocol, action, request);
    }
    return buffered(new Route(service, operation, protocol, Map.of(), request));
  }

  private @Nullable ServiceInfo ofAction(
      List<ServiceInfo> among, String action, @Nullable String version) {
    for (var service : among) {
      if (queryProtocol(service) != null
          && (service.apiVersion().equals(version) || takesAnyVersion(service, version))
          && models.apply(service.id()).knows(action)) {
        return service;
      }
    }
    return null;
  }

  /** EC2 answers clients of all its versions, and the messaging services those that tell none. */
  private static boolean takesAnyVersion(ServiceInfo service, @Nullable String version) {
    return service.protocols().contains(Protocol.EC2_QUERY)
        ? version != null
        : version == null && (service.id().equals("sns") || service.id().equals("sqs"));
  }

  private static String notFound(
      List<ServiceInfo> candidates, String action, @Nullable String version) {
    return queryProtocol(candidates.getFirst()) == Protocol.EC2_QUERY
        ? notValid(action)
        : "Could not find operation "
            + action
            + " for version "
            + (version == null || version.isEmpty() ? "NO_VERSION_SPECIFIED" : version);
  }

  private static String notValid(String action) {
    return "The action " + action + " is not valid for this web service.";
  }

  private static RoutingException queryError(
      ServiceInfo service, HttpRequest request, String code, String message) {
    var protocol = queryProtocol(service);
    return new RoutingException(
        code,
        400,
        message,
        new Route(service, null, protocol == null ? Protocol.QUERY : protocol, Map.of(), request));
  }

  // ---- REST: by method and path

  private @Nullable Route rest(HttpRequest request, List<ServiceInfo> candidates) {
    var parameters = Parameters.ofQuery(request);
    for (var service : candidates) {
      var protocol = restProtocol(service);
      if (protocol == null) {
        continue;
      }
      var table = pathTables.computeIfAbsent(service.id(), id -> new PathTable(models.apply(id)));
      var match = table.find(request, parameters);
      if (match != null) {
        return buffered(
            new Route(service, match.endpoint().operation(), protocol, match.labels(), request));
      }
    }
    return null;
  }

  private static @Nullable Protocol restProtocol(ServiceInfo service) {
    if (service.protocols().contains(Protocol.REST_JSON)) {
      return Protocol.REST_JSON;
    }
    return service.protocols().contains(Protocol.REST_XML) ? Protocol.REST_XML : null;
  }

  private static Route unknownService(HttpRequest request) {
    throw unknownOperation(UNKNOWN_SERVICE, Protocol.REST_JSON, 404, request);
  }

  private Route s3(HttpRequest request, ServiceInfo service, @Nullable String hostBucket) {
    var paths = s3Paths;
    if (paths == null) {
      paths = new S3Paths(models.apply(service.id()));
      s3Paths = paths;
    }
    var match = paths.find(request, hostBucket);
    if (match == null) {
      throw new RoutingException(
          "InvalidURI",
          400,
          "Couldn't parse the specified URI.",
          new Route(service, null, Protocol.REST_XML, Map.of(), request));
    }
    if (match.endpoint() == null) {
      var refusal =
          new RoutingException(
              "MethodNotAllowed",
              405,
              "The specified method is not allowed against this resource.",
              new Route(service, null, Protocol.REST_XML, match.labels(), request));
      refusal.with("Method", request.method()).with("ResourceType", match.resourceType());
      throw refusal;
    }
    return buffered(
        new Route(
            service, match.endpoint().operation(), Protocol.REST_XML, match.labels(), request));
  }

  /** Reads the body into memory, unless the operation streams it. */
  private static Route buffered(Route route) {
    var request = route.request();
    if (request.content() != null || streams(route.operation())) {
      return route;
    }
    var limit = WireErrors.isS3(route.service()) ? Bodies.MAX_S3_BYTES : Bodies.MAX_BYTES;
    try {
      var bytes = Bodies.read(request.body(), limit);
      return new Route(
          route.service(),
          route.operation(),
          route.protocol(),
          route.labels(),
          request.withContent(bytes));
    } catch (Bodies.BodyException e) {
      throw unreadable(e, route);
    }
  }

  /**
   * A body in memory without its content encoding, in which the request keeps it: signatures are of
   * the body as it came.
   */
  private static byte[] decoded(Route route) {
    var content = route.request().content();
    try {
      return Bodies.decoded(
          content == null ? new byte[0] : content,
          route.request().headers().first("content-encoding"),
          Bodies.MAX_BYTES);
    } catch (Bodies.BodyException e) {
      throw unreadable(e, route);
    }
  }

  private static RoutingException unreadable(Bodies.BodyException e, Route route) {
    var error = WireErrors.unreadable(e.failure(), route.protocol(), route.service());
    return new RoutingException(
        error.code(),
        error.httpStatus(),
        error.getMessage() == null ? "" : error.getMessage(),
        route);
  }

  private static boolean streams(@Nullable Operation<?, ?> operation) {
    if (operation == null) {
      return false;
    }
    var payload = operation.input().payload();
    return payload != null && payload.streaming();
  }
}
