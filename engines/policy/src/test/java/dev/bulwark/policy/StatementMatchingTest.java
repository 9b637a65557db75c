package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.allow;
import static dev.bulwark.policy.Policies.allows;
import static dev.bulwark.policy.Policies.deny;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementMatchingTest {
  private static boolean may(String action, String resource, String... statements) {
    return allows(action, resource, Context.EMPTY, statements);
  }

  @ParameterizedTest
  @CsvSource({
    "s3:GetObject,s3:GetObject,true",
    "S3:getobject,s3:GetObject,true",
    "s3:GetObject,S3:GETOBJECT,true",
    "s3:GetObject,s3:GetObjectAcl,false",
    "s3:Get*,s3:GetObject,true",
    "s3:get*,s3:GetObject,true",
    "s3:Get*,s3:PutObject,false",
    "s3:*Object,s3:PutObject,true",
    "s3:???Object,s3:PutObject,true",
    "s3:???Object,s3:DeleteObject,false",
    "s3:*,s3:GetObject,true",
    "s3:*,s3-outposts:GetObject,false",
    "*,iam:CreateUser,true",
    "*:*,iam:CreateUser,true"
  })
  void matchesActionsWithoutRegardToCase(String pattern, String action, boolean expected) {
    assertThat(may(action, "*", allow(pattern, "*"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:s3:::b/k,arn:aws:s3:::b/k,true",
    "arn:aws:s3:::b/k,arn:aws:s3:::b/K,false",
    "arn:aws:s3:::b/*,arn:aws:s3:::b/a/b/c,true",
    "arn:aws:s3:::b/*,arn:aws:s3:::b,false",
    "arn:aws:s3:::b*,arn:aws:s3:::b/x,true",
    "arn:aws:sqs:*:111122223333:q,arn:aws:sqs:eu-west-1:111122223333:q,true",
    "arn:aws:sqs:*:111122223333:q,arn:aws:sqs:eu-west-1:444455556666:q,false",
    "arn:aws:logs:*:*:log-group:app:*,arn:aws:logs:eu-west-1:111122223333:log-group:app:log-stream:s,true",
    "*,arn:aws:s3:::b,true",
    "*,*,true",
    "arn:aws:s3:::b,*,false"
  })
  void matchesResourcesWithRegardToCase(String pattern, String resource, boolean expected) {
    assertThat(may("s3:GetObject", resource, allow("*", pattern))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "iam:CreateUser,false",
    "iam:GetUser,false",
    "s3:GetObject,true",
    "sts:GetCallerIdentity,false"
  })
  void notActionCoversTheOthers(String action, boolean expected) {
    assertThat(
            may(
                action,
                "*",
                "{'Effect':'Allow','NotAction':['iam:*','sts:GetCallerIdentity'],'Resource':'*'}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"arn:aws:s3:::hr,false", "arn:aws:s3:::hr/x,false", "arn:aws:s3:::web/x,true"})
  void notResourceCoversTheOthers(String resource, boolean expected) {
    assertThat(
            may(
                "s3:GetObject",
                resource,
                "{'Effect':'Allow','Action':'s3:*','NotResource':['arn:aws:s3:::hr','arn:aws:s3:::hr/*']}"))
        .isEqualTo(expected);
  }

  @Test
  void explicitDenyWins() {
    assertThat(
            may(
                "s3:GetObject",
                "arn:aws:s3:::b/k",
                allow("*", "*"),
                deny("s3:GetObject", "arn:aws:s3:::b/*")))
        .isFalse();
    assertThat(
            may(
                "s3:GetObject",
                "arn:aws:s3:::c/k",
                allow("*", "*"),
                deny("s3:GetObject", "arn:aws:s3:::b/*")))
        .isTrue();
    assertThat(
            may(
                "s3:PutObject",
                "*",
                allow("s3:*", "*"),
                "{'Effect':'Deny','NotAction':'s3:Get*','Resource':'*'}"))
        .isFalse();
  }

  @Test
  void nothingIsAllowedByDefault() {
    assertThat(may("s3:GetObject", "*", allow("ec2:*", "*"))).isFalse();
  }
}
