package dev.bulwark.messaging.eventbridge;

import static dev.bulwark.messaging.Lab.assertCode;
import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.Condition;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutPermissionRequest;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import tools.jackson.databind.JsonNode;

class EventBridgeTest {
  private static final String QUEUES = "arn:aws:sqs:us-east-1:123456789012:";
  private static final String BUSES = "arn:aws:events:us-east-1:123456789012:event-bus/";

  private final Lab lab = new Lab();
  private final EventBridgeClient events = lab.events();
  private final SqsClient sqs = lab.sqs();
  private String queue = "";

  @BeforeEach
  void queue() {
    queue = queue("q");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private String queue(String name) {
    return sqs.createQueue(
            r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.POLICY,
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:events:*:123456789012:rule/*"}}}]}""")))
        .queueUrl();
  }

  private void rule(String name, String pattern, Target... targets) {
    events.putRule(r -> r.name(name).eventPattern(pattern));
    events.putTargets(r -> r.rule(name).targets(targets));
  }

  private static Target.Builder toQueue(String name) {
    return Target.builder().id(name).arn(QUEUES + name);
  }

  private void put(String source, String detail) {
    var result =
        events.putEvents(
            r ->
                r.entries(
                    PutEventsRequestEntry.builder()
                        .source(source)
                        .detailType("Order")
                        .detail(detail)
                        .build()));
    assertThat(result.failedEntryCount()).isZero();
  }

  /** What comes into a queue; the last thing that is put comes last. */
  private List<String> bodies(String url, int count) {
    var bodies = new ArrayList<String>();
    while (bodies.size() < count) {
      var messages = receive(url);
      assertThat(messages).isNotEmpty();
      messages.forEach(message -> bodies.add(message.body()));
    }
    return bodies;
  }

  private List<Message> receive(String url) {
    return sqs.receiveMessage(
            r ->
                r.queueUrl(url)
                    .maxNumberOfMessages(10)
                    .waitTimeSeconds(20)
                    .messageAttributeNames("All"))
        .messages();
  }

  private static JsonNode json(String text) {
    return Json.parse(text).orElseThrow();
  }

  @Test
  void eventsReachTheTargetsOfTheRulesThatMatch() {
    rule("paid", "{\"source\":[\"shop\"],\"detail\":{\"state\":[\"paid\"]}}", toQueue("q").build());
    rule("none", "{\"source\":[\"other\"]}", toQueue("q").build());
    put("shop", "{\"state\":\"new\"}");
    put("shop", "{\"state\":\"paid\",\"total\":12.50}");
    var event = json(bodies(queue, 1).getFirst());
    assertThat(event.path("detail-type").stringValue()).isEqualTo("Order");
    assertThat(event.path("account").stringValue()).isEqualTo(Lab.ACCOUNT);
    assertThat(event.at("/detail/state").stringValue()).isEqualTo("paid");
    events.disableRule(r -> r.name("paid"));
    put("shop", "{\"state\":\"paid\"}");
    events.enableRule(r -> r.name("paid"));
    put("shop", "{\"state\":\"paid\",\"n\":2}");
    assertThat(json(bodies(queue, 1).getFirst()).at("/detail/n").intValue()).isEqualTo(2);
  }

  @Test
  void entriesFailByThemselves() {
    var result =
        events.putEvents(
            r ->
                r.entries(
                    PutEventsRequestEntry.builder().source("s").detailType("d").detail("{").build(),
                    PutEventsRequestEntry.builder().detailType("d").detail("{}").build(),
                    PutEventsRequestEntry.builder()
                        .source("aws.s3")
                        .detailType("d")
                        .detail("{}")
                        .build(),
                    PutEventsRequestEntry.builder()
                        .source("s")
                        .detailType("d")
                        .detail("{}")
                        .build()));
    assertThat(result.failedEntryCount()).isEqualTo(3);
    assertThat(result.entries())
        .extracting("errorCode")
        .containsExactly(
            "MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException", null);
  }

  @Test
  void targetsAreToldWhatTheyWant() {
    rule(
        "r",
        "{\"source\":[\"shop\"]}",
        toQueue("q").id("1").input("{\"fixed\":true}").build(),
        toQueue("q").id("2").inputPath("$.detail.items[1]").build(),
        toQueue("q")
            .id("3")
            .inputTransformer(
                t ->
                    t.inputPathsMap(Map.of("who", "$.detail.who", "n", "$.detail.n"))
                        .inputTemplate(
                            "{\"text\":\"<who> of <aws.events.rule-name>\",\"n\":<n>,\"who\":<who>}"))
            .build());
    put("shop", "{\"who\":\"A\\\"nn\",\"n\":7,\"items\":[1,{\"a\":2}]}");
    assertThat(bodies(queue, 3))
        .containsExactlyInAnyOrder(
            "{\"fixed\":true}",
            "{\"a\":2}",
            "{\"text\":\"A\\\"nn of r\",\"n\":7,\"who\":\"A\\\"nn\"}");
  }

  @Test
  void topicsAndOtherBusesAreTargetsToo() {
    var topic = lab.sns().createTopic(r -> r.name("t")).topicArn();
    lab.sns()
        .setTopicAttributes(
            r ->
                r.topicArn(topic)
                    .attributeName("Policy")
                    .attributeValue(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sns:Publish","Resource":"%s"}]}"""
                            .formatted(topic)));
    var told = sqs.createQueue(r -> r.queueName("told")).queueUrl();
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(told)
                .attributes(
                    Map.of(
                        QueueAttributeName.POLICY,
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sns.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}")));
    lab.sns()
        .subscribe(
            r ->
                r.topicArn(topic)
                    .protocol("sqs")
                    .endpoint(QUEUES + "told")
                    .attributes(Map.of("RawMessageDelivery", "true")));
    events.createEventBus(r -> r.name("other"));
    rule(
        "r",
        "{\"source\":[\"shop\"]}",
        Target.builder().id("t").arn(topic).inputPath("$.detail").build(),
        Target.builder().id("b").arn(BUSES + "other").build());
    events.putRule(r -> r.name("o").eventBusName("other").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(r -> r.rule("o").eventBusName("other").targets(toQueue("q").build()));
    put("shop", "{\"a\":1}");
    assertThat(bodies(told, 1)).containsExactly("{\"a\":1}");
    assertThat(json(bodies(queue, 1).getFirst()).at("/detail/a").intValue()).isEqualTo(1);
    assertFails(
        "ValidationException: EventBus can't be deleted since it has rules.",
        () -> events.deleteEventBus(r -> r.name("other")));
  }

  @Test
  void whatATargetRefusesGoesToItsDeadLetterQueue() {
    sqs.createQueue(r -> r.queueName("closed"));
    rule(
        "r",
        "{\"source\":[\"shop\"]}",
        toQueue("closed").deadLetterConfig(d -> d.arn(QUEUES + "q")).build());
    put("shop", "{\"a\":1}");
    var letter = receive(queue).getFirst();
    assertThat(json(letter.body()).at("/detail/a").intValue()).isEqualTo(1);
    assertThat(letter.messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("AccessDeniedException");
    assertThat(letter.messageAttributes().get("RULE_ARN").stringValue())
        .isEqualTo("arn:aws:events:us-east-1:123456789012:rule/r");
  }

  @Test
  void schedulesRunByTheClock() {
    events.putRule(r -> r.name("s").scheduleExpression("rate(5 minutes)"));
    events.putTargets(r -> r.rule("s").targets(toQueue("q").build()));
    lab.advance(Duration.ofMinutes(10));
    assertThat(bodies(queue, 2))
        .allSatisfy(
            body -> {
              assertThat(json(body).path("detail-type").stringValue()).isEqualTo("Scheduled Event");
              assertThat(json(body).at("/resources/0").stringValue())
                  .isEqualTo("arn:aws:events:us-east-1:123456789012:rule/s");
            });
    assertFails(
        "ValidationException: Parameter ScheduleExpression is not valid.",
        () -> events.putRule(r -> r.name("s").scheduleExpression("rate(1 minutes)")));
  }

  @Test
  void apiCallsComeToTheDefaultBus() {
    rule(
        "calls",
        "{\"source\":[\"aws.sqs\"],\"detail\":{\"eventName\":[\"CreateQueue\"],"
            + "\"requestParameters\":{\"queueName\":[\"news\"]}}}",
        toQueue("q").build());
    sqs.createQueue(r -> r.queueName("news"));
    lab.streams.flush();
    lab.events.follow();
    var event = json(bodies(queue, 1).getFirst());
    assertThat(event.path("detail-type").stringValue()).isEqualTo("AWS API Call via CloudTrail");
    assertThat(event.at("/detail/requestParameters/queueName").stringValue()).isEqualTo("news");
    assertThat(event.at("/detail/userIdentity/type").stringValue()).isEqualTo("Root");
  }

  @Test
  void apiCallsThatNoTrailLogsComeToNoBus() {
    rule("calls", "{\"detail\":{\"eventName\":[\"TagQueue\"]}}", toQueue("q").build());
    lab.trailLogs = false;
    sqs.tagQueue(r -> r.queueUrl(queue).tags(Map.of("logged", "no")));
    lab.streams.flush();
    lab.events.follow();
    lab.trailLogs = true;
    sqs.tagQueue(r -> r.queueUrl(queue).tags(Map.of("logged", "yes")));
    lab.streams.flush();
    lab.events.follow();
    assertThat(
            json(bodies(queue, 1).getFirst())
                .at("/detail/requestParameters/tags/logged")
                .asString())
        .isEqualTo("yes");
  }

  @Test
  void readsComeForRulesThatAskForThemAlone() {
    var pattern = "{\"detail\":{\"eventName\":[\"GetQueueAttributes\",\"TagQueue\"]}}";
    rule("calls", pattern, toQueue("q").build());
    sqs.getQueueAttributes(r -> r.queueUrl(queue));
    sqs.tagQueue(r -> r.queueUrl(queue).tags(Map.of("k", "v")));
    lab.streams.flush();
    lab.events.follow();
    assertThat(json(bodies(queue, 1).getFirst()).at("/detail/eventName").asString())
        .isEqualTo("TagQueue");
    events.putRule(
        r ->
            r.name("calls")
                .eventPattern(pattern)
                .state(RuleState.ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS));
    sqs.getQueueAttributes(r -> r.queueUrl(queue));
    lab.streams.flush();
    lab.events.follow();
    assertThat(json(bodies(queue, 1).getFirst()).at("/detail/eventName").asString())
        .isEqualTo("GetQueueAttributes");
  }

  @Test
  void archivesKeepEventsAndReplaysBringThemBack() {
    rule("r", "{\"source\":[\"shop\"]}", toQueue("q").build());
    var archive =
        events
            .createArchive(
                r ->
                    r.archiveName("a")
                        .eventSourceArn(BUSES + "default")
                        .eventPattern("{\"detail\":{\"keep\":[true]}}")
                        .retentionDays(10))
            .archiveArn();
    var before = lab.clock.instant().minusSeconds(10);
    put("shop", "{\"keep\":false}");
    put("shop", "{\"keep\":true}");
    assertThat(bodies(queue, 2)).hasSize(2);
    var described = events.describeArchive(r -> r.archiveName("a"));
    assertThat(described.eventCount()).isEqualTo(1);
    assertThat(described.sizeBytes()).isPositive();
    events.startReplay(
        r ->
            r.replayName("again")
                .eventSourceArn(archive)
                .eventStartTime(before)
                .eventEndTime(lab.clock.instant().plusSeconds(10))
                .destination(d -> d.arn(BUSES + "default")));
    var replayed = json(bodies(queue, 1).getFirst());
    assertThat(replayed.path("replay-name").stringValue()).isEqualTo("again");
    assertThat(replayed.at("/detail/keep").booleanValue()).isTrue();

    lab.advance(Duration.ofDays(11));
    lab.events.sweep();
    assertThat(events.describeArchive(r -> r.archiveName("a")).eventCount()).isZero();
  }

  @Test
  void whatIsElsewhereIsNotThereHere() {
    events.putRule(r -> r.name("r").eventPattern("{\"source\":[\"shop\"]}"));
    assertCode(
        "ResourceNotFoundException",
        () ->
            events.tagResource(
                r ->
                    r.resourceARN("arn:aws:events:us-east-1:999999999999:rule/r")
                        .tags(t -> t.key("a").value("b"))));
    var there = lab.events(Region.EU_WEST_1).createEventBus(r -> r.name("eu")).eventBusArn();
    assertCode("ResourceNotFoundException", () -> events.describeEventBus(r -> r.name(there)));
    assertCode(
        "ResourceNotFoundException",
        () ->
            events.putRule(
                r -> r.name("r").eventBusName(there).eventPattern("{\"source\":[\"shop\"]}")));
  }

  @Test
  void whatIsLeftOfADeletedArchiveDoesNotComeBack() {
    var store = Store.ephemeral();
    try (var other = new Lab(store, Sealer.ephemeral())) {
      var client = other.events();
      client.createArchive(r -> r.archiveName("a").eventSourceArn(BUSES + "default"));
      client.createArchive(r -> r.archiveName("b").eventSourceArn(BUSES + "default"));
      client.putEvents(r -> r.entries(e -> e.source("shop").detailType("d").detail("{}")));
      var tables = new EventTables(store);
      store.run(tx -> tables.archives.delete(tx, Key.of("123456789012", "us-east-1", "a")));
      other.events.sweep();
      var left = Scan.prefix(Key.prefix("123456789012", "us-east-1", "a"));
      List<String> keys = store.read(tx -> tables.archived.keys(tx, left));
      assertThat(keys).isEmpty();
      assertThat(client.describeArchive(r -> r.archiveName("b")).eventCount()).isEqualTo(1);
    }
  }

  @Test
  void rulesAreDescribedAndListed() {
    rule("b", "{\"source\":[\"x\"]}", toQueue("q").build());
    events.putRule(r -> r.name("a").eventPattern("{\"source\":[\"x\"]}").state(RuleState.DISABLED));
    assertThat(events.describeRule(r -> r.name("b")).arn())
        .isEqualTo("arn:aws:events:us-east-1:123456789012:rule/b");
    assertThat(events.listRules(r -> r.limit(1)).rules()).extracting("name").containsExactly("a");
    assertThat(events.listRules(r -> r.limit(1)).nextToken()).isNotNull();
    assertThat(events.listRuleNamesByTarget(r -> r.targetArn(QUEUES + "q")).ruleNames())
        .containsExactly("b");
    assertThat(events.listTargetsByRule(r -> r.rule("b")).targets().getFirst().arn())
        .isEqualTo(QUEUES + "q");
    assertFails(
        "ValidationException: Rule can't be deleted since it has targets.",
        () -> events.deleteRule(r -> r.name("b")));
    events.removeTargets(r -> r.rule("b").ids("q"));
    events.deleteRule(r -> r.name("b"));
    assertFails(
        "ResourceNotFoundException: Rule b does not exist on EventBus default.",
        () -> events.describeRule(r -> r.name("b")));
    assertCode(
        "InvalidEventPatternException",
        () -> events.putRule(r -> r.name("c").eventPattern("{\"source\":\"x\"}")));
  }

  @Test
  void patternsCanBeTested() {
    var event =
        """
        {"id":"1","detail-type":"d","source":"s","account":"123456789012","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail":{"n":5}}""";
    assertThat(
            events
                .testEventPattern(
                    r ->
                        r.event(event)
                            .eventPattern("{\"detail\":{\"n\":[{\"numeric\":[\">\",4]}]}}"))
                .result())
        .isTrue();
    assertThat(
            events
                .testEventPattern(r -> r.event(event).eventPattern("{\"source\":[\"t\"]}"))
                .result())
        .isFalse();
  }

  @Test
  void whoMayPutEventsIsDecidedByUserAndBus() {
    events.createEventBus(r -> r.name("shared"));
    var alice = lab.eventsUser("alice");
    var entry =
        PutEventsRequestEntry.builder()
            .source("s")
            .detailType("d")
            .detail("{}")
            .eventBusName("shared")
            .build();
    assertCode("AccessDeniedException", () -> alice.putEvents(r -> r.entries(entry)));
    events.putPermission(
        r ->
            r.eventBusName("shared")
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},"Action":"events:PutEvents","Resource":"%sshared"}]}"""
                        .formatted(BUSES)));
    assertThat(alice.putEvents(r -> r.entries(entry)).failedEntryCount()).isZero();
    events.removePermission(r -> r.eventBusName("shared").statementId("x"));
    assertCode("AccessDeniedException", () -> alice.putEvents(r -> r.entries(entry)));
    events.putPermission(
        r ->
            r.eventBusName("shared")
                .statementId("y")
                .action("events:PutEvents")
                .principal(Lab.ACCOUNT));
    assertThat(events.describeEventBus(r -> r.name("shared")).policy()).contains("\"Sid\":\"y\"");
  }

  @Test
  void permissionsAreOfPutEventsAloneAndPoliciesOfTheirBus() {
    events.createEventBus(r -> r.name("shared"));
    var put = PutPermissionRequest.builder().eventBusName("shared").build();
    var simple = put.toBuilder().action("events:PutEvents").principal("*").statementId("s").build();
    var organization =
        Condition.builder()
            .type("StringEquals")
            .key("aws:PrincipalOrgID")
            .value("o-1234567890")
            .build();
    events.putPermission(simple.toBuilder().condition(organization).build());
    refuse(put, "Parameter(s) Action must be specified.");
    refuse(simple.toBuilder().principal(null).build(), "Parameter(s) Principal must be specified.");
    refuse(
        simple.toBuilder().action("events:PutRule").build(),
        "Provided value in parameter 'action' is not supported.");
    refuse(
        simple.toBuilder().condition(organization.toBuilder().key("events:source").build()).build(),
        "Provided value in parameter 'condition.key' is not supported.");
    refuse(
        simple.toBuilder().condition(organization.toBuilder().type("StringLike").build()).build(),
        "Provided value in parameter 'condition.type' is not supported.");
    refuse(
        simple.toBuilder().condition(organization.toBuilder().value("not-an-org").build()).build(),
        "Provided value in parameter 'condition.value' is invalid.");
    refuse(
        simple.toBuilder().policy("{}").build(),
        "Action, Principal, StatementId and Condition could not be combined with Policy parameter.");
    var statement =
        "{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"events:PutEvents\",\"Resource\":\"%sshared\"}"
            .formatted(BUSES);
    events.putPermission(put.toBuilder().policy(policy(statement)).build());
    refusePolicy("{", "This policy contains invalid Json");
    refusePolicy("null", "This text appears not to be a policy");
    refusePolicy("{}", "Missing required field Version");
    refusePolicy(policy("[]"), "Could not parse the policy: Statement is empty!");
    refusePolicy(policy(statement.replace("\"Sid\":\"a\",", "")), "Missing required field Sid");
    refusePolicy(
        policy(statement.replaceAll(",\"Resource.*", "}")), "Missing required field Resource");
    refusePolicy(
        policy("[" + statement + "," + statement + "]"),
        "The Statement Ids in the policy are not unique");
    refusePolicy(
        policy(statement.replace("shared\"", "shared-other\"")),
        "The relative-id \"event-bus/shared-other\" is invalid for ARN \"%sshared-other\""
            .formatted(BUSES));
    refuseRemoval(null, false, "Parameter(s) StatementId must be specified.");
    refuseRemoval("a", true, "StatementId could not be combined with All parameter.");
  }

  private static String policy(String statement) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":" + statement + "}";
  }

  private void refusePolicy(String policy, String message) {
    refuse(PutPermissionRequest.builder().eventBusName("shared").policy(policy).build(), message);
  }

  private void refuse(PutPermissionRequest request, String message) {
    assertFails("ValidationException: " + message, () -> events.putPermission(request));
  }

  private void refuseRemoval(@Nullable String id, boolean all, String message) {
    assertFails(
        "ValidationException: " + message,
        () ->
            events.removePermission(
                r -> r.eventBusName("shared").statementId(id).removeAllPermissions(all)));
  }
}
