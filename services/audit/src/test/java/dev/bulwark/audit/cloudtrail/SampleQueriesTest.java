package dev.bulwark.audit.cloudtrail;

import static dev.bulwark.audit.cloudtrail.LakeWorld.isError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.audit.Lab;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.SearchSampleQueriesSearchResult;
import software.amazon.awssdk.services.iam.IamClient;

/** Sample queries of CloudTrail Lake. */
final class SampleQueriesTest {
  @AutoClose private final LakeWorld world = new LakeWorld(new Lab());
  private final CloudTrailClient trails = world.trails;

  @Test
  void phrasesFindWhatIsMostLikeThem() {
    var found =
        trails
            .searchSampleQueries(r -> r.searchPhrase("Who signed in to the console without MFA?"))
            .searchResults();
    assertThat(found.getFirst().name()).isEqualTo("Console sign-ins without MFA");
    assertThat(found)
        .extracting(SearchSampleQueriesSearchResult::relevance)
        .isSortedAccordingTo((a, b) -> Float.compare(b, a))
        .allSatisfy(relevance -> assertThat(relevance).isBetween(0.01f, 1f));
    assertThat(
            trails
                .searchSampleQueries(r -> r.searchPhrase("which KMS keys were disabled"))
                .searchResults()
                .getFirst()
                .sql())
        .contains("'DisableKey'")
        .contains("FROM $EDS_ID");
    assertThat(trails.searchSampleQueries(r -> r.searchPhrase("zebras")).searchResults()).isEmpty();
  }

  @Test
  void resultsComeInPages() {
    var first = trails.searchSampleQueries(r -> r.searchPhrase("calls").maxResults(2));
    assertThat(first.searchResults()).hasSize(2);
    var second =
        trails.searchSampleQueries(
            r -> r.searchPhrase("calls").maxResults(50).nextToken(first.nextToken()));
    assertThat(second.searchResults())
        .isNotEmpty()
        .doesNotContainAnyElementsOf(first.searchResults());
    assertThat(second.nextToken()).isNull();
    assertThatThrownBy(
            () ->
                trails.searchSampleQueries(
                    r -> r.searchPhrase("errors").nextToken(first.nextToken())))
        .satisfies(isError("InvalidNextTokenException"));
    assertThatThrownBy(() -> trails.searchSampleQueries(r -> r.searchPhrase("x")))
        .satisfies(isError("ValidationException"));
  }

  @Test
  void eachOfThemRuns() {
    var store = world.store("audit");
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("anna"));
    iam.createAccessKey(r -> r.userName("anna"));
    for (var sample : SampleQuery.ALL) {
      var rows = world.query(sample.sql().replace("%", "%%").replace("$EDS_ID", "%s"), store);
      if (sample.name().equals("New access keys")) {
        assertThat(rows.getFirst().toString()).contains("forUser=anna");
      }
    }
  }

  @Test
  void policiesDecide() {
    var iam = world.lab.client(IamClient.builder());
    iam.createUser(r -> r.userName("dora"));
    var key = iam.createAccessKey(r -> r.userName("dora")).accessKey();
    var dora =
        world.lab.client(
            CloudTrailClient.builder(),
            AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()),
            "us-east-1");
    assertThatThrownBy(() -> dora.searchSampleQueries(r -> r.searchPhrase("errors")))
        .satisfies(isError("AccessDeniedException"));
  }
}
