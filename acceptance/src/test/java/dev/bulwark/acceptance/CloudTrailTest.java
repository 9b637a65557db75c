package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.CloudTrailException;
import software.amazon.awssdk.services.cloudtrail.model.Event;
import software.amazon.awssdk.services.cloudtrail.model.InvalidMaxResultsException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudtrail.model.InvalidTimeRangeException;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Who did what: every call is on record, allowed or denied, with its caller and without secrets.
 */
class CloudTrailTest {
  private final RunningServer server = RunningServer.shared();
  private final IamClient iam = server.client(IamClient.builder(), RunningServer.ROOT);
  private final CloudTrailClient trail =
      server.client(CloudTrailClient.builder(), RunningServer.ROOT);
  private final String name = "audited-" + UUID.randomUUID().toString().substring(0, 8);

  private AwsBasicCredentials user() {
    iam.createUser(r -> r.userName(name));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private List<Event> lookup(LookupAttributeKey key, String value) {
    return trail
        .lookupEvents(
            r -> r.lookupAttributes(a -> a.attributeKey(key).attributeValue(value)).maxResults(50))
        .events();
  }

  private static JsonNode record(Event event) {
    return JsonNode.parser().parse(event.cloudTrailEvent());
  }

  private static String text(JsonNode node, String... path) {
    var found = node;
    for (var step : path) {
      found = found.field(step).orElseThrow(() -> new AssertionError("no " + step + " in " + node));
    }
    return found.isNumber() ? found.asNumber() : found.text();
  }

  @Test
  void anAllowedCallIsOnRecordWithItsCallerAndItsParameters() {
    var before = Instant.now().minusSeconds(1);
    iam.createUser(r -> r.userName(name).path("/team/"));
    var event =
        lookup(LookupAttributeKey.RESOURCE_NAME, name).stream()
            .filter(e -> e.eventName().equals("CreateUser"))
            .findFirst()
            .orElseThrow();
    assertThat(event.eventSource()).isEqualTo("iam.amazonaws.com");
    assertThat(event.readOnly()).isEqualTo("false");
    assertThat(event.accessKeyId()).isEqualTo(RunningServer.ROOT.accessKeyId());
    assertThat(event.username()).isEqualTo("root");
    assertThat(event.eventTime()).isAfterOrEqualTo(before.minusSeconds(1));
    assertThat(event.resources())
        .anySatisfy(
            r -> {
              assertThat(r.resourceType()).isEqualTo("AWS::IAM::User");
              assertThat(r.resourceName()).contains(name);
            });
    var record = record(event);
    assertThat(text(record, "eventID")).isEqualTo(event.eventId());
    assertThat(text(record, "userIdentity", "type")).isEqualTo("Root");
    assertThat(text(record, "userIdentity", "arn")).isEqualTo("arn:aws:iam::123456789012:root");
    assertThat(text(record, "requestParameters", "userName")).isEqualTo(name);
    assertThat(text(record, "requestParameters", "path")).isEqualTo("/team/");
    assertThat(text(record, "responseElements", "user", "userName")).isEqualTo(name);
    assertThat(text(record, "sourceIPAddress")).isEqualTo("127.0.0.1");
    assertThat(text(record, "userAgent")).contains("aws-sdk-java");
    assertThat(text(record, "eventType")).isEqualTo("AwsApiCall");
    assertThat(text(record, "recipientAccountId")).isEqualTo(RunningServer.ACCOUNT);
    assertThat(text(record, "requestID")).isNotBlank();
    assertThat(record.field("errorCode")).isEmpty();
  }

  @Test
  void aDeniedCallIsOnRecordWithItsReason() {
    var credentials = user();
    var itsIam = server.client(IamClient.builder(), credentials);
    assertThatThrownBy(() -> itsIam.deleteUser(r -> r.userName("somebody")))
        .isInstanceOf(IamException.class);
    var event = lookup(LookupAttributeKey.USERNAME, name).getFirst();
    assertThat(event.eventName()).isEqualTo("DeleteUser");
    var record = record(event);
    assertThat(text(record, "errorCode")).isEqualTo("AccessDenied");
    assertThat(text(record, "errorMessage"))
        .startsWith("User: arn:aws:iam::123456789012:user/" + name)
        .contains("is not authorized to perform: iam:DeleteUser");
    assertThat(text(record, "userIdentity", "type")).isEqualTo("IAMUser");
    assertThat(text(record, "userIdentity", "userName")).isEqualTo(name);
    assertThat(text(record, "userIdentity", "accessKeyId")).isEqualTo(credentials.accessKeyId());
    assertThat(record.field("responseElements").map(JsonNode::isNull).orElse(true)).isTrue();
  }

  @Test
  void callsThatFailAndCallsToWhatIsNotBuiltAreOnRecord() {
    var credentials = user();
    iam.attachUserPolicy(
        r -> r.userName(name).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    var itsIam = server.client(IamClient.builder(), credentials);
    assertThatThrownBy(() -> itsIam.getUser(r -> r.userName("nobody-at-all")))
        .isInstanceOf(IamException.class);
    assertThatThrownBy(() -> server.client(Ec2Client.builder(), credentials).describeInstances())
        .isInstanceOf(Ec2Exception.class);
    var events = lookup(LookupAttributeKey.USERNAME, name);
    assertThat(events).extracting(Event::eventName).startsWith("DescribeInstances", "GetUser");
    assertThat(text(record(events.get(0)), "errorCode")).isEqualTo("NotImplemented");
    assertThat(text(record(events.get(1)), "errorCode"))
        .isIn("NoSuchEntityException", "NoSuchEntity");
  }

  @Test
  void aSessionsCallsNameItsRoleAndItsIssuer() {
    user();
    var role = "role-of-" + name;
    var arn = "arn:aws:iam::123456789012:role/" + role;
    iam.createRole(
        r ->
            r.roleName(role)
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"123456789012"}}]}"""));
    iam.attachRolePolicy(
        r -> r.roleName(role).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    iam.attachUserPolicy(
        r -> r.userName(name).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    var session =
        server
            .client(
                StsClient.builder(),
                AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()))
            .assumeRole(r -> r.roleArn(arn).roleSessionName("session-" + name))
            .credentials();
    var itsIam =
        server.client(
            IamClient.builder(),
            AwsSessionCredentials.create(
                session.accessKeyId(), session.secretAccessKey(), session.sessionToken()));
    itsIam.listUsers();
    var event = lookup(LookupAttributeKey.ACCESS_KEY_ID, session.accessKeyId()).getFirst();
    assertThat(event.username()).isEqualTo("session-" + name);
    assertThat(event.readOnly()).isEqualTo("true");
    var record = record(event);
    assertThat(text(record, "userIdentity", "type")).isEqualTo("AssumedRole");
    assertThat(text(record, "userIdentity", "arn"))
        .isEqualTo("arn:aws:sts::123456789012:assumed-role/" + role + "/session-" + name);
    assertThat(text(record, "userIdentity", "sessionContext", "sessionIssuer", "arn"))
        .isEqualTo(arn);
    assertThat(everything()).doesNotContain(session.secretAccessKey());
  }

  @Test
  void noSecretIsOnRecord() {
    var secret = user().secretAccessKey();
    iam.createLoginProfile(r -> r.userName(name).password("Pass-word-of-" + name));
    iam.updateLoginProfile(r -> r.userName(name).password("Next-word-of-" + name));
    var record =
        record(
            lookup(LookupAttributeKey.EVENT_NAME, "CreateAccessKey").stream()
                .filter(e -> e.cloudTrailEvent().contains(name))
                .findFirst()
                .orElseThrow());
    assertThat(text(record, "responseElements", "accessKey", "userName")).isEqualTo(name);
    assertThat(everything()).doesNotContain(secret, "Pass-word-of-", "Next-word-of-");
  }

  private String everything() {
    var all = new StringBuilder();
    trail.lookupEventsPaginator(r -> r.startTime(Instant.now().minus(Duration.ofHours(1)))).stream()
        .limit(20)
        .flatMap(page -> page.events().stream())
        .forEach(event -> all.append(event.cloudTrailEvent()).append('\n'));
    return all.toString();
  }

  @Test
  void bucketsAreOnRecordAndObjectsAreDataEventsThatAreNot() {
    var s3 = server.s3(RunningServer.ROOT);
    s3.createBucket(r -> r.bucket(name));
    s3.putObject(r -> r.bucket(name).key("k"), RequestBody.fromString("x"));
    var events = lookup(LookupAttributeKey.RESOURCE_NAME, name);
    assertThat(events).extracting(Event::eventName).containsExactly("CreateBucket");
    assertThat(events.getFirst().cloudTrailEvent()).contains(name);
  }

  @Test
  void eventsAreFilteredAndComeInPagesTheLatestFirst() {
    var sts = server.client(StsClient.builder(), user());
    for (var i = 0; i < 8; i++) {
      sts.getCallerIdentity();
    }
    var ids = new java.util.ArrayList<String>();
    trail
        .lookupEventsPaginator(
            r ->
                r.maxResults(3)
                    .lookupAttributes(
                        a -> a.attributeKey(LookupAttributeKey.USERNAME).attributeValue(name)))
        .stream()
        .forEach(
            page -> {
              assertThat(page.events()).hasSizeLessThanOrEqualTo(3);
              page.events().forEach(e -> ids.add(e.eventId()));
            });
    assertThat(ids).hasSize(8).doesNotHaveDuplicates();
    var byId = lookup(LookupAttributeKey.EVENT_ID, ids.getLast());
    assertThat(byId).extracting(Event::eventName).containsExactly("GetCallerIdentity");
    assertThat(lookup(LookupAttributeKey.EVENT_NAME, "CreateUser"))
        .allSatisfy(e -> assertThat(e.eventName()).isEqualTo("CreateUser"));
    assertThat(lookup(LookupAttributeKey.READ_ONLY, "true"))
        .allSatisfy(e -> assertThat(e.readOnly()).isEqualTo("true"));
    assertThat(lookup(LookupAttributeKey.EVENT_SOURCE, "sts.amazonaws.com"))
        .allSatisfy(e -> assertThat(e.eventSource()).isEqualTo("sts.amazonaws.com"));
    assertThat(lookup(LookupAttributeKey.RESOURCE_NAME, "no-such-" + name)).isEmpty();
    assertThat(
            trail.lookupEvents(r -> r.endTime(Instant.now().minus(Duration.ofHours(1)))).events())
        .isEmpty();
  }

  @Test
  void whatCannotBeLookedUpIsRefused() {
    assertThatThrownBy(() -> trail.lookupEvents(r -> r.maxResults(51)))
        .isInstanceOfAny(InvalidMaxResultsException.class, CloudTrailException.class);
    assertThatThrownBy(() -> trail.lookupEvents(r -> r.nextToken("made up")))
        .isInstanceOf(InvalidNextTokenException.class);
    assertThatThrownBy(
            () ->
                trail.lookupEvents(
                    r -> r.startTime(Instant.now()).endTime(Instant.now().minusSeconds(60))))
        .isInstanceOf(InvalidTimeRangeException.class);
  }
}
