package dev.bulwark.service;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.wire.EventView;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.JsonText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes API-call events in CloudTrail's record format, version 1.11.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
final class ApiCallEvents {
  private static final String VERSION = "1.11";
  private static final int MAX_USER_AGENT = 1024;
  private static final int MAX_ERROR_MESSAGE = 1024;

  /**
   * What is known of a call when its event is made; what is not is null.
   *
   * @param accountId to whose record the event goes
   * @param sharedEventId what the events of one call in several accounts have in common
   * @param invokedBy the service that called in the principal's name
   * @param added what the service tells besides
   */
  record Facts(
      Operation<?, ?> operation,
      HttpRequest http,
      @Nullable Principal principal,
      @Nullable String accessKeyId,
      String accountId,
      String region,
      String requestId,
      String eventId,
      Instant time,
      String eventName,
      boolean readOnly,
      boolean outputInEvent,
      boolean dataEvent,
      byte[] decisions,
      @Nullable String sharedEventId,
      @Nullable String invokedBy,
      @Nullable Consumer<JsonText> added) {

    /**
     * For the record of another account, whose resource the call was about. What was decided on is
     * the caller's: it tells of policies and keys of the caller's account.
     */
    Facts sharedWith(String otherAccountId, String itsEventId) {
      return new Facts(
          operation,
          http,
          principal,
          accessKeyId,
          otherAccountId,
          region,
          requestId,
          itsEventId,
          time,
          eventName,
          readOnly,
          outputInEvent,
          dataEvent,
          NO_DECISIONS,
          sharedEventId,
          invokedBy,
          added);
    }

    /** Of a caller from another account the record tells but the account and the unique id. */
    boolean foreign() {
      return sharedEventId != null && principal != null && !principal.accountId().equals(accountId);
    }
  }

  static final byte[] NO_DECISIONS = {};

  private ApiCallEvents() {}

  /** The event of a call that was served. */
  static ApiCall succeeded(
      Facts facts, @Nullable Structure input, Structure output, List<ResourceName> resources) {
    return event(facts, input, facts.outputInEvent() ? output : null, null, resources);
  }

  /** The event of what a service did for another. */
  static ApiCall served(Facts facts, ServiceRequest request) {
    return event(facts, request.input(), request.output(), null, request.resources());
  }

  /** The event of a call that was refused or failed. */
  static ApiCall failed(
      Facts facts, @Nullable Structure input, ApiException error, List<ResourceName> resources) {
    return event(facts, input, null, error, resources);
  }

  private static ApiCall event(
      Facts facts,
      @Nullable Structure input,
      @Nullable Structure output,
      @Nullable ApiException error,
      List<ResourceName> resources) {
    var service = facts.operation().service().info();
    return new ApiCall(
        0,
        facts.eventId(),
        facts.time(),
        facts.accountId(),
        facts.region(),
        service.eventSource(),
        facts.eventName(),
        facts.readOnly(),
        !facts.dataEvent(),
        facts.foreign() ? null : userName(facts.principal()),
        facts.foreign() ? null : facts.accessKeyId(),
        error == null ? null : error.code(),
        List.copyOf(resources),
        facts.decisions(),
        record(facts, input, output, error, resources));
  }

  private static byte[] record(
      Facts facts,
      @Nullable Structure input,
      @Nullable Structure output,
      @Nullable ApiException error,
      List<ResourceName> resources) {
    var http = facts.http();
    var userAgent = http.headers().first("user-agent");
    var invokedBy = facts.invokedBy();
    var json = new JsonText(2048).begin().put("eventVersion", VERSION);
    if (facts.foreign()) {
      putForeign(json, facts.principal(), facts.invokedBy());
    } else {
      json.putJson("userIdentity", identity(facts));
    }
    json.put("eventTime", text(facts.time()))
        .put("eventSource", facts.operation().service().info().eventSource())
        .put("eventName", facts.eventName())
        .put("awsRegion", facts.region())
        .put("sourceIPAddress", invokedBy == null ? http.remoteAddress() : invokedBy)
        .put("userAgent", cut(invokedBy == null ? userAgent : invokedBy, MAX_USER_AGENT));
    if (error != null) {
      json.put("errorCode", error.code())
          .put("errorMessage", cut(error.getMessage(), MAX_ERROR_MESSAGE));
    }
    var source = facts.operation().service().info().eventSource();
    EventView.put(json, "requestParameters", source, input);
    EventView.put(json, "responseElements", source, output);
    if (facts.added() != null) {
      json.begin("additionalEventData");
      facts.added().accept(json);
      json.end();
    }
    json.put("requestID", facts.requestId())
        .put("eventID", facts.eventId())
        .put("readOnly", facts.readOnly());
    putResources(json, facts.accountId(), resources);
    json.put("eventType", "AwsApiCall")
        .put("managementEvent", !facts.dataEvent())
        .put("recipientAccountId", facts.accountId())
        .put("sharedEventID", facts.sharedEventId())
        .put("eventCategory", facts.dataEvent() ? "Data" : "Management");
    if (fromConsole(facts.principal())) {
      json.put("sessionCredentialFromConsole", "true");
    }
    var tls = http.tls();
    boolean direct =
        invokedBy == null && !(facts.principal() instanceof Principal.ServicePrincipal);
    if (direct && tls != null) {
      json.begin("tlsDetails")
          .put("tlsVersion", tls.version())
          .put("cipherSuite", tls.cipherSuite())
          .put("clientProvidedHostHeader", http.headers().first("host"))
          .end();
    }
    return json.end().toByteArray();
  }

