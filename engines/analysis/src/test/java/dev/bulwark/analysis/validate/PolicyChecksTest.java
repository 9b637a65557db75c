package dev.bulwark.analysis.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class PolicyChecksTest {
  private static final Set<String> REGIONS = Set.of("us-east-1", "eu-west-1");
  private static final PolicyValidator VALIDATOR =
      new PolicyValidator(AuthorizationReference.bundled(), REGIONS::contains);

  record Case(
      String code,
      PolicyType type,
      @Nullable String resourceType,
      @Nullable String details,
      String found,
      String notFound) {
    @Override
    public String toString() {
      return code;
    }
  }

  static List<Case> cases() throws IOException {
    try (var in =
        Objects.requireNonNull(PolicyChecksTest.class.getResourceAsStream("cases.json"))) {
      return Arrays.asList(JsonMapper.shared().readValue(in, Case[].class));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachIssueIsFoundWhereItIsAndNotWhereItIsNot(Case example) {
    var found = VALIDATOR.validate(example.found(), example.type(), example.resourceType());
    assertThat(found).extracting(f -> f.issue().name()).contains(example.code());
    if (example.details() != null) {
      assertThat(found).extracting(Finding::details).contains(example.details());
    }
    assertThat(found).allSatisfy(f -> assertThat(f.details()).doesNotContain("{{"));
    assertThat(VALIDATOR.validate(example.notFound(), example.type(), example.resourceType()))
        .extracting(f -> f.issue().name())
        .doesNotContain(example.code());
  }

  @Test
  void everyIssueHasACase() throws IOException {
    var covered = cases().stream().map(c -> Issue.valueOf(c.code())).collect(Collectors.toSet());
    assertThat(covered).containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Issue.class));
  }

  @Test
  void goodPoliciesHaveNoFindings() {
    assertThat(
            VALIDATOR.validate(
                """
                {"Version":"2012-10-17","Statement":[
                  {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b/${aws:username}/*"},
                  {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::b",
                   "Condition":{"StringLike":{"s3:prefix":["${aws:username}/*"]}}},
                  {"Effect":"Allow","Action":["logs:PutLogEvents"],
                   "Resource":"arn:aws:logs:us-east-1:111122223333:log-group:/app:*"},
                  {"Effect":"Allow","Action":"dynamodb:Query",
                   "Resource":"arn:aws:dynamodb:*:111122223333:table/t/index/i"},
                  {"Effect":"Allow","Action":"lambda:InvokeFunction",
                   "Resource":"arn:aws:lambda:us-east-1:111122223333:function:f:1"},
                  {"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:us-east-1:111122223333:key/*"},
                  {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}
                ]}""",
                PolicyType.IDENTITY_POLICY,
                null))
        .isEmpty();
  }

  @Test
  void placesAreThoseThatTheAwsCliDocuments() {
    var policy =
        """
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "",
                    "Effect": "Allow",
                    "Principal": {
                        "Federated": "cognito-identity.amazonaws.com"
                    },
                    "Action": [
                        "sts:AssumeRole",
                        "sts:TagSession"
                    ],
                    "Condition": {
                        "StringEquals": {
                            "cognito-identity.amazonaws.com:aud": "us-west-2_EXAMPLE"
                        }
                    }
                }
            ]
        }
        """;
    var findings = VALIDATOR.validate(policy, PolicyType.RESOURCE_POLICY, null);
    assertThat(findings)
        .extracting(Finding::issue)
        .contains(Issue.EMPTY_SID_VALUE, Issue.MISMATCHED_ACTION_FOR_PRINCIPAL);
    var sid = place(findings, Issue.EMPTY_SID_VALUE, 0);
    assertThat(sid.path())
        .containsExactly(new Step.Value("Statement"), new Step.Index(0), new Step.Value("Sid"));
    assertThat(List.of(sid.start(), sid.end())).containsExactly(79, 81);
    var action = place(findings, Issue.MISMATCHED_ACTION_FOR_PRINCIPAL, 0);
    assertThat(List.of(action.start(), action.end())).containsExactly(258, 274);
    var principal = place(findings, Issue.MISMATCHED_ACTION_FOR_PRINCIPAL, 1);
    assertThat(List.of(principal.start(), principal.end())).containsExactly(170, 202);
    assertThat(principal.path()).endsWith(new Step.Value("Principal"), new Step.Value("Federated"));
  }

  private static Location place(List<Finding> findings, Issue issue, int number) {
    return findings.stream()
        .filter(finding -> finding.issue() == issue)
        .findFirst()
        .orElseThrow()
        .locations()
        .get(number);
  }

  @Test
  void linksLeadToTheReference() {
    assertThat(Issue.PASS_ROLE_WITH_STAR_IN_RESOURCE.learnMoreLink())
        .endsWith(
            "#access-analyzer-reference-policy-checks-security-warning-pass-role-with-star-in-resource");
    assertThat(Issue.INVALID_DATE_VALUE.learnMoreLink())
        .endsWith("#access-analyzer-reference-policy-checks-general-warning-invalid-date-value");
  }

  @Test
  void hostilePoliciesAreAnsweredQuickly() {
    var manyWildcards =
        new StringBuilder(
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[");
    for (int i = 0; i < 40_000; i++) {
      manyWildcards.append(i == 0 ? "" : ",").append("\"s3:*a*b*c*").append(i).append("*\"");
    }
    manyWildcards.append("],\"Resource\":\"*\"}]}");
    var inputs =
        List.of(
            manyWildcards.toString(),
            "[".repeat(1_000_000),
            "{\"Statement\":" + "{\"a\":".repeat(10_000),
            "{\"Statement\":[{\"Resource\":\"arn:aws:s3:::" + "*a".repeat(1_000_000) + "\"}]}",
            "{\"Statement\":[" + "{},".repeat(500_000) + "{}]}",
            "\"\\ud800\"",
            "");
    for (var input : inputs) {
      var findings =
          assertTimeout(
              Duration.ofSeconds(10),
              () -> VALIDATOR.validate(input, PolicyType.IDENTITY_POLICY, null));
      assertThat(findings).hasSizeBetween(1, Findings.MOST);
    }
  }
}
