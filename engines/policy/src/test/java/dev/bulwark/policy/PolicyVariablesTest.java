package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.USER;
import static dev.bulwark.policy.Policies.allows;
import static dev.bulwark.policy.Policies.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyVariablesTest {
  private static final Context ALICE =
      Context.builder()
          .put("aws:username", "alice")
          .put("aws:PrincipalTag/team", "red*")
          .put("s3:prefix", "home/alice/x")
          .putAll("aws:TagKeys", List.of("only"))
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          b/${aws:username}/*                       | b/alice/k          | true
          b/${AWS:UserName}/*                       | b/alice/k          | true
          b/${aws:username}/*                       | b/bob/k            | false
          b/${aws:username, 'none'}/*               | b/alice/k          | true
          b/${aws:PrincipalTag/unit, 'none'}/*      | b/none/k           | true
          b/${aws:PrincipalTag/unit,'none'}/*       | b/none/k           | true
          b/${aws:PrincipalTag/unit, ''}k           | b/k                | true
          b/${aws:PrincipalTag/unit}/*              | b//k               | false
          b/${aws:PrincipalTag/unit}*               | b/k                | false
          b/${aws:TagKeys}                          | b/only             | false
          b/${aws:PrincipalTag/team}                | b/red*             | true
          b/${aws:PrincipalTag/team}                | b/redder           | false
          b/${*}                                    | b/*                | true
          b/${*}                                    | b/k                | false
          b/${?}x                                   | b/?x               | true
          b/${?}x                                   | b/yx               | false
          b/${$}{aws:username}                      | b/${aws:username}  | true
          b/${aws:username                          | b/${aws:username   | true
          b/${aws:username}-${aws:username}         | b/alice-alice      | true
          """)
  void stand(String pattern, String key, boolean expected) {
    // Quotes of defaults would be taken for those of the document by the helper.
    var statement =
        "{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::@'}"
            .replace('\'', '"')
            .replace("@", pattern);
    assertThat(allowsRaw("2012-10-17", statement, "arn:aws:s3:::" + key)).isEqualTo(expected);
  }

  @Test
  void areLiteralInTheOldVersion() {
    var statement =
        "{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/${aws:username}\"}";
    var policy =
        Policies.parse(
            PolicyKind.RESOURCE, "{\"Version\":\"2008-10-17\",\"Statement\":" + statement + "}");
    var policies =
        PolicySet.builder()
            .resource(PolicyBundle.of(policy.attachedAs("b", PolicyType.RESOURCE_BASED)))
            .build();
    assertThat(decide(policies, "arn:aws:s3:::b/alice")).isFalse();
    assertThat(decide(policies, "arn:aws:s3:::b/${aws:username}")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          StringLike      | home/${aws:username}/*   | true
          StringLike      | home/${aws:userid}/*     | false
          StringNotLike   | home/${aws:userid}/*     | true
          StringNotLike   | home/${aws:username}/*   | false
          StringEquals    | home/${aws:username}/x   | true
          StringEquals    | home/${aws:username}/y   | false
          """)
  void standInConditions(String operator, String value, boolean expected) {
    var statement =
        "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'"
            + operator
            + "':{'s3:prefix':'"
            + value
            + "'}}}";
    assertThat(allows("s3:ListBucket", "arn:aws:s3:::b", ALICE, statement)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arn:aws:iam::*:role/${aws:PrincipalTag/team}       | red                   | arn:aws:iam::111122223333:role/red           | true
          arn:aws:iam::*:role/${aws:PrincipalTag/team}       | blue                  | arn:aws:iam::111122223333:role/red           | false
          arn:aws:iam::${aws:PrincipalTag/team}:role/reader  | 111122223333          | arn:aws:iam::111122223333:role/reader        | true
          arn:aws:iam::${aws:PrincipalTag/team}:role/reader  | 444455556666          | arn:aws:iam::111122223333:role/reader        | false
          arn:aws:iam::${aws:PrincipalTag/team}:reader       | 111122223333:role/x   | arn:aws:iam::111122223333:role/x:reader      | false
          arn:aws:iam::${aws:PrincipalTag/team}:role/reader  | *                     | arn:aws:iam::111122223333:role/reader        | false
          arn:aws:iam::*:role/${aws:PrincipalTag/none, 'd'}  | red                   | arn:aws:iam::111122223333:role/d             | true
          arn:aws:iam::*:role/${aws:PrincipalTag/none}       | red                   | arn:aws:iam::111122223333:role/              | false
          """)
  void stayWithinTheirPartOfAnArn(String pattern, String tag, String arn, boolean expected) {
    var context =
        Context.builder().put("aws:PrincipalTag/team", tag).put("aws:SourceArn", arn).build();
    var policy =
        Policies.parse(
            PolicyKind.IDENTITY,
            """
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"ArnLike":{"aws:SourceArn":"%s"}}}}"""
                .formatted(pattern));
    var policies =
        PolicySet.builder()
            .identity(PolicyBundle.of(policy.attachedAs("p", PolicyType.IDENTITY_BASED)))
            .build();
    assertThat(
            PolicyEvaluator.evaluate(request(USER, "s3:GetObject", "*", null, context), policies)
                .allowed())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uffff", "al\uffff", "\ufffe\ufffe\ufffe\ufffe\ufffe"})
  void bringNoWildcardsIn(String userName) {
    var context = Context.builder().put("aws:username", userName).put("s3:prefix", "alice").build();
    assertThat(
            allows(
                "s3:GetObject",
                "arn:aws:s3:::alice",
                context,
                "{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::${aws:username}'}"))
        .isFalse();
    assertThat(
            allows(
                "s3:GetObject",
                "*",
                context,
                "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'StringLike':{'s3:prefix':'${aws:username}'}}}"))
        .isFalse();
  }

  @Test
  void withoutValueInNotResourceMatchNothing() {
    var statement = "{'Effect':'Allow','Action':'*','NotResource':'arn:aws:s3:::b/${aws:userid}'}";
    assertThat(allows("s3:GetObject", "arn:aws:s3:::b/x", ALICE, statement)).isTrue();
  }

  @Test
  void areListedWithTheKeysOfConditions() throws PolicyException {
    var policy =
        Policy.parse(
            Policies.document(
                "{'Effect':'Allow','Action':'*','Resource':'arn:aws:s3:::${aws:username}','Condition':"
                    + "{'StringLike':{'S3:Prefix':'${aws:PrincipalTag/team}/*'}}}"),
            PolicyKind.IDENTITY);
    assertThat(policy.contextKeys())
        .containsExactly("aws:principaltag/team", "aws:username", "s3:prefix");
  }

  private static boolean allowsRaw(String version, String statement, String resource) {
    var policy =
        Policies.parse(
            PolicyKind.IDENTITY,
            "{\"Version\":\"" + version + "\",\"Statement\":" + statement + "}");
    return decide(
        PolicySet.builder()
            .identity(PolicyBundle.of(policy.attachedAs("p", PolicyType.IDENTITY_BASED)))
            .build(),
        resource);
  }

  private static boolean decide(PolicySet policies, String resource) {
    return PolicyEvaluator.evaluate(request(USER, "s3:GetObject", resource, null, ALICE), policies)
        .allowed();
  }
}
