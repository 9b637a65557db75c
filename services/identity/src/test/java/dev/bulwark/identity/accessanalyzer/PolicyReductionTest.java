package dev.bulwark.identity.accessanalyzer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyReductionTest {
  private static final PolicyReduction REDUCTION =
      new PolicyReduction(AuthorizationReference.bundled());

  private static PolicyReduction.Reduced without(String statements, String... unused) {
    var names = Set.copyOf(List.of(unused));
    return REDUCTION.without(
        "{\"Version\":\"2012-10-17\",\"Statement\":" + statements + "}",
        action ->
            names.contains(action.fullName()) || names.contains(action.fullName().split(":")[0]));
  }

  @Test
  void aPatternIsTakenApartOnlyWhereSomethingOfItGoes() {
    var reduced =
        without(
            "[{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetBucketT*\",\"iam:Get*\"],\"Resource\":\"*\"}]",
            "s3:GetBucketTagging");
    assertThat(reduced.changed()).isTrue();
    assertThat(reduced.allowing()).isTrue();
    assertThat(reduced.document())
        .isEqualTo(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Action\":[\"iam:Get*\"],\"Resource\":\"*\"}]}");
  }

  @Test
  void statementsThatAllowNothingAnyMoreGoAndDeniesStay() {
    var deny = "{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::x\"}";
    var reduced =
        without(
            "[{\"Effect\":\"Allow\",\"Action\":\"sqs:*\",\"Resource\":\"*\"}," + deny + "]", "sqs");
    assertThat(reduced.allowing()).isFalse();
    assertThat(reduced.document())
        .isEqualTo("{\"Version\":\"2012-10-17\",\"Statement\":[" + deny + "]}");
  }

  @Test
  void whatIsAllUsedStaysAsItIs() {
    var reduced =
        without("{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}", "iam:GetUser");
    assertThat(reduced.changed()).isFalse();
    assertThat(reduced.allowing()).isTrue();
  }

  @Test
  void allButSomeBecomesWhatIsLeftOfTheRest() {
    var services =
        AuthorizationReference.bundled().services().stream()
            .filter(service -> !service.equals("sts"))
            .toArray(String[]::new);
    var reduced =
        without(
            "[{\"Effect\":\"Allow\",\"NotAction\":[\"sts:Assume*\",\"sts:Get*\",\"sts:Set*\",\"sts:Tag*\"],\"Resource\":\"*\"}]",
            services);
    assertThat(reduced.changed()).isTrue();
    assertThat(reduced.document())
        .contains("\"sts:DecodeAuthorizationMessage\"")
        .doesNotContain("NotAction", "sts:AssumeRole\"", "iam:");
  }
}
