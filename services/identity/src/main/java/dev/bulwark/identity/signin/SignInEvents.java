package dev.bulwark.identity.signin;

import dev.bulwark.access.Principal;
import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.identity.iam.ConsolePasswords;
import dev.bulwark.wire.EventView;
import dev.bulwark.wire.HttpRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the events of sign-ins.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html">AWS
 *     Management Console sign-in events</a>
 */
final class SignInEvents {
  private static final String LOGIN = "ConsoleLogin";
  private static final String REGION = "us-east-1";
  private static final int MAX_USER_AGENT = 1024;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  ApiCall succeeded(HttpRequest http, Principal principal, boolean withMfa, Instant time) {
    var record = begin(http, LOGIN, principal.accountId(), principal, time);
    record.putNull("requestParameters").putObject("responseElements").put(LOGIN, "Success");
    return finish(record, http, LOGIN, principal.accountId(), principal, withMfa, time);
  }

  /**
   * @param principal null where there is no such user, whose name is not recorded then: people type
   *     passwords there
   */
  ApiCall failed(
      HttpRequest http,
      String accountId,
      @Nullable Principal principal,
      boolean withMfa,
      Instant time) {
    var record = begin(http, LOGIN, accountId, principal, time);
    record.put("errorMessage", "Failed authentication");
    record.putNull("requestParameters").putObject("responseElements").put(LOGIN, "Failure");
    return finish(record, http, LOGIN, accountId, principal, withMfa, time);
  }

  /** That something was done about the root user's password. */
  ApiCall ofRoot(HttpRequest http, String name, String accountId, Instant time) {
    var root = new Principal.AccountRoot(accountId);
    var record = begin(http, name, accountId, root, time);
    record.putNull("requestParameters").putObject("responseElements").put(name, "Success");
    return finish(record, http, name, accountId, root, false, time);
  }

  private static ObjectNode begin(
      HttpRequest http,
      String name,
      String accountId,
      @Nullable Principal principal,
      Instant time) {
    var record = JSON.createObjectNode().put("eventVersion", "1.11");
    var identity = record.putObject("userIdentity");
    switch (principal) {
      case Principal.AccountRoot root ->
          identity
              .put("type", "Root")
              .put("principalId", root.accountId())
              .put("arn", root.arn())
              .put("accountId", root.accountId());
      case Principal.IamUser user ->
          identity
              .put("type", "IAMUser")
              .put("principalId", user.userId())
              .put("arn", user.arn())
              .put("accountId", user.accountId())
              .put("userName", user.userName());
      case null, default ->
          identity
              .put("type", "IAMUser")
              .put("accountId", accountId)
              .put("accessKeyId", "")
              .put("userName", EventView.HIDDEN);
    }
    var agent = http.headers().first("user-agent");
    return record
        .put("eventTime", time.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("eventSource", ConsolePasswords.ISSUER)
        .put("eventName", name)
        .put("awsRegion", REGION)
        .put("sourceIPAddress", http.remoteAddress())
        .put(
            "userAgent",
            agent == null || agent.length() <= MAX_USER_AGENT
                ? agent
                : agent.substring(0, MAX_USER_AGENT));
  }

  private static ApiCall finish(
      ObjectNode record,
      HttpRequest http,
      String name,
      String accountId,
      @Nullable Principal principal,
      boolean withMfa,
      Instant time) {
    var id = Ids.eventId();
    var host = http.headers().first("host");
    record
        .putObject("additionalEventData")
        .put("LoginTo", (http.secure() ? "https://" : "http://") + host + http.rawPath())
        .put("MobileVersion", "No")
        .put("MFAUsed", withMfa ? "Yes" : "No");
    record
        .put("eventID", id)
        .put("readOnly", false)
        .put("eventType", "AwsConsoleSignIn")
        .put("managementEvent", true)
        .put("recipientAccountId", accountId)
        .put("eventCategory", "Management");
    var tls = http.tls();
    if (tls != null) {
      record
          .putObject("tlsDetails")
          .put("tlsVersion", tls.version())
          .put("cipherSuite", tls.cipherSuite())
          .put("clientProvidedHostHeader", host);
    }
    var failed = record.has("errorMessage");
    return new ApiCall(
        0,
        id,
        time,
        accountId,
        REGION,
        ConsolePasswords.ISSUER,
        name,
        false,
        true,
        userName(principal),
        null,
        failed ? "Failed authentication" : null,
        List.of(),
        JSON.writeValueAsBytes(record));
  }

  private static @Nullable String userName(@Nullable Principal principal) {
    return switch (principal) {
      case Principal.AccountRoot root -> "root";
      case Principal.IamUser user -> user.userName();
      case null, default -> null;
    };
  }
}
