package dev.bulwark.messaging.eventbridge;

import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import java.time.Instant;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** EventBridge's errors in AWS's words, one request after the other. */
class ErrorsTest {
  private static final String ARNS = "arn:aws:events:us-east-1:123456789012:";
  private static final String DEFAULT_BUS = ARNS + "event-bus/default";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private record Case(String error, ThrowingCallable call) {}

  private final Lab lab = new Lab();
  private final EventBridgeClient events = lab.events();

  @AfterEach
  void close() {
    lab.close();
  }

  private static void assertAll(Case... cases) {
    for (var one : cases) {
      assertFails(one.error(), one.call());
    }
  }

  private Case pattern(String pattern, String reason) {
    return new Case(
        "InvalidEventPatternException: Event pattern is not valid. Reason: " + reason,
        () -> events.putRule(r -> r.name("r").eventPattern(pattern)));
  }

  @Test
  void ofPatterns() {
    var other = "Value of anything-but must be an array or single string/number value.";
    var affix = "prefix/suffix match pattern must be a string";
    assertAll(
        pattern("{\"a\":[{\"numeric\":[\">\",0,\">\",0]}]}", "Bad numeric range operator: >"),
        pattern("{\"a\":[{\"cidr\":\"bad\"}]}", "Malformed CIDR, one '/' required"),
        pattern(
            "{\"a\":[{\"cidr\":\"10.0.0.0/x\"}]}", "Malformed CIDR, mask bits must be an integer"),
        pattern("{\"a\":[{\"cidr\":\"xx.11.xx/8\"}]}", "Nonstandard IP address: xx.11.xx"),
        pattern("{\"a\":[{\"cidr\":[\"x\"]}]}", "prefix match pattern must be a string"),
        pattern("{\"a\":[{\"anything-but\":{\"prefix\":123}}]}", affix),
        pattern("{\"a\":[{\"anything-but\":{\"suffix\":[123,\"x\"]}}]}", affix),
        pattern("{\"a\":[{\"anything-but\":{\"prefix\":\"\"}}]}", "Null prefix/suffix not allowed"),
        pattern("{\"a\":[{\"anything-but\":{\"prefix\":{\"equals-ignore-case\":\"x\"}}}]}", other),
        pattern("{\"a\":[{\"anything-but\":null}]}", other),
        pattern(
            "{\"a\":[{\"anything-but\":[null]}]}",
            "Inside anything but list, start|null|boolean is not supported."),
        pattern(
            "{\"a\":[{\"anything-but\":{\"equals-ignore-case\":123}}]}",
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."),
        pattern(
            "{'bad': 'quotation'}",
            "Unexpected character (''' (code 39)): was expecting double-quote to start field name"));
  }

  @Test
  void ofArchivesAndReplays() {
    events.createEventBus(r -> r.name("b"));
    events.createArchive(r -> r.archiveName("a").eventSourceArn(DEFAULT_BUS));
    assertAll(
        new Case(
            "ResourceNotFoundException: Event bus nope does not exist.",
            () -> events.listArchives(r -> r.eventSourceArn(ARNS + "event-bus/nope"))),
        replay(
            "nope",
            "default",
            "ValidationException: Parameter EventSourceArn is not valid. Reason: Archive nope does not exist."),
        replay("a", "nope", "ResourceNotFoundException: Event bus nope does not exist."),
        replay(
            "a",
            "b",
            "ValidationException: Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."),
        replay(
            "a",
            "default",
            "ValidationException: Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."));
  }

  private Case replay(String archive, String bus, String error) {
    return new Case(
        error,
        () ->
            events.startReplay(
                r ->
                    r.replayName("r")
                        .eventSourceArn(ARNS + "archive/" + archive)
                        .eventStartTime(START)
                        .eventEndTime(START)
                        .destination(d -> d.arn(ARNS + "event-bus/" + bus))));
  }

  @Test
  void ofOthers() {
    events.putRule(r -> r.name("r").eventPattern("{\"source\":[\"a\"]}"));
    var targets =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    Target.builder()
                        .id("t" + i)
                        .arn("arn:aws:sqs:us-east-1:123456789012:q")
                        .build())
            .toList();
    assertAll(
        new Case(
            "LimitExceededException: The requested resource exceeds the maximum number allowed.",
            () -> events.putTargets(r -> r.rule("r").targets(targets))),
        new Case(
            "ResourceNotFoundException: Failed to describe the connection(s). Connection 'c' does not exist.",
            () -> events.describeConnection(r -> r.name("c"))),
        new Case(
            "ResourceNotFoundException: Failed to describe the api-destination(s). An api-destination 'd' does not exist.",
            () -> events.describeApiDestination(r -> r.name("d"))));
    events.putPermission(
        r -> r.statementId("s").action("events:PutEvents").principal("123456789012"));
    assertThat(events.describeEventBus(r -> {}).policy())
        .startsWith("{\"Version\":\"2012-10-17\",\"Statement\":[");
  }
}
