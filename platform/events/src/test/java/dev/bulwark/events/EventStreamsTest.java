package dev.bulwark.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.base.Ids;
import dev.bulwark.events.EventStreams.Attribute;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.state.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamsTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final Store store = Store.ephemeral();
  private final EventStreams streams = new EventStreams(store);

  @AfterEach
  void close() {
    store.close();
  }

  private static ApiCall call(String name, String user, Instant time) {
    return call(name, user, time, true);
  }

  private static ApiCall call(String name, String user, Instant time, boolean management) {
    return new ApiCall(
        0,
        Ids.eventId(),
        time,
        "111122223333",
        "us-east-1",
        "iam.amazonaws.com",
        name,
        name.startsWith("Get"),
        management,
        user,
        "AKIA" + user,
        null,
        List.of(new ResourceName("AWS::IAM::User", "arn:" + user)),
        ("{\"eventName\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  private static Query query(@Nullable Attribute attribute, @Nullable String value) {
    return new Query("111122223333", "us-east-1", attribute, value, Instant.EPOCH, Instant.MAX);
  }

  private List<String> names(Query query) {
    return streams.lookup(query, null, 50).calls().stream().map(ApiCall::eventName).toList();
  }

  @Test
  void callsAreFoundNewestFirstAndByEachAttribute() {
    streams.appendLater(call("GetUser", "ann", NOON));
    streams.appendLater(call("CreateUser", "ann", NOON.plusSeconds(1)));
    streams.flush();
    store.run(
        tx -> streams.append(tx, streams.prepare(call("DeleteUser", "bob", NOON.plusSeconds(2)))));
    streams.appendLater(call("GetObject", "ann", NOON.plusSeconds(3), false));
    assertThat(names(query(null, null))).containsExactly("DeleteUser", "CreateUser", "GetUser");
    assertThat(names(query(Attribute.USERNAME, "ann"))).containsExactly("CreateUser", "GetUser");
    assertThat(names(query(Attribute.EVENT_NAME, "GetUser"))).containsExactly("GetUser");
    assertThat(names(query(Attribute.READ_ONLY, "false")))
        .containsExactly("DeleteUser", "CreateUser");
    assertThat(names(query(Attribute.RESOURCE_NAME, "arn:bob"))).containsExactly("DeleteUser");
    assertThat(names(query(Attribute.ACCESS_KEY_ID, "AKIAbob"))).containsExactly("DeleteUser");
    assertThat(names(query(Attribute.USERNAME, "nobody"))).isEmpty();
  }

  @Test
  void anIdFindsItsCall() {
    var call = call("CreateUser", "ann", NOON);
    IntStream.range(0, 300).forEach(i -> streams.appendLater(call("GetUser", "bob", NOON)));
    streams.appendLater(call);
    assertThat(names(query(Attribute.EVENT_ID, call.eventId()))).containsExactly("CreateUser");
    assertThat(names(query(Attribute.EVENT_ID, Ids.eventId()))).isEmpty();
    assertThat(names(query(Attribute.EVENT_ID, "no id"))).isEmpty();
  }

  @Test
  void pagesHoldEachCallOnce() {
    for (var i = 0; i < 700; i++) {
      streams.appendLater(call("GetUser", i % 3 == 0 ? "ann" : "bob", NOON.plusMillis(i)));
    }
    var found = new ArrayList<Instant>();
    String from = null;
    do {
      var page = streams.lookup(query(Attribute.USERNAME, "ann"), from, 50);
      page.calls().forEach(call -> found.add(call.time()));
      from = page.next();
    } while (from != null);
    assertThat(found)
        .hasSize(234)
        .isSortedAccordingTo((a, b) -> b.compareTo(a))
        .doesNotHaveDuplicates();
  }

  @Test
  void aRangeOfTimeIncludesItsEnds() {
    for (var i = 0; i < 10; i++) {
      streams.appendLater(call("Get" + i, "ann", NOON.plus(Duration.ofHours(i))));
    }
    assertThat(
            names(
                new Query(
                    "111122223333",
                    "us-east-1",
                    null,
                    null,
                    NOON.plus(Duration.ofHours(2)),
                    NOON.plus(Duration.ofHours(4)))))
        .containsExactly("Get4", "Get3", "Get2");
  }

  @Test
  void otherAccountsAndRegionsAreApart() {
    streams.appendLater(call("GetUser", "ann", NOON));
    assertThat(
            names(new Query("111122223333", "eu-west-1", null, null, Instant.EPOCH, Instant.MAX)))
        .isEmpty();
    assertThat(
            names(new Query("444455556666", "us-east-1", null, null, Instant.EPOCH, Instant.MAX)))
        .isEmpty();
  }

  @Test
  void aConsumerReadsTheWholeStreamInOrder() {
    for (var i = 0; i < 500; i++) {
      streams.appendLater(call("Get" + i, "ann", NOON, i % 2 == 0));
    }
    streams.flush();
    var names = new ArrayList<String>();
    var sequence = 0L;
    while (true) {
      var calls = streams.callsAfter(sequence, 70);
      if (calls.isEmpty()) {
        break;
      }
      calls.forEach(call -> names.add(call.eventName()));
      sequence = calls.getLast().sequence();
    }
    assertThat(names).isEqualTo(IntStream.range(0, 500).mapToObj(i -> "Get" + i).toList());
  }

  @Test
  void aChangeIsInTheStreamWithItsTransactionOrNotAtAll() {
    var change =
        new ResourceChange(
            "e", NOON, "111122223333", "us-east-1", "AWS::IAM::User", "ann", "arn:ann", null, "{}");
    try {
      store.run(
          tx -> {
            streams.append(tx, change);
            throw new IllegalStateException("undone");
          });
    } catch (IllegalStateException undone) {
      assertThat(undone).hasMessage("undone");
    }
    assertThat(streams.changesAfter(0, 10)).isEmpty();
    store.run(tx -> streams.append(tx, change));
    assertThat(streams.changesAfter(0, 10)).singleElement().extracting("value").isEqualTo(change);
  }
}