  private static boolean fromConsole(@Nullable Principal principal) {
    var session = principal == null ? null : principal.session();
    return session != null && session.fromConsole();
  }

  private static void putResources(JsonText json, String accountId, List<ResourceName> resources) {
    if (resources.isEmpty()) {
      return;
    }
    json.beginArray("resources");
    for (var resource : resources) {
      json.begin();
      if (resource.name().startsWith("arn:")) {
        json.put("accountId", owner(resource.name(), accountId))
            .put("type", resource.type())
            .put("ARN", resource.name());
      } else {
        json.put("type", resource.type()).put("resourceName", resource.name());
      }
      json.end();
    }
    json.endArray();
  }

  /** The account that an ARN names; S3's name none. */
  private static String owner(String arn, String otherwise) {
    var at = 0;
    for (var colons = 0; colons < 4; colons++) {
      at = arn.indexOf(':', at) + 1;
      if (at == 0) {
        return otherwise;
      }
    }
    var end = arn.indexOf(':', at);
    return end <= at ? otherwise : arn.substring(at, end);
  }

  private static void putForeign(
      JsonText json, @Nullable Principal principal, @Nullable String invokedBy) {
    if (principal != null) {
      json.begin("userIdentity")
          .put("type", "AWSAccount")
          .put("principalId", principal.userId())
          .put("accountId", principal.accountId())
          .put("invokedBy", invokedBy)
          .end();
    }
  }

  /** Who called with a key by himself, as JSON: the same for as long as his credential is. */
  private record Identity(Principal principal, @Nullable String accessKeyId, byte[] json) {
    boolean is(Principal other, @Nullable String otherKeyId) {
      // A record with its session is long to compare, and credentials are kept.
      return principal == other && Objects.equals(accessKeyId, otherKeyId);
    }
  }

  private static final AtomicReferenceArray<@Nullable Identity> IDENTITIES =
      new AtomicReferenceArray<>(256);

  private static byte[] identity(Facts facts) {
    var principal = facts.principal();
    if (principal == null || facts.invokedBy() != null) {
      return identity(principal, facts.accessKeyId(), facts.invokedBy());
    }
    int slot = System.identityHashCode(principal) & IDENTITIES.length() - 1;
    var known = IDENTITIES.get(slot);
    if (known == null || !known.is(principal, facts.accessKeyId())) {
      known =
          new Identity(
              principal, facts.accessKeyId(), identity(principal, facts.accessKeyId(), null));
      IDENTITIES.set(slot, known);
    }
    return known.json();
  }

