package dev.bulwark.audit.cloudtrail;

import dev.bulwark.access.RoleSession;
import dev.bulwark.api.logs.CreateLogStreamRequest;
import dev.bulwark.api.logs.InputLogEvent;
import dev.bulwark.api.logs.LogsApi;
import dev.bulwark.api.logs.PutLogEventsRequest;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.base.Arn;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The log groups of CloudWatch Logs that trails deliver to, reached in the role that the trail
 * names.
 */
final class LogGroups {
  private static final String SERVICE = "cloudtrail.amazonaws.com";
  private static final String ALL_STREAMS = ":*";
  private static final Duration SPARE = Duration.ofMinutes(5);

  /** A role's session, and until when it is good. */
  private record Session(RoleSession role, Instant expires) {}

  private final ServiceCalls calls;
  private final Clock clock;
  private final Map<String, Session> sessions = new HashMap<>();

  LogGroups(ServiceCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  /**
   * Makes sure that the trail's role can be assumed and writes to its log group.
   *
   * @throws ApiException InvalidCloudWatchLogsLogGroupArnException,
   *     InvalidCloudWatchLogsRoleArnException
   */
  void check(TrailRecord trail) {
    var group = Objects.requireNonNull(trail.settings().logGroupArn());
    if (groupName(group).isEmpty()
        || !group.endsWith(ALL_STREAMS)
        || !TrailNames.region(group).equals(trail.homeRegion())
        || !TrailNames.account(group).equals(trail.accountId())) {
      throw CloudTrailErrors.invalidLogGroup();
    }
    var role = Objects.requireNonNull(trail.settings().roleArn());
    if (Arn.tryParse(role).filter(arn -> arn.resource().startsWith("role/")).isEmpty()) {
      throw CloudTrailErrors.invalidRole();
    }
    RoleSession session;
    try {
      session = assume(trail, role).role();
    } catch (ApiException e) {
      throw CloudTrailErrors.roleAccess();
    }
    try {
      createStream(trail, session, stream(trail, trail.accountId(), trail.homeRegion()));
    } catch (ApiException e) {
      throw e.code().equals("ResourceNotFoundException")
          ? CloudTrailErrors.invalidLogGroup()
          : CloudTrailErrors.logGroupAccess();
    }
  }

  /**
   * Writes events into the stream of their account and Region.
   *
   * @throws ApiException what STS or Logs answers
   */
  void put(TrailRecord trail, String accountId, String region, List<InputLogEvent> events) {
    var session = session(trail);
    var stream = stream(trail, accountId, region);
    try {
      write(trail, session, stream, events);
    } catch (ApiException e) {
      if (!e.code().equals("ResourceNotFoundException")) {
        throw e;
      }
      createStream(trail, session, stream);
      write(trail, session, stream, events);
    }
  }

  private void write(
      TrailRecord trail, RoleSession session, String stream, List<InputLogEvent> events) {
    calls.callInRole(
        SERVICE,
        session,
        trail.homeRegion(),
        LogsApi.PUT_LOG_EVENTS,
        PutLogEventsRequest.builder()
            .logGroupName(groupName(Objects.requireNonNull(trail.settings().logGroupArn())))
            .logStreamName(stream)
            .logEvents(events)
            .build());
  }

  private void createStream(TrailRecord trail, RoleSession session, String stream) {
    try {
      calls.callInRole(
          SERVICE,
          session,
          trail.homeRegion(),
          LogsApi.CREATE_LOG_STREAM,
          CreateLogStreamRequest.builder()
              .logGroupName(groupName(Objects.requireNonNull(trail.settings().logGroupArn())))
              .logStreamName(stream)
              .build());
    } catch (ApiException e) {
      if (!e.code().equals("ResourceAlreadyExistsException")) {
        throw e;
      }
    }
  }

  private RoleSession session(TrailRecord trail) {
    var role = Objects.requireNonNull(trail.settings().roleArn());
    var known = sessions.get(role);
    if (known == null || clock.instant().isAfter(known.expires().minus(SPARE))) {
      known = assume(trail, role);
      sessions.put(role, known);
    }
    return known.role();
  }

  private Session assume(TrailRecord trail, String roleArn) {
    var given =
        Objects.requireNonNull(
            calls
                .call(
                    Destinations.service(trail),
                    trail.homeRegion(),
                    StsApi.ASSUME_ROLE,
                    AssumeRoleRequest.builder()
                        .roleArn(roleArn)
                        .roleSessionName("CLOUDWATCH_LOGS_DELIVERY_SESSION")
                        .build())
                .credentials());
    return new Session(
        new RoleSession(given.accessKeyId(), given.sessionToken()), given.expiration());
  }

  /** As CloudTrail names its streams. */
  private static String stream(TrailRecord trail, String accountId, String region) {
    var organization = trail.settings().organizationId();
    return (organization == null ? "" : organization + "_") + accountId + "_CloudTrail_" + region;
  }

  private static String groupName(String arn) {
    return Arn.tryParse(arn)
        .filter(found -> found.service().equals("logs"))
        .map(Arn::resource)
        .filter(resource -> resource.startsWith("log-group:"))
        .map(resource -> resource.substring("log-group:".length()))
        .map(
            name ->
                name.endsWith(ALL_STREAMS)
                    ? name.substring(0, name.length() - ALL_STREAMS.length())
                    : name)
        .orElse("");
  }
}
