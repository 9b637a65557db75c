package dev.bulwark.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What queries understand, and what they cannot reach. */
final class LakeQueryTest {
  private static final String STORE = "0b2f1a9c-1111-4222-8333-444455556666";
  private static final String OTHER = "1c2f1a9c-1111-4222-8333-444455556666";
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @TempDir private static Path folder;
  private static EventFiles files;
  private static final List<EventFile.Open> open = new ArrayList<>();

  @BeforeAll
  static void write() throws LakeException {
    files = new EventFiles(folder.resolve("lake"), false);
    open.add(add(event("e-1", "CreateUser", "alice", "2026-11-26T03:40:38Z"), 1));
    open.add(
        add(
            event("e-2", "DeleteUser", "bob", "2026-11-26T04:40:38Z")
                + "\n"
                + event("e-3", "CreateUser", "bob", "2026-11-26T05:40:38Z"),
            2));
  }

  private static EventFile.Open add(String lines, int seed) throws LakeException {
    var key = new byte[32];
    key[0] = (byte) seed;
    var records = lines.lines().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
    return new EventFile.Open(
        files.write(EventShape.API_CALL, records, key, EventFiles.Known.NONE), key);
  }

  private static String event(String id, String name, String user, String time) {
    return """
    {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/%3$s","userName":"%3$s"},\
    "eventTime":"%4$s","eventSource":"iam.amazonaws.com","eventName":"%2$s","awsRegion":"us-east-1",\
    "requestParameters":{"userName":"carol","count":5,"tags":[{"key":"a"}]},"responseElements":null,"readOnly":false,\
    "resources":[{"type":"AWS::IAM::User","ARN":"arn:carol"},{"type":"AWS::IAM::Group","ARN":"arn:team"}],\
    "eventID":"%1$s","managementEvent":true,"eventCategory":"Management"}\
    """
        .formatted(id, name, user, time);
  }

  private List<List<String>> rows(String sql) throws Exception {
    var rows = new ArrayList<List<String>>();
    query(sql)
        .run(
            files,
            Map.of(
                STORE,
                new LakeQuery.Events(EventShape.API_CALL, open, Instant.EPOCH),
                OTHER,
                new LakeQuery.Events(EventShape.API_CALL, List.of(), Instant.EPOCH)),
            new LakeQuery.Sink() {
              @Override
              public void columns(List<String> names) {
                rows.add(names);
              }

              @Override
              public void row(List<String> values) {
                rows.add(values);
              }
            },
            Duration.ofMinutes(1));
    return rows;
  }

  private static LakeQuery query(String sql) throws LakeException {
    return LakeQuery.of(
        QueryText.of(sql), Map.of(STORE, EventShape.API_CALL, OTHER, EventShape.API_CALL), NOW);
  }