  private static byte[] identity(
      @Nullable Principal principal, @Nullable String accessKeyId, @Nullable String invokedBy) {
    var json = new JsonText(512).begin();
    switch (principal) {
      case null -> json.put("type", "Unknown").put("accessKeyId", accessKeyId);
      case Principal.AccountRoot root -> {
        putCommon(json, "Root", root, accessKeyId);
        putSession(json, root, null);
      }
      case Principal.IamUser user -> {
        putCommon(json, "IAMUser", user, accessKeyId);
        json.put("userName", user.userName());
        putSession(json, user, null);
      }
      case Principal.AssumedRole role -> {
        putCommon(json, "AssumedRole", role, accessKeyId);
        putSession(json, role, role);
      }
      case Principal.FederatedUser federated -> {
        putCommon(json, "FederatedUser", federated, accessKeyId);
        putSession(json, federated, federated.issuer());
      }
      case Principal.ServicePrincipal service ->
          json.put("type", "AWSService").put("invokedBy", service.service());
      case Principal.FederatedIdentity identity ->
          json.put(
                  "type",
                  switch (identity.kind()) {
                    case WEB_IDENTITY -> "WebIdentityUser";
                    case SAML -> "SAMLUser";
                  })
              .put("principalId", identity.userId())
              .put("userName", identity.userName())
              .put("identityProvider", identity.identityProvider());
      case Principal.Anonymous anonymous ->
          json.put("type", "AWSAccount")
              .put("principalId", "")
              .put("accountId", "ANONYMOUS_PRINCIPAL");
    }
    if (!(principal instanceof Principal.ServicePrincipal)) {
      json.put("invokedBy", invokedBy);
    }
    return json.end().toByteArray();
  }

  private static void putCommon(
      JsonText json, String type, Principal principal, @Nullable String accessKeyId) {
    json.put("type", type)
        .put("principalId", principal.userId())
        .put("arn", principal.arn())
        .put("accountId", principal.accountId())
        .put("accessKeyId", accessKeyId);
  }

  private static void putSession(JsonText json, Principal principal, @Nullable Principal issuer) {
    var session = principal.session();
    if (session == null) {
      return;
    }
    json.begin("sessionContext");
    if (issuer != null) {
      json.begin("sessionIssuer");
      switch (issuer) {
        case Principal.AssumedRole role ->
            putIssuer(json, "Role", role.roleId(), role.roleArn(), role.accountId())
                .put("userName", role.roleName());
        case Principal.IamUser user ->
            putIssuer(json, "IAMUser", user.userId(), user.arn(), user.accountId())
                .put("userName", user.userName());
        default -> putIssuer(json, "Root", issuer.userId(), issuer.arn(), issuer.accountId());
      }
      json.end();
    }
    putWebIdentity(json, session);
    json.begin("attributes")
        .put("creationDate", text(session.issuedAt()))
        .put("mfaAuthenticated", Boolean.toString(session.mfaAuthenticated()))
        .end();
    json.put("sourceIdentity", session.sourceIdentity());
    if (principal instanceof Principal.AccountRoot root && root.assumed()) {
      json.put("assumedRoot", "true");
    }
    json.end();
  }

  /** Who vouched for the holder of a role's session, and as whom. */
  private static void putWebIdentity(JsonText json, SessionContext session) {
    var provider = session.federatedProvider();
    if (provider == null || provider.contains(":saml-provider/")) {
      return;
    }
    json.begin("webIdFederationData").put("federatedProvider", provider).begin("attributes");
    new TreeMap<>(session.providerKeys())
        .forEach((key, values) -> json.put(key, String.join(",", values)));
    json.end().end();
  }

  private static JsonText putIssuer(
      JsonText json, String type, String principalId, String arn, String accountId) {
    return json.put("type", type)
        .put("principalId", principalId)
        .put("arn", arn)
        .put("accountId", accountId);
  }

  /**
   * The value by which LookupEvents finds a user: a role's events are found by the session's name.
   */
  private static @Nullable String userName(@Nullable Principal principal) {
    return switch (principal) {
      case Principal.AccountRoot root -> "root";
      case Principal.IamUser user -> user.userName();
      case Principal.AssumedRole role -> role.sessionName();
      case Principal.FederatedUser federated -> federated.name();
      case Principal.ServicePrincipal service -> service.service();
      case Principal.FederatedIdentity identity -> identity.userName();
      case Principal.Anonymous anonymous -> null;
      case null -> null;
    };
  }

  /** A second and its text; the newest is kept, since thousands of calls share it. */
  private record Second(long epoch, String text) {}

  private static volatile Second newest = new Second(0, Instant.EPOCH.toString());

  private static String text(Instant time) {
    var known = newest;
    if (known.epoch() != time.getEpochSecond()) {
      known = new Second(time.getEpochSecond(), time.truncatedTo(ChronoUnit.SECONDS).toString());
      newest = known;
    }
    return known.text();
  }

  private static @Nullable String cut(@Nullable String text, int length) {
    return text == null || text.length() <= length ? text : text.substring(0, length);
  }
}
