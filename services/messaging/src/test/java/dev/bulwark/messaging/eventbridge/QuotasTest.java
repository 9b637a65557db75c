package dev.bulwark.messaging.eventbridge;

import static dev.bulwark.messaging.Lab.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.messaging.Lab;
import dev.bulwark.state.Key;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** What there may be so many of and no more. */
class QuotasTest {
  private static final String ARNS = "arn:aws:events:us-east-1:123456789012:";
  private static final BusName DEFAULT_BUS =
      new BusName("123456789012", "us-east-1", BusName.DEFAULT);
  private static final String TOO_MANY =
      "LimitExceededException: The requested resource exceeds the maximum number allowed.";
  private static final String PATTERN = "{\"source\":[\"shop\"]}";

  private final Store store = Store.ephemeral();
  private final Lab lab = new Lab(store, Sealer.ephemeral());
  private final EventBridgeClient events = lab.events();

  @AfterEach
  void close() {
    lab.close();
  }

  private void rule(String name, String pattern) {
    events.putRule(r -> r.name(name).eventPattern(pattern));
  }

  @Test
  void busesHaveThreeHundredRulesEach() {
    rule("r0", PATTERN);
    var tables = new EventTables(store);
    var rule = tables.rules.get(DEFAULT_BUS.ruleKey("r0"));
    store.run(
        tx -> {
          // As many calls would take their time.
          for (int i = 1; i < 300; i++) {
            tables.rules.insert(tx, DEFAULT_BUS.ruleKey("r" + i), rule);
          }
        });
    assertFails(TOO_MANY, () -> rule("more", PATTERN));
    // What is there can be changed, and other buses have their own.
    rule("r0", "{\"source\":[\"other\"]}");
    events.createEventBus(r -> r.name("b"));
    events.putRule(r -> r.name("r").eventBusName("b").eventPattern(PATTERN));
    events.deleteRule(r -> r.name("r0"));
    rule("more", PATTERN);
  }

  @Test
  void thirtyRulesOfABusUseWildcards() {
    for (int i = 0; i < 15; i++) {
      rule("w" + i, "{\"source\":[{\"wildcard\":\"s*p\"}]}");
      rule("n" + i, "{\"$or\":[{\"a\":[{\"anything-but\":{\"wildcard\":\"s*p\"}}]},{\"b\":[1]}]}");
    }
    assertFails(TOO_MANY, () -> rule("more", "{\"detail\":{\"a\":[{\"wildcard\":\"*\"}]}}"));
    rule("field", "{\"detail\":{\"wildcard\":[\"a\"]}}");
    assertFails(TOO_MANY, () -> rule("field", "{\"source\":[{\"wildcard\":\"s*\"}]}"));
    assertThat(events.describeRule(r -> r.name("field")).eventPattern())
        .isEqualTo("{\"detail\":{\"wildcard\":[\"a\"]}}");
    rule("w0", "{\"source\":[{\"wildcard\":\"t*p\"}]}");
    rule("w0", PATTERN);
    rule("more", "{\"source\":[{\"wildcard\":\"s*\"}]}");
  }

  @Test
  void rulesHaveFiveTargets() {
    rule("r", PATTERN);
    for (int i = 0; i < 5; i++) {
      target(i);
    }
    target(4);
    assertFails(TOO_MANY, () -> target(5));
  }

  private void target(int id) {
    events.putTargets(
        r ->
            r.rule("r")
                .targets(
                    Target.builder()
                        .id("t" + id)
                        .arn("arn:aws:sqs:us-east-1:123456789012:q")
                        .build()));
  }

  @Test
  void accountsHaveAHundredBuses() {
    events.putPermission(
        r -> r.statementId("s").action("events:PutEvents").principal("123456789012"));
    for (int i = 0; i < 100; i++) {
      bus("b" + i);
    }
    assertFails(TOO_MANY, () -> bus("more"));
    assertFails("ResourceAlreadyExistsException: Event bus b1 already exists.", () -> bus("b1"));
    events.deleteEventBus(r -> r.name("b0"));
    bus("more");
  }

  private void bus(String name) {
    events.createEventBus(r -> r.name(name));
  }

  @Test
  void tenReplaysGoOnAtATime() {
    events.createArchive(r -> r.archiveName("a").eventSourceArn(ARNS + "event-bus/default"));
    var tables = new EventTables(store);
    var start = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < 10; i++) {
      var replay =
          new ReplayRecord(
              "123456789012",
              "us-east-1",
              "r" + i,
              null,
              "a",
              DEFAULT_BUS,
              List.of(),
              start,
              start.plusSeconds(1),
              ReplayRecord.State.RUNNING,
              null,
              null,
              start,
              null,
              null);
      store.run(tx -> tables.replays.insert(tx, replay.key(), replay));
    }
    assertFails(TOO_MANY, () -> replay(start));
    store.run(
        tx ->
            tables.replays.update(
                tx,
                Key.of("123456789012", "us-east-1", "r0"),
                one -> one.with(ReplayRecord.State.COMPLETED, start)));
    replay(start);
  }

  private void replay(Instant start) {
    events.startReplay(
        r ->
            r.replayName("more")
                .eventSourceArn(ARNS + "archive/a")
                .eventStartTime(start)
                .eventEndTime(start.plusSeconds(1))
                .destination(d -> d.arn(ARNS + "event-bus/default")));
  }

  @Test
  void entriesAreAMebibyteTogether() {
    assertThat(put(10, 100_000).failedEntryCount()).isZero();
    assertThat(put(1, 1_048_566).failedEntryCount()).isZero();
    assertFails(
        "ValidationException: Total size of the entries in the request is over the limit.",
        () -> put(1, 1_048_567));
    assertFails(
        "ValidationException: Total size of the entries in the request is over the limit.",
        () -> put(10, 105_000));
  }

  private PutEventsResponse put(int entries, int bytes) {
    var entry =
        PutEventsRequestEntry.builder()
            .source("shop")
            .detailType("Order.")
            .detail("{\"a\":\"" + "x".repeat(bytes - 8) + "\"}")
            .build();
    return events.putEvents(r -> r.entries(Collections.nCopies(entries, entry)));
  }
}
