package dev.bulwark.messaging.eventbridge;

import static dev.bulwark.messaging.Lab.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Lab;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationHttpMethod;
import software.amazon.awssdk.services.eventbridge.model.ApiDestinationState;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;
import software.amazon.awssdk.services.eventbridge.model.ConnectionOAuthHttpMethod;
import software.amazon.awssdk.services.eventbridge.model.ConnectionState;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Targets beyond queues and topics: log groups, buses elsewhere, API destinations. */
class TargetsTest {
  private static final String QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:dead";
  private static final String GROUP = "/aws/events/shop";

  private final SecureServer web = new SecureServer();
  private final Lab lab = new Lab(web.certificate);
  private final EventBridgeClient events = lab.events();

  @AfterEach
  void close() {
    lab.close();
    web.close();
  }

  private void rule(Target target) {
    events.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    events.putTargets(r -> r.rule("shop").targets(target));
  }

  private void put() {
    events.putEvents(
        r ->
            r.entries(
                PutEventsRequestEntry.builder()
                    .source("shop")
                    .detailType("Order")
                    .detail("{\"state\":\"paid\"}")
                    .build()));
  }

  private String queue(String name) {
    return lab.sqs()
        .createQueue(
            r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.POLICY,
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}""")))
        .queueUrl();
  }

  private Message next(String url) {
    var found =
        lab.sqs()
            .receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20).messageAttributeNames("All"))
            .messages();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  /** A role that EventBridge may take on, to do that. */
  private String role(String action) {
    lab.iam()
        .createRole(
            r ->
                r.roleName("teller")
                    .assumeRolePolicyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}]}"""));
    lab.iam()
        .putRolePolicy(
            r ->
                r.roleName("teller")
                    .policyName("p")
                    .policyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}"""
                            .formatted(action)));
    return "arn:aws:iam::123456789012:role/teller";
  }

  @Test
  void logGroupsTakeEventsWhereAPolicyLetsEventBridgeIn() {
    var dead = queue("dead");
    lab.logs().createLogGroup(r -> r.logGroupName(GROUP));
    rule(
        Target.builder()
            .id("logs")
            .arn("arn:aws:logs:us-east-1:123456789012:log-group:" + GROUP)
            .deadLetterConfig(d -> d.arn(QUEUE_ARN))
            .build());
    put();
    assertThat(next(dead).messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("AccessDeniedException");
    lab.logs()
        .putResourcePolicy(
            r ->
                r.policyName("events")
                    .policyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Sid":"TrustEventsToStoreLogEvent","Effect":"Allow","Principal":{"Service":["delivery.logs.amazonaws.com","events.amazonaws.com"]},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/*:*"}]}"""));
    put();
    var event = Json.parse(logged()).orElseThrow();
    assertThat(event.at("/detail/state").asString()).isEqualTo("paid");
  }

  /** The first line of the log group, once it is there. */
  private String logged() {
    while (true) {
      var found = lab.logs().filterLogEvents(r -> r.logGroupName(GROUP)).events();
      if (!found.isEmpty()) {
        return found.getFirst().message();
      }
      Thread.onSpinWait();
    }
  }

  @Test
  void busesOfOtherRegionsAreReachedInARole() {
    var there = lab.events(Region.EU_WEST_1);
    var bus = there.createEventBus(r -> r.name("eu")).eventBusArn();
    events.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    var target = Target.builder().id("eu").arn(bus).deadLetterConfig(d -> d.arn(QUEUE_ARN));
    assertCode(
        "ValidationException",
        () -> events.putTargets(r -> r.rule("shop").targets(target.build())));
    var arrived = queue("arrived");
    var dead = queue("dead");
    there.putRule(r -> r.name("all").eventBusName("eu").eventPattern("{\"source\":[\"shop\"]}"));
    there.putTargets(
        r ->
            r.rule("all")
                .eventBusName("eu")
                .targets(
                    Target.builder()
                        .id("q")
                        .arn("arn:aws:sqs:us-east-1:123456789012:arrived")
                        .build()));
    var role = role("events:PutRule");
    rule(target.roleArn(role).build());
    put();
    assertThat(next(dead).messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("AccessDeniedException");
    lab.iam()
        .putRolePolicy(
            r ->
                r.roleName("teller")
                    .policyName("p")
                    .policyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"events:PutEvents","Resource":"%s"}]}"""
                            .formatted(bus)));
    put();
    var event = Json.parse(next(arrived).body()).orElseThrow();
    assertThat(event.path("region").asString()).isEqualTo("us-east-1");
    assertThat(event.path("source").asString()).isEqualTo("shop");
  }

  private String destination(String connectionArn, String path) {
    return events
        .createApiDestination(
            r ->
                r.name("web")
                    .connectionArn(connectionArn)
                    .httpMethod(ApiDestinationHttpMethod.POST)
                    .invocationEndpoint(web.url(path))
                    .invocationRateLimitPerSecond(50))
        .apiDestinationArn();
  }

  @Test
  void apiDestinationsAreToldWithTheSecretsOfTheirConnection() {
    var connection =
        events.createConnection(
            r ->
                r.name("key")
                    .authorizationType(ConnectionAuthorizationType.API_KEY)
                    .authParameters(
                        a ->
                            a.apiKeyAuthParameters(
                                    k -> k.apiKeyName("x-key").apiKeyValue("opensesame"))
                                .invocationHttpParameters(
                                    h ->
                                        h.headerParameters(
                                                p -> p.key("x-extra").value("e"),
                                                p ->
                                                    p.key("x-hidden")
                                                        .value("h")
                                                        .isValueSecret(true))
                                            .queryStringParameters(p -> p.key("q").value("1 2"))
                                            .bodyParameters(p -> p.key("by").value("bulwark")))));
    assertThat(connection.connectionState()).isEqualTo(ConnectionState.AUTHORIZED);
    var shown = events.describeConnection(r -> r.name("key"));
    assertThat(shown.toString()).contains("x-key").doesNotContain("opensesame");
    assertThat(shown.authParameters().invocationHttpParameters().headerParameters())
        .extracting(p -> p.value())
        .containsExactly("e", null);
    var arn = destination(connection.connectionArn(), "/orders/*/lines");
    assertThat(events.describeApiDestination(r -> r.name("web")).apiDestinationState())
        .isEqualTo(ApiDestinationState.ACTIVE);
    var target = Target.builder().id("web").arn(arn);
    events.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    assertCode(
        "ValidationException",
        () -> events.putTargets(r -> r.rule("shop").targets(target.build())));
    rule(
        target
            .roleArn(role("events:InvokeApiDestination"))
            .httpParameters(
                h -> h.pathParameterValues("a/b").headerParameters(Map.of("x-target", "t")))
            .build());
    put();
    var told = web.next();
    assertThat(told.method()).isEqualTo("POST");
    assertThat(told.target()).isEqualTo("/orders/a%2Fb/lines?q=1+2");
    assertThat(told.header("X-key")).isEqualTo("opensesame");
    assertThat(told.header("X-extra")).isEqualTo("e");
    assertThat(told.header("X-hidden")).isEqualTo("h");
    assertThat(told.header("X-target")).isEqualTo("t");
    assertThat(told.header("User-agent")).isEqualTo("Amazon/EventBridge/ApiDestinations");
    var body = Json.parse(told.body()).orElseThrow();
    assertThat(body.at("/detail/state").asString()).isEqualTo("paid");
    assertThat(body.path("by").asString()).isEqualTo("bulwark");

    events.updateConnection(
        r ->
            r.name("key")
                .authParameters(a -> a.apiKeyAuthParameters(k -> k.apiKeyValue("changed"))));
    put();
    assertThat(web.next().header("X-key")).isEqualTo("changed");
  }

  @Test
  void whatDestinationsRefuseIsADeadLetterAndWhatFailsIsTriedAgain() {
    var dead = queue("dead");
    var connection =
        events.createConnection(
            r ->
                r.name("basic")
                    .authorizationType(ConnectionAuthorizationType.BASIC)
                    .authParameters(
                        a -> a.basicAuthParameters(b -> b.username("u").password("p"))));
    rule(
        Target.builder()
            .id("web")
            .arn(destination(connection.connectionArn(), "/hook"))
            .roleArn(role("events:InvokeApiDestination"))
            .deadLetterConfig(d -> d.arn(QUEUE_ARN))
            .build());
    web.status = 400;
    put();
    assertThat(web.next().header("Authorization")).isEqualTo("Basic dTpw");
    assertThat(next(dead).messageAttributes().get("ERROR_CODE").stringValue())
        .isEqualTo("HTTP_400");
    web.status = 503;
    put();
    web.next();
    web.status = 200;
    web.next();
    events.deauthorizeConnection(r -> r.name("basic"));
    assertThat(events.describeApiDestination(r -> r.name("web")).apiDestinationState())
        .isEqualTo(ApiDestinationState.INACTIVE);
    events.deleteApiDestination(r -> r.name("web"));
    events.deleteConnection(r -> r.name("basic"));
    assertThat(events.listConnections(r -> r.namePrefix("b")).connections()).isEmpty();
    assertCode("ResourceNotFoundException", () -> events.describeConnection(r -> r.name("basic")));
  }

  @Test
  void clientsOfOAuthGetATokenFirst() {
    var connection =
        events.createConnection(
            r ->
                r.name("oauth")
                    .authorizationType(ConnectionAuthorizationType.OAUTH_CLIENT_CREDENTIALS)
                    .authParameters(
                        a ->
                            a.oAuthParameters(
                                o ->
                                    o.authorizationEndpoint(web.url("/token"))
                                        .httpMethod(ConnectionOAuthHttpMethod.POST)
                                        .clientParameters(
                                            c -> c.clientID("me").clientSecret("s3cret")))));
    var asked = web.next();
    assertThat(asked.body())
        .isEqualTo("grant_type=client_credentials&client_id=me&client_secret=s3cret");
    rule(
        Target.builder()
            .id("web")
            .arn(destination(connection.connectionArn(), "/hook"))
            .roleArn(role("events:InvokeApiDestination"))
            .build());
    put();
    assertThat(web.next().header("Authorization")).isEqualTo("Bearer let-me-in");
  }

  @Test
  void whatAnAuthorizationServerSaysOfTimeIsNotTrusted() {
    web.expiresIn = "9223372036854775807";
    events.createConnection(
        r ->
            r.name("oauth")
                .authorizationType(ConnectionAuthorizationType.OAUTH_CLIENT_CREDENTIALS)
                .authParameters(
                    a ->
                        a.oAuthParameters(
                            o ->
                                o.authorizationEndpoint(web.url("/token"))
                                    .httpMethod(ConnectionOAuthHttpMethod.POST)
                                    .clientParameters(
                                        c -> c.clientID("me").clientSecret("s3cret")))));
    web.next();
    while (events.describeConnection(r -> r.name("oauth")).connectionState()
        == ConnectionState.AUTHORIZING) {
      Thread.onSpinWait();
    }
    assertThat(events.describeConnection(r -> r.name("oauth")).connectionState())
        .isEqualTo(ConnectionState.AUTHORIZED);
  }

  @Test
  void headersOfTargetsSayNothingOfTheConnection() {
    var connection =
        events.createConnection(
            r ->
                r.name("basic")
                    .authorizationType(ConnectionAuthorizationType.BASIC)
                    .authParameters(
                        a -> a.basicAuthParameters(b -> b.username("u").password("p"))));
    rule(
        Target.builder()
            .id("web")
            .arn(destination(connection.connectionArn(), "/hook"))
            .roleArn(role("events:InvokeApiDestination"))
            .httpParameters(
                h ->
                    h.headerParameters(
                        Map.of(
                            "content-length",
                            "3",
                            "host",
                            "elsewhere.example",
                            "transfer-encoding",
                            "chunked",
                            "content-type",
                            "text/plain",
                            "authorization",
                            "none")))
            .build());
    put();
    var told = web.next();
    assertThat(told.headers().get("Host").getFirst()).startsWith("localhost:");
    assertThat(told.headers().get("Content-type")).containsExactly("text/plain");
    assertThat(told.headers().get("Authorization")).containsExactly("Basic dTpw");
    assertThat(told.headers()).doesNotContainKey("Transfer-encoding");
    assertThat(Json.parse(told.body())).isPresent();
  }

  @Test
  void whoNamesARoleHasToPassIt() {
    var bob = lab.eventsUser("bob", "events:PutRule", "events:PutTargets");
    var arn = lab.events(Region.EU_WEST_1).createEventBus(r -> r.name("eu")).eventBusArn();
    var target = Target.builder().id("eu").arn(arn).roleArn(role("events:PutEvents")).build();
    bob.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    assertThatThrownBy(() -> bob.putTargets(r -> r.rule("shop").targets(target)))
        .hasMessageContaining(
            "is not authorized to perform: iam:PassRole on resource: " + target.roleArn());
    passTo("ec2.amazonaws.com");
    assertCode("AccessDeniedException", () -> bob.putTargets(r -> r.rule("shop").targets(target)));
    passTo("events.amazonaws.com");
    bob.putTargets(r -> r.rule("shop").targets(target));
  }

  @Test
  void aRoleIsPassedByItsTags() {
    var bob = lab.eventsUser("bob", "events:PutRule", "events:PutTargets");
    var arn = lab.events(Region.EU_WEST_1).createEventBus(r -> r.name("eu")).eventBusArn();
    var role = role("events:PutEvents");
    var target = Target.builder().id("eu").arn(arn).roleArn(role).build();
    var name = role.substring(role.lastIndexOf('/') + 1);
    bob.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    for (var key : List.of("iam:ResourceTag/team", "aws:ResourceTag/team")) {
      passWhere(key, "shop");
      lab.iam().tagRole(r -> r.roleName(name).tags(t -> t.key("team").value("bank")));
      assertCode(
          "AccessDeniedException", () -> bob.putTargets(r -> r.rule("shop").targets(target)));
      lab.iam().tagRole(r -> r.roleName(name).tags(t -> t.key("team").value("shop")));
      bob.putTargets(r -> r.rule("shop").targets(target));
    }
  }

  @Test
  void eachTargetHasToBeAllowed() {
    var bob = lab.eventsUser("bob", "events:PutRule", "events:PutTargets");
    bob.putRule(r -> r.name("shop").eventPattern("{\"source\":[\"shop\"]}"));
    lab.iam()
        .putUserPolicy(
            r ->
                r.userName("bob")
                    .policyName("own")
                    .policyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"events:PutTargets","Resource":"*","Condition":{"ArnNotLike":{"events:TargetArn":"arn:aws:sqs:*:*:mine-*"}}}]}"""));
    var targets =
        Stream.of("mine-1", "mine-2", "theirs-1", "theirs-2")
            .map(
                name ->
                    Target.builder()
                        .id(name)
                        .arn("arn:aws:sqs:us-east-1:123456789012:" + name)
                        .build())
            .toList();
    bob.putTargets(r -> r.rule("shop").targets(targets.subList(0, 2)));
    assertCode("AccessDeniedException", () -> bob.putTargets(r -> r.rule("shop").targets(targets)));
    assertCode(
        "AccessDeniedException",
        () -> bob.putTargets(r -> r.rule("shop").targets(targets.subList(2, 4))));
  }

  private void passTo(String service) {
    passWhere("iam:PassedToService", service);
  }

  private void passWhere(String key, String value) {
    lab.iam()
        .putUserPolicy(
            r ->
                r.userName("bob")
                    .policyName("pass")
                    .policyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"%s":"%s"}}}]}"""
                            .formatted(key, value)));
  }

  @Test
  void badConnectionsAreRefused() {
    assertCode(
        "ValidationException",
        () ->
            events.createConnection(
                r ->
                    r.name("x")
                        .authorizationType(ConnectionAuthorizationType.BASIC)
                        .authParameters(a -> {})));
    assertCode(
        "ResourceNotFoundException",
        () ->
            destination(
                "arn:aws:events:us-east-1:123456789012:connection/none/12345678-1234-1234-1234-123456789012",
                "/"));
    var user = lab.eventsUser("bob", "events:ListConnections");
    assertThat(user.listConnections(r -> {}).connections()).isEmpty();
    assertCode("AccessDeniedException", () -> user.describeConnection(r -> r.name("x")));
  }
}