  @Test
  void namesAndValuesAreTrinos() throws Exception {
    assertThat(
            rows(
                "SELECT eventID, eventTime, userIdentity.arn, readOnly, count(*) OVER () FROM "
                    + STORE
                    + " ORDER BY eventID LIMIT 1"))
        .containsExactly(
            List.of("eventID", "eventTime", "arn", "readOnly", "_col4"),
            List.of(
                "e-1",
                "2026-11-26 03:40:38.000",
                "arn:aws:iam::123456789012:user/alice",
                "false",
                "3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          requestParameters['userName'] | carol
          element_at(requestParameters, 'count') | 5
          element_at(requestParameters, 'nothing') | ''
          requestParameters['tags'] | [{"key":"a"}]
          cardinality(requestParameters) | 3
          element_at(resources, 2).arn | arn:team
          cardinality(resources) | 2
          resources | [{accountid=null, type=AWS::IAM::User, arn=arn:carol, arnprefix=null}, {accountid=null, type=AWS::IAM::Group, arn=arn:team, arnprefix=null}]
          any_match(resources, r -> r.type = 'AWS::IAM::Group') | true
          all_match(resources, r -> r.type = 'AWS::IAM::Group') | false
          cardinality(filter(resources, r -> r.arn LIKE '%carol')) | 1
          json_extract_scalar(eventJson, '$.userIdentity.userName') | alice
          json_extract_scalar(userIdentity.arn, '$.x') | ''
          date_add('hour', -1, eventTime) | 2026-11-26 02:40:38.000
          date_diff('hour', eventTime, now()) | 8
          date_format(eventTime, '%Y-%m-%d %H:%i') | 2026-11-26 03:40
          to_iso8601(eventTime) | 2026-11-26T03:40:38.000Z
          current_date | 2026-11-26
          date_parse('2026-01-02', '%Y-%m-%d') | 2026-01-02 00:00:00.000
          from_iso8601_timestamp('2026-11-26T03:40:38Z') = eventTime | true
          if(eventName = 'CreateUser', 'made', 'other') | made
          if(eventName = 'Nothing', 'made') | ''
          regexp_extract(userIdentity.arn, 'user/(.*)', 1) | alice
          regexp_extract(userIdentity.arn, 'group/(.*)', 1) | ''
          regexp_replace('a-b-c', '-', '+') | a+b+c
          regexp_like(eventName, '^Create') | true
          split(eventSource, '.')[1] | iam
          try_cast('x' AS bigint) | ''
          eventName IN ('A', 'CreateUser') AND eventTime > '2026-01-01' | true
          eventTime BETWEEN timestamp '2026-01-01 00:00:00' AND now() - interval '1' hour | true
          concat(upper(substr(eventName, 1, 3)), '!') | CRE!
          coalesce(errorCode, 'none') | none
          date_trunc('day', eventTime) | 2026-11-26 00:00:00.000
          day_of_week(eventTime) | 4
          greatest(1, 2) | 2
          """)
  void functionsAreTrinos(String expression, String expected) throws Exception {
    assertThat(
            rows("SELECT " + expression + " AS x FROM " + STORE + " WHERE eventID = 'e-1'").get(1))
        .containsExactly(expected);
  }

  @Test
  void aggregatesGroupsAndJoins() throws Exception {
    assertThat(
            rows(
                "SELECT userIdentity.userName AS who, count(*) AS events,"
                    + " approx_distinct(eventName) AS names, max_by(eventID, eventTime) AS latest"
                    + " FROM "
                    + STORE
                    + " GROUP BY userIdentity.userName HAVING count(*) > 0 ORDER BY events DESC"))
        .containsExactly(
            List.of("who", "events", "names", "latest"),
            List.of("bob", "2", "2", "e-3"),
            List.of("alice", "1", "1", "e-1"));
    assertThat(
            rows(
                "WITH made AS (SELECT * FROM %1$s WHERE eventName = 'CreateUser') SELECT a.eventID, b.eventID AS other FROM made a LEFT JOIN \"%2$s\" b ON a.eventID = b.eventID UNION ALL SELECT eventID, 'x' FROM %1$s WHERE eventID = 'e-2' ORDER BY 1"
                    .formatted(STORE, OTHER)))
        .containsExactly(
            List.of("eventID", "other"),
            List.of("e-1", ""),
            List.of("e-2", "x"),
            List.of("e-3", ""));
    assertThat(
            rows(
                "SELECT r.arn FROM "
                    + STORE
                    + " CROSS JOIN UNNEST(resources) AS t(r) WHERE eventID = 'e-1' ORDER BY 1"))
        .containsExactly(List.of("arn"), List.of("arn:carol"), List.of("arn:team"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM @",
        "DROP TABLE @",
        "COPY (SELECT 1) TO '/tmp/x'",
        "INSTALL httpfs",
        "SET threads = 100",
        "SELECT 1; SELECT 2 FROM @",
        "SELECT 1",
        "SELEC eventID FROM @",
        "SELECT nothing FROM @",
        "SELECT eventID FROM somewhere",
        "SELECT eventID FROM 2c2f1a9c-1111-4222-8333-444455556666",
        "SELECT * FROM @, read_text('/etc/passwd')",
        "SELECT * FROM @, '/etc/passwd'",
        "SELECT * FROM @, glob('*')",
        "SELECT * FROM @, duckdb_settings()",
        "SELECT * FROM @, information_schema.tables",
        "SELECT * FROM @, main.pragma_version()",
        "SELECT current_setting('memory_limit') FROM @",
        "SELECT getvariable('x') FROM @",
        "SELECT eventID FROM @ WHERE eventID IN (SELECT content FROM read_text('/etc/passwd'))",
        "SELECT (SELECT count(*) FROM duckdb_views()) FROM @",
        "SELECT columns('e.*') FROM @",
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT a FROM r, @",
        "DESCRIBE @",
        "SELECT main.version() FROM @",
        "SELECT ? FROM @",
        "PIVOT @ ON eventName",
        "SELECT nextval('x') FROM @",
        "SELECT write_log('x') FROM @",
      })
  void everythingElseIsRefused(String sql) {
    assertThatThrownBy(() -> query(sql.replace("@", STORE)))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.kind()).isEqualTo(LakeException.Kind.STATEMENT));
  }

  @Test
  void idsInTextsAreNone() {
    assertThat(
            QueryText.of("SELECT '" + OTHER + "' -- " + OTHER + "\n FROM " + STORE + " AS t").ids())
        .containsExactly(STORE);
  }

  @Test
  void anEventIsKeptOnce() throws Exception {
    var again =
        files.write(
            EventShape.API_CALL,
            List.of(
                event("e-1", "CreateUser", "alice", "2026-11-26T03:40:38Z")
                    .getBytes(StandardCharsets.UTF_8),
                event("e-4", "CreateUser", "alice", "2026-11-26T03:40:38Z")
                    .getBytes(StandardCharsets.UTF_8)),
            new byte[32],
            (oldest, newest) -> open);
    assertThat(again.events()).isEqualTo(1);
    var all = new ArrayList<>(open);
    all.add(new EventFile.Open(again, new byte[32]));
    var merged = files.merge(all, new byte[32], Instant.parse("2026-11-26T04:00:00Z"));
    assertThat(merged.events()).isEqualTo(2);
    assertThat(merged.oldest()).isEqualTo(Instant.parse("2026-11-26T04:40:38Z"));
  }

  @Test
  void aQueryEndsWhereItTakesTooMuch() throws Exception {
    var many =
        "SELECT count(*) FROM @ a, @ b, @ c, @ d, @ e, @ f, @ g, @ h, @ i, @ j, @ k, @ l, @ m, @ n, @ o, @ p, @ q, @ r, @ s, @ t, @ u, @ v, @ w, @ x"
            .replace("@", STORE);
    var query = query(many);
    var runner = Thread.ofVirtual().start(query::cancel);
    assertThatThrownBy(
            () ->
                query.run(
                    files,
                    Map.of(STORE, new LakeQuery.Events(EventShape.API_CALL, open, Instant.EPOCH)),
                    new LakeQuery.Sink() {
                      @Override
                      public void columns(List<String> names) {}

                      @Override
                      public void row(List<String> values) {}
                    },
                    Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.kind()).isEqualTo(LakeException.Kind.CANCELLED));
    runner.join();
  }
}
