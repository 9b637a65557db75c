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
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

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
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /** What is known of a call when its event is made; what is not is null. */
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
      boolean dataEvent) {}

  private ApiCallEvents() {}

  /** The event of a call that was served. */
  static ApiCall succeeded(
      Facts facts, @Nullable Structure input, Structure output, List<ResourceName> resources) {
    return event(facts, input, facts.outputInEvent() ? output : null, null, resources);
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
        userName(facts.principal()),
        facts.accessKeyId(),
        error == null ? null : error.code(),
        List.copyOf(resources),
        record(facts, input, output, error, resources));
  }

  private static byte[] record(
      Facts facts,
      @Nullable Structure input,
      @Nullable Structure output,
      @Nullable ApiException error,
      List<ResourceName> resources) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("eventVersion", VERSION);
      json.writeName("userIdentity");
      writeIdentity(json, facts.principal(), facts.accessKeyId());
      json.writeStringProperty("eventTime", text(facts.time()));
      json.writeStringProperty("eventSource", facts.operation().service().info().eventSource());
      json.writeStringProperty("eventName", facts.eventName());
      json.writeStringProperty("awsRegion", facts.region());
      json.writeStringProperty("sourceIPAddress", facts.http().remoteAddress());
      var userAgent = facts.http().headers().first("user-agent");
      if (userAgent != null) {
        json.writeStringProperty("userAgent", cut(userAgent, MAX_USER_AGENT));
      }
      if (error != null) {
        json.writeStringProperty("errorCode", error.code());
        if (error.getMessage() != null) {
          json.writeStringProperty("errorMessage", cut(error.getMessage(), MAX_ERROR_MESSAGE));
        }
      }
      writeView(json, "requestParameters", input);
      writeView(json, "responseElements", output);
      json.writeStringProperty("requestID", facts.requestId());
      json.writeStringProperty("eventID", facts.eventId());
      json.writeBooleanProperty("readOnly", facts.readOnly());
      writeResources(json, facts.accountId(), resources);
      json.writeStringProperty("eventType", "AwsApiCall");
      json.writeBooleanProperty("managementEvent", !facts.dataEvent());
      json.writeStringProperty("recipientAccountId", facts.accountId());
      json.writeStringProperty("eventCategory", facts.dataEvent() ? "Data" : "Management");
      if (facts.http().secure()) {
        json.writeName("tlsDetails");
        json.writeStartObject();
        var host = facts.http().headers().first("host");
        json.writeStringProperty("clientProvidedHostHeader", host == null ? "" : host);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeView(JsonGenerator json, String name, @Nullable Structure structure) {
    json.writeName(name);
    var view = structure == null ? null : EventView.of(structure);
    if (view == null) {
      json.writeNull();
    } else {
      json.writeRawValue(view);
    }
  }

  private static void writeResources(
      JsonGenerator json, String accountId, List<ResourceName> resources) {
    if (resources.isEmpty()) {
      return;
    }
    json.writeName("resources");
    json.writeStartArray();
    for (var resource : resources) {
      json.writeStartObject();
      if (resource.name().startsWith("arn:")) {
        json.writeStringProperty("accountId", accountId);
        json.writeStringProperty("type", resource.type());
        json.writeStringProperty("ARN", resource.name());
      } else {
        json.writeStringProperty("type", resource.type());
        json.writeStringProperty("resourceName", resource.name());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeIdentity(
      JsonGenerator json, @Nullable Principal principal, @Nullable String accessKeyId) {
    json.writeStartObject();
    switch (principal) {
      case null -> {
        json.writeStringProperty("type", "Unknown");
        writeKey(json, accessKeyId);
      }
      case Principal.AccountRoot root -> {
        writeCommon(json, "Root", root, accessKeyId);
        writeSession(json, root.session(), null);
      }
      case Principal.IamUser user -> {
        writeCommon(json, "IAMUser", user, accessKeyId);
        json.writeStringProperty("userName", user.userName());
        writeSession(json, user.session(), null);
      }
      case Principal.AssumedRole role -> {
        writeCommon(json, "AssumedRole", role, accessKeyId);
        writeSession(json, role.session(), role);
      }
      case Principal.FederatedUser federated -> {
        writeCommon(json, "FederatedUser", federated, accessKeyId);
        writeSession(json, federated.session(), federated.issuer());
      }
      case Principal.ServicePrincipal service -> {
        json.writeStringProperty("type", "AWSService");
        json.writeStringProperty("invokedBy", service.service());
      }
      case Principal.Anonymous anonymous -> {
        json.writeStringProperty("type", "AWSAccount");
        json.writeStringProperty("principalId", "");
        json.writeStringProperty("accountId", "ANONYMOUS_PRINCIPAL");
      }
    }
    json.writeEndObject();
  }

  private static void writeCommon(
      JsonGenerator json, String type, Principal principal, @Nullable String accessKeyId) {
    json.writeStringProperty("type", type);
    json.writeStringProperty("principalId", principal.userId());
    json.writeStringProperty("arn", principal.arn());
    json.writeStringProperty("accountId", principal.accountId());
    writeKey(json, accessKeyId);
  }

  private static void writeKey(JsonGenerator json, @Nullable String accessKeyId) {
    if (accessKeyId != null) {
      json.writeStringProperty("accessKeyId", accessKeyId);
    }
  }

  private static void writeSession(
      JsonGenerator json, @Nullable SessionContext session, @Nullable Principal issuer) {
    if (session == null) {
      return;
    }
    json.writeName("sessionContext");
    json.writeStartObject();
    if (issuer != null) {
      json.writeName("sessionIssuer");
      json.writeStartObject();
      switch (issuer) {
        case Principal.AssumedRole role -> {
          json.writeStringProperty("type", "Role");
          json.writeStringProperty("principalId", role.roleId());
          json.writeStringProperty("arn", role.roleArn());
          json.writeStringProperty("accountId", role.accountId());
          json.writeStringProperty("userName", role.roleName());
        }
        case Principal.IamUser user -> {
          json.writeStringProperty("type", "IAMUser");
          json.writeStringProperty("principalId", user.userId());
          json.writeStringProperty("arn", user.arn());
          json.writeStringProperty("accountId", user.accountId());
          json.writeStringProperty("userName", user.userName());
        }
        default -> {
          json.writeStringProperty("type", "Root");
          json.writeStringProperty("principalId", issuer.userId());
          json.writeStringProperty("arn", issuer.arn());
          json.writeStringProperty("accountId", issuer.accountId());
        }
      }
      json.writeEndObject();
    }
    json.writeName("attributes");
    json.writeStartObject();
    json.writeStringProperty("creationDate", text(session.issuedAt()));
    json.writeStringProperty("mfaAuthenticated", Boolean.toString(session.mfaAuthenticated()));
    json.writeEndObject();
    if (session.sourceIdentity() != null) {
      json.writeStringProperty("sourceIdentity", session.sourceIdentity());
    }
    json.writeEndObject();
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
      case Principal.Anonymous anonymous -> null;
      case null -> null;
    };
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
