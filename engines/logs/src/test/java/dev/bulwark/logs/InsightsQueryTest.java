package dev.bulwark.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.logs.query.InsightsQuery;
import dev.bulwark.logs.query.LogEvent;
import dev.bulwark.logs.query.MalformedQueryException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries of Logs Insights. */
class InsightsQueryTest {
  private static final long T0 = Instant.parse("2026-03-04T05:00:00Z").toEpochMilli();

  private static List<Map<String, String>> run(String query, String... messages)
      throws MalformedQueryException {
    var run = InsightsQuery.parse(query).run(1000);
    for (int i = 0; i < messages.length; i++) {
      run.add(
          new LogEvent(T0 + i * 60_000L, T0, messages[i], "stream", "123456789012:/app", "p" + i));
    }
    return run.results();
  }

  private static final String[] REQUESTS = {
    "{\"user\": {\"name\": \"alice\"}, \"status\": 200, \"ms\": 10}",
    "{\"user\": {\"name\": \"bob\"}, \"status\": 404, \"ms\": 30}",
    "{\"user\": {\"name\": \"alice\"}, \"status\": 500, \"ms\": 20}",
    "plain text"
  };

  @Test
  void withoutCommandsTheNewestComeFirst() throws MalformedQueryException {
    assertThat(run("fields @timestamp, @message | limit 2", "one", "two", "three"))
        .containsExactly(
            Map.of("@timestamp", "2026-03-04 05:02:00.000", "@message", "three", "@ptr", "p2"),
            Map.of("@timestamp", "2026-03-04 05:01:00.000", "@message", "two", "@ptr", "p1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fields @message",
        "fields @message | sort @message desc",
        "stats count(*) by @message",
        "stats max(@message) by @timestamp"
      })
  void longMessagesAreNotAllHeld(String query) throws MalformedQueryException {
    var run = InsightsQuery.parse(query).run(10_000);
    var padding = "x".repeat(200_000);
    boolean more = true;
    for (int i = 0; more && i < 200; i++) {
      more = run.add(new LogEvent(T0 + i, T0, i + padding, "stream", "log", "p" + i));
    }
    var results = run.results();
    assertThat(results).isNotEmpty();
    assertThat(
            results.stream().flatMap(row -> row.values().stream()).mapToLong(String::length).sum())
        .isLessThanOrEqualTo(InsightsQuery.MOST_CHARACTERS);
    if (query.equals("fields @message")) {
      assertThat(results.getFirst().get("@message")).startsWith("199x");
    }
  }

  @Test
  void fieldsOfJsonAreDiscovered() throws MalformedQueryException {
    assertThat(
            run(
                "fields user.name as name, ms * 2 as twice | filter status >= 400 and user.name like /^a/ | sort @timestamp asc",
                REQUESTS))
        .containsExactly(Map.of("name", "alice", "twice", "40", "@ptr", "p2"));
  }

  @Test
  void statsGroup() throws MalformedQueryException {
    assertThat(
            run(
                "filter ispresent(status) | stats count(*) as n, avg(ms), max(ms), pct(ms, 50) as median by user.name | sort n desc",
                REQUESTS))
        .containsExactly(
            Map.of(
                "user.name", "alice", "n", "2", "avg(ms)", "15", "max(ms)", "20", "median", "10"),
            Map.of("user.name", "bob", "n", "1", "avg(ms)", "30", "max(ms)", "30", "median", "30"));
    assertThat(run("stats count(*) by bin(2m)", REQUESTS))
        .containsExactlyInAnyOrder(
            Map.of("bin(2m)", "2026-03-04 05:00:00.000", "count(*)", "2"),
            Map.of("bin(2m)", "2026-03-04 05:02:00.000", "count(*)", "2"));
    assertThat(run("filter @message = 'none' | stats count(*) as n"))
        .containsExactly(Map.of("n", "0"));
    assertThat(run("stats count_distinct(user.name) as users", REQUESTS))
        .containsExactly(Map.of("users", "2"));
  }

  @Test
  void parseMakesFields() throws MalformedQueryException {
    var messages = new String[] {"user=alice latency=10 ok", "user=bob latency=20 ok", "other"};
    assertThat(
            run(
                "parse @message \"user=* latency=* ok\" as user, latency | filter ispresent(user) | display user, latency | sort latency asc",
                messages))
        .extracting(row -> row.get("user") + row.get("latency"))
        .containsExactly("alice10", "bob20");
    assertThat(
            run(
                "parse @message /user=(?<user>\\w+)/ | filter user = 'bob' | display user",
                messages))
        .containsExactly(Map.of("user", "bob", "@ptr", "p1"));
  }

  @Test
  void dedupKeepsTheFirst() throws MalformedQueryException {
    assertThat(run("display user.name | dedup user.name", REQUESTS))
        .containsExactly(
            Map.of("user.name", "alice", "@ptr", "p2"), Map.of("user.name", "bob", "@ptr", "p1"));
  }

  @Test
  void conditionsAreJoined() throws MalformedQueryException {
    assertThat(
            run(
                "filter status in [200, 404] or @message not like 'user' | display @message",
                REQUESTS))
        .hasSize(3);
    assertThat(run("filter not (status = 200) and status < 500 | display status", REQUESTS))
        .hasSize(1);
    assertThat(run("display strlen(@message) as l, concat(toupper(@message), '!') as up", "abc"))
        .containsExactly(Map.of("l", "3", "up", "ABC!", "@ptr", "p0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fields",
        "nonsense @message",
        "filter",
        "limit 0",
        "limit 10001",
        "stats foo(x)",
        "filter a like /(/",
        "fields a b",
        "sort",
        "filter a = 'open",
        "fields bin(5parsecs)"
      })
  void whatIsNoQueryIsRefused(String query) {
    assertThatThrownBy(() -> InsightsQuery.parse(query))
        .isInstanceOf(MalformedQueryException.class);
  }
}
