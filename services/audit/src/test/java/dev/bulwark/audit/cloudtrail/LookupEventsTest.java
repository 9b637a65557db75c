package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Credential;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.access.RoleSession;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Pipeline;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.Router;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** LookupEvents, as clients see it. */
class LookupEventsTest {
  private static final String ACCOUNT = "123456789012";
  private static final String OTHER_ACCOUNT = "210987654321";
  private static final String REGION = "eu-central-1";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String ROOT_KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String USER_KEY = "AKIAI44QH8DHBEXAMPLE";
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.500Z");

  private final Store store = Store.ephemeral();
  private final BulwarkClock clock = BulwarkClock.fixed(NOW);
  private final EventStreams streams = new EventStreams(store);
  private Pipeline pipeline = pipeline(cloudTrail(CloudTrailQuotas.AWS.withLookupsPerSecond(100)));

  private CloudTrail cloudTrail(CloudTrailQuotas quotas) {
    return new CloudTrail(
        store,
        streams,
        Sealer.ephemeral(),
        new NoCalls(),
        TrailOrganizations.none(),
        quotas,
        clock);
  }

  private Pipeline pipeline(CloudTrail cloudTrail) {
    return new Pipeline(
        Router.ofCatalog(Set.of("localhost")),
        Map.of("cloudtrail", cloudTrail.service().table()),
        new SigV4Authenticator(
            (id, token) ->
                Credential.longTerm(
                    id,
                    SECRET.getBytes(StandardCharsets.US_ASCII),
                    id.equals(ROOT_KEY)
                        ? new Principal.AccountRoot(ACCOUNT)
                        : Principal.IamUser.of(ACCOUNT, "alice", "/", "AIDACKCEVSQ6C2EXAMPLE"),
                    true),
            clock),
        new Authorizer(principal -> PrincipalPolicies.NONE, clock, REGION),
        store,
        streams,
        (principal, accessKeyId, service, region, time) -> {},
        clock,
        ACCOUNT,
        "us-east-1");
  }

  /** LookupEvents needs nobody. */
  private static final class NoCalls implements ServiceCalls {
    @Override
    public <I extends Structure, O extends Structure> O call(
        Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input) {
      throw new AssertionError(operation);
    }

    @Override
    public <I extends Structure, O extends Structure> O callInRole(
        String service, RoleSession role, String region, Operation<I, O> operation, I input) {
      throw new AssertionError(operation);
    }
  }

  /** A response of CloudTrail. */
  private record Answer(int status, JsonNode json) {
    List<String> names() {
      assertThat(status).as(json.toString()).isEqualTo(200);
      var names = new ArrayList<String>();
      json.get("Events").forEach(event -> names.add(event.get("EventName").asString()));
      return names;
    }

    String error() {
      var type = json.get("__type").asString();
      return type.substring(type.indexOf('#') + 1);
    }
  }

