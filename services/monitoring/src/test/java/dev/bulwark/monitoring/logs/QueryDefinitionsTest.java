package dev.bulwark.monitoring.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.monitoring.Lab;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupField;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryDefinition;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

/** Queries that are saved, and the fields that they may ask for. */
final class QueryDefinitionsTest {
  private final Lab lab = new Lab();
  private final CloudWatchLogsClient logs = lab.client(CloudWatchLogsClient.builder());

  @AfterEach
  void close() {
    lab.close();
  }

  private String put(String name) {
    return logs.putQueryDefinition(
            r -> r.name(name).queryString("fields @message").logGroupNames("app"))
        .queryDefinitionId();
  }

  private List<QueryDefinition> found(String prefix) {
    return logs.describeQueryDefinitions(r -> r.queryDefinitionNamePrefix(prefix))
        .queryDefinitions();
  }

  @Test
  void queriesAreSavedChangedAndDeleted() {
    var id = put("errors/web");
    put("errors/job");
    put("other");
    assertThat(found("errors/"))
        .extracting(QueryDefinition::name)
        .containsExactlyInAnyOrder("errors/web", "errors/job");

    logs.putQueryDefinition(
        r -> r.queryDefinitionId(id).name("errors/web").queryString("stats count(*)"));
    assertThat(found("errors/web"))
        .singleElement()
        .satisfies(
            changed -> {
              assertThat(changed.queryDefinitionId()).isEqualTo(id);
              assertThat(changed.queryString()).isEqualTo("stats count(*)");
              assertThat(changed.logGroupNames()).isEmpty();
            });

    assertThat(logs.deleteQueryDefinition(r -> r.queryDefinitionId(id)).success()).isTrue();
    assertThatThrownBy(() -> logs.deleteQueryDefinition(r -> r.queryDefinitionId(id)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () ->
                logs.putQueryDefinition(
                    r -> r.queryDefinitionId(id).name("x").queryString("fields @message")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aRequestThatIsSentAgainMakesNothingNew() {
    var token = "0123456789-0123456789-0123456789-0123456789";
    for (int i = 0; i < 2; i++) {
      logs.putQueryDefinition(r -> r.name("one").queryString("limit 1").clientToken(token));
    }
    assertThat(found("one")).hasSize(1);
  }

  @Test
  void definitionsComeInPages() {
    put("a");
    put("b");
    put("c");
    var first = logs.describeQueryDefinitions(r -> r.maxResults(2));
    var second = logs.describeQueryDefinitions(r -> r.nextToken(first.nextToken()));
    assertThat(first.queryDefinitions()).hasSize(2);
    assertThat(second.queryDefinitions()).hasSize(1);
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void fieldsOfAGroupAreFoundInItsEvents() {
    logs.createLogGroup(r -> r.logGroupName("app"));
    logs.createLogStream(r -> r.logGroupName("app").logStreamName("one"));
    long now = lab.clock.millis();
    for (var message :
        List.of(
            "{\"level\":\"info\",\"user\":{\"name\":\"a\"}}",
            "{\"level\":\"x\"}",
            "plain",
            "text")) {
      logs.putLogEvents(
          r ->
              r.logGroupName("app")
                  .logStreamName("one")
                  .logEvents(e -> e.message(message).timestamp(now)));
    }

    assertThat(logs.getLogGroupFields(r -> r.logGroupName("app")).logGroupFields())
        .contains(
            LogGroupField.builder().name("@message").percent(100).build(),
            LogGroupField.builder().name("level").percent(50).build(),
            LogGroupField.builder().name("user.name").percent(25).build())
        .extracting(LogGroupField::percent)
        .isSortedAccordingTo((one, other) -> other - one);
  }
}