  @BeforeEach
  void makeEvents() {
    append(call("TooOld", NOW.minus(Duration.ofDays(91)), ACCOUNT, REGION, true));
    append(call("CreateUser", NOW.minusSeconds(60), ACCOUNT, REGION, true));
    append(call("GetObject", NOW.minusSeconds(50), ACCOUNT, REGION, false));
    append(call("ElsewhereInAws", NOW.minusSeconds(40), ACCOUNT, "us-west-2", true));
    append(call("OfOthers", NOW.minusSeconds(40), OTHER_ACCOUNT, REGION, true));
    append(call("DeleteUser", NOW.minusSeconds(30), ACCOUNT, REGION, true));
    append(call("ListUsers", NOW.minusSeconds(20), ACCOUNT, REGION, true));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static ApiCall call(
      String name, Instant time, String account, String region, boolean management) {
    return new ApiCall(
        0,
        Ids.eventId(),
        time,
        account,
        region,
        "iam.amazonaws.com",
        name,
        name.startsWith("List"),
        management,
        name.startsWith("Delete") ? "bob" : "alice",
        name.startsWith("Delete") ? "AKIABOB" : "AKIAALICE",
        null,
        name.equals("CreateUser")
            ? List.of(new ResourceName("AWS::IAM::User", "carol"))
            : List.of(),
        ("{\"eventName\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  private void append(ApiCall call) {
    store.write(
        tx -> {
          streams.append(tx, streams.prepare(call));
          return null;
        });
  }

  private Answer lookup(String body) {
    return lookup(ROOT_KEY, REGION, body);
  }

  private Answer lookup(String key, String region, String json) {
    var body = json.getBytes(StandardCharsets.UTF_8);
    var headers =
        new HttpHeaders()
            .add("host", "localhost:4566")
            .add("content-type", "application/x-amz-json-1.1")
            .add(
                "x-amz-target",
                "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents");
    var request = new HttpRequest("POST", "/", "", headers, Body.of(body), "203.0.113.7", false);
    var response =
        pipeline.handle(
            new SigV4Signer(key, SECRET, null, region, "cloudtrail")
                .sign(request, body, clock.instant()));
    try (var stream = response.body().stream()) {
      return new Answer(response.status(), JsonMapper.shared().readTree(stream.readAllBytes()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String by(String key, String value) {
    return "{\"LookupAttributes\": [{\"AttributeKey\": \"%s\", \"AttributeValue\": \"%s\"}]}"
        .formatted(key, value);
  }

  @Test
  void theNewestManagementEventsOfTheAccountAndRegionComeFirst() {
    assertThat(lookup("{}").names()).containsExactly("ListUsers", "DeleteUser", "CreateUser");
    assertThat(lookup(ROOT_KEY, "us-west-2", "{}").names()).containsExactly("ElsewhereInAws");
    // Looking up is an event too.
    assertThat(lookup("{}").names().getFirst()).isEqualTo("LookupEvents");
  }

  @Test
  void anEventTellsWhoDidWhatAndWhen() {
    var event = lookup(by("EventName", "CreateUser")).json().get("Events").get(0);

    assertThat(event.get("EventId").asString()).hasSize(36);
    assertThat(event.get("ReadOnly").asString()).isEqualTo("false");
    assertThat(event.get("AccessKeyId").asString()).isEqualTo("AKIAALICE");
    assertThat(event.get("EventTime").asLong()).isEqualTo(NOW.minusSeconds(60).getEpochSecond());
    assertThat(event.get("EventSource").asString()).isEqualTo("iam.amazonaws.com");
    assertThat(event.get("Username").asString()).isEqualTo("alice");
    assertThat(event.get("Resources").get(0).get("ResourceType").asString())
        .isEqualTo("AWS::IAM::User");
    assertThat(event.get("Resources").get(0).get("ResourceName").asString()).isEqualTo("carol");
    assertThat(
            JsonMapper.shared()
                .readTree(event.get("CloudTrailEvent").asString())
                .get("eventName")
                .asString())
        .isEqualTo("CreateUser");
  }

  @ParameterizedTest
  @CsvSource({
    "EventName, CreateUser, CreateUser",
    "EventName, createuser, ''",
    "ReadOnly, true, ListUsers",
    "ReadOnly, false, DeleteUser CreateUser",
    "Username, bob, DeleteUser",
    "AccessKeyId, AKIAALICE, ListUsers CreateUser",
    "EventSource, iam.amazonaws.com, ListUsers DeleteUser CreateUser",
    "EventSource, s3.amazonaws.com, ''",
    "ResourceType, AWS::IAM::User, CreateUser",
    "ResourceName, carol, CreateUser",
    "EventName, TooOld, ''",
    "EventName, GetObject, ''"
  })
  void eventsAreFoundByOneAttribute(String key, String value, String expected) {
    assertThat(String.join(" ", lookup(by(key, value)).names())).isEqualTo(expected);
  }

  @Test
  void anEventIsFoundByItsId() {
    var id = lookup(by("EventName", "DeleteUser")).json().get("Events").get(0).get("EventId");

    assertThat(lookup(by("EventId", id.asString())).names()).containsExactly("DeleteUser");
  }

  @Test
  void bothEndsOfATimeRangeBelongToIt() {
    var start = NOW.minusSeconds(60).getEpochSecond();
    var end = NOW.minusSeconds(30).getEpochSecond();

    assertThat(lookup("{\"StartTime\": %d, \"EndTime\": %d}".formatted(start, end)).names())
        .containsExactly("DeleteUser", "CreateUser");
    assertThat(lookup("{\"StartTime\": %d, \"EndTime\": %d}".formatted(end, end)).names())
        .containsExactly("DeleteUser");
    assertThat(lookup("{\"StartTime\": %d, \"EndTime\": %d}".formatted(end, start)).error())
        .isEqualTo("InvalidTimeRangeException");
    assertThat(lookup("{\"EndTime\": 86400}").error()).isEqualTo("InvalidTimeRangeException");
    assertThat(lookup("{\"StartTime\": 4100000000}").error())
        .isEqualTo("InvalidTimeRangeException");
    assertThat(lookup(by("ReadOnly", "True")).error())
        .isEqualTo("InvalidLookupAttributesException");
    // Ninety days are kept, whatever is asked for.
    assertThat(lookup("{\"StartTime\": 0, \"EndTime\": %d}".formatted(end)).names())
        .containsExactly("DeleteUser", "CreateUser");
  }

  @Test
  void pagesGoOnWhereTheLastEndedWhateverHappensMeanwhile() {
    var names = new ArrayList<String>();
    var first = lookup("{\"MaxResults\": 1}");
    names.addAll(first.names());
    var answer = first;
    while (answer.json().has("NextToken")) {
      append(call("Meanwhile", NOW.plusSeconds(1), ACCOUNT, REGION, true));
      answer =
          lookup(
              "{\"MaxResults\": 1, \"NextToken\": \"%s\"}"
                  .formatted(answer.json().get("NextToken").asString()));
      names.addAll(answer.names());
    }

    assertThat(names).containsExactly("ListUsers", "DeleteUser", "CreateUser");
  }

  @Test
  void aPageHoldsFiftyEventsAtMost() {
    for (int i = 0; i < 60; i++) {
      append(call("Many" + i, NOW.minusSeconds(10), ACCOUNT, REGION, true));
    }

    var first = lookup("{}");
    assertThat(first.names()).hasSize(50).startsWith("Many59", "Many58");
    var second =
        lookup("{\"NextToken\": \"%s\"}".formatted(first.json().get("NextToken").asString()));
    assertThat(second.names()).hasSize(13).startsWith("Many9").endsWith("CreateUser");
    assertThat(second.json().has("NextToken")).isFalse();
  }

  @Test
  void aTokenIsGoodForItsOwnQueryOnly() {
    var token = lookup("{\"MaxResults\": 1}").json().get("NextToken").asString();

    assertThat(lookup("{\"NextToken\": \"%s\"}".formatted(token)).status()).isEqualTo(200);
    for (var body :
        List.of(
            "{\"NextToken\": \"%s\", \"StartTime\": 1772600000}".formatted(token),
            "{\"NextToken\": \"%s\", \"LookupAttributes\": [{\"AttributeKey\": \"ReadOnly\", \"AttributeValue\": \"true\"}]}"
                .formatted(token),
            "{\"NextToken\": \"%s\"}".formatted(token.substring(4)),
            "{\"NextToken\": \"no token\"}",
            "{\"NextToken\": \"\"}",
            "{\"NextToken\": \"%s\"}".formatted("A".repeat(10_000)))) {
      assertThat(lookup(body).error()).as(body).isEqualTo("InvalidNextTokenException");
    }
    assertThat(lookup(ROOT_KEY, "us-west-2", "{\"NextToken\": \"%s\"}".formatted(token)).error())
        .isEqualTo("InvalidNextTokenException");
  }

  @Test
  void oneAttributeIsAllowed() {
    var two =
        """
        {"LookupAttributes": [
          {"AttributeKey": "ReadOnly", "AttributeValue": "true"},
          {"AttributeKey": "Username", "AttributeValue": "alice"}]}""";

    assertThat(lookup(two).error()).isEqualTo("InvalidLookupAttributesException");
    assertThat(lookup("{\"LookupAttributes\": []}").names()).contains("ListUsers", "CreateUser");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"MaxResults\": 0}",
        "{\"MaxResults\": 51}",
        "{\"EventCategory\": \"management\"}",
        "{\"LookupAttributes\": [{\"AttributeKey\": \"Color\", \"AttributeValue\": \"red\"}]}",
        "{\"LookupAttributes\": [{\"AttributeKey\": \"EventName\", \"AttributeValue\": \"\"}]}",
        "{\"LookupAttributes\": [{\"AttributeKey\": \"EventName\"}]}"
      })
  void valuesOutsideTheModelAreRefused(String body) {
    assertThat(lookup(body).status()).isEqualTo(400);
  }

  @Test
  void thereAreNoInsights() {
    assertThat(lookup("{\"EventCategory\": \"insight\"}").names()).isEmpty();
    assertThat(
            lookup(
                    "{\"EventCategory\": \"insight\", \"LookupAttributes\": [{\"AttributeKey\": \"Username\", \"AttributeValue\": \"a\"}]}")
                .error())
        .isEqualTo("InvalidLookupAttributesException");
  }

  @Test
  void anAccountLooksUpTwiceASecondInEachRegion() {
    pipeline = pipeline(cloudTrail(CloudTrailQuotas.AWS));
    for (var i = 0; i < 2; i++) {
      assertThat(lookup("{}").status()).isEqualTo(200);
    }
    assertThat(lookup("{}").error()).isEqualTo("ThrottlingException");
    assertThat(lookup("{}").json().toString()).contains("Rate exceeded");
    assertThat(lookup(ROOT_KEY, "us-west-2", "{}").status()).isEqualTo(200);
    clock.advance(Duration.ofMillis(500));
    assertThat(lookup("{}").status()).isEqualTo(200);
    assertThat(lookup("{}").error()).isEqualTo("ThrottlingException");
  }

  @Test
  void lookingUpTakesPermission() {
    var answer = lookup(USER_KEY, REGION, "{}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("AccessDeniedException");
    assertThat(answer.json().toString())
        .contains(
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: cloudtrail:LookupEvents")
        .contains("because no identity-based policy allows the cloudtrail:LookupEvents action");
    assertThat(lookup(by("Username", "alice")).names().getFirst()).isEqualTo("LookupEvents");
  }
}
