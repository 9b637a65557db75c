package dev.bulwark.analysis.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Requester;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyComparisonTest {
  private static final String ALLOW =
      "{'Effect':'Allow','Action':'s3:Get*','Resource':'arn:aws:s3:::b/*'}";

  static Policy policy(PolicyKind kind, String... statements) {
    var text =
        "{\"Version\":\"2012-10-17\",\"Statement\":["
            + String.join(",", statements).replace('\'', '"')
            + "]}";
    try {
      return Policy.parse(text, kind);
    } catch (PolicyException e) {
      throw new IllegalArgumentException(e.getMessage() + ": " + text, e);
    }
  }

  private static Policy identity(String... statements) {
    return policy(PolicyKind.IDENTITY, statements);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
      {'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}         | true
      {'Effect':'Allow','Action':'S3:getobject','Resource':'arn:aws:s3:::b/a/*'}       | true
      {'Effect':'Allow','Action':['s3:GetObject','s3:Get?cl'],'Resource':'arn:aws:s3:::b/*'} | true
      {'Effect':'Allow','Action':'s3:*Object','Resource':'arn:aws:s3:::b/*'}           | false
      {'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::*'}           | false
      {'Effect':'Allow','Action':'s3:PutObject','Resource':'arn:aws:s3:::b/*'}         | false
      {'Effect':'Allow','NotAction':'iam:*','Resource':'arn:aws:s3:::b/*'}             | false
      {'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/${aws:username}/*'} | true
      {'Effect':'Deny','Action':'s3:*','Resource':'*'}                                 | true
      """)
  void newAccessIsWhatTheExistingPolicyDoesNotCover(String statement, boolean passes) {
    assertThat(PolicyComparison.newAccess(identity(statement), identity(ALLOW)).isEmpty())
        .isEqualTo(passes);
  }

  @Test
  void deniesAndConditionsCount() {
    var everything = "{'Effect':'Allow','Action':'*','Resource':'*'}";
    var noIam = "{'Effect':'Deny','Action':'iam:*','Resource':'*'}";
    var organization = "'Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}}";
    // A deny that goes away gives access.
    assertThat(PolicyComparison.newAccess(identity(everything), identity(everything, noIam)))
        .containsExactly(new Reason(0, null));
    assertThat(PolicyComparison.newAccess(identity(everything, noIam), identity(everything, noIam)))
        .isEmpty();
    assertThat(
            PolicyComparison.newAccess(
                identity(everything, noIam),
                identity("{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}")))
        .describedAs("what is left of all without IAM is not seen as one set")
        .isNotEmpty();
    assertThat(
            PolicyComparison.newAccess(
                identity("{'Effect':'Allow','NotAction':['iam:*','s3:*'],'Resource':'*'}"),
                identity(everything, noIam)))
        .isEmpty();
    var conditioned = "{'Effect':'Allow','Action':'*','Resource':'*'," + organization;
    assertThat(PolicyComparison.newAccess(identity(conditioned), identity(everything))).isEmpty();
    assertThat(PolicyComparison.newAccess(identity(everything), identity(conditioned)))
        .isNotEmpty();
    assertThat(
            PolicyComparison.newAccess(
                identity(
                    everything,
                    "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringNotEquals':{'aws:PrincipalOrgID':'o-1'}}}"),
                identity(conditioned)))
        .isEmpty();
    assertThat(
            PolicyComparison.newAccess(
                identity(
                    everything,
                    "{'Effect':'Deny','NotAction':['s3:Get*','s3:List*'],'Resource':'*'}"),
                identity("{'Effect':'Allow','Action':['s3:List*','s3:Get*'],'Resource':'*'}")))
        .isEmpty();
  }

  @Test
  void principalsCount() {
    var account = "{'AWS':'arn:aws:iam::111122223333:root'}";
    var user = "{'AWS':'arn:aws:iam::111122223333:user/a'}";
    assertThat(newAccessTo(user, "'*'")).isEmpty();
    assertThat(newAccessTo(account, "'*'")).isEmpty();
    assertThat(newAccessTo("'*'", account)).isNotEmpty();
    assertThat(newAccessTo(user, account))
        .describedAs("a user who is named needs no policy of its own")
        .isNotEmpty();
    assertThat(newAccessTo("{'AWS':['111122223333','444455556666']}", account)).isNotEmpty();
    assertThat(newAccessTo("{'Service':'ec2.amazonaws.com'}", "{'Service':'ec2.amazonaws.com'}"))
        .isEmpty();
  }

  private static List<Reason> newAccessTo(String principal, String before) {
    var statement = "{'Effect':'Allow','Principal':%s,'Action':'s3:GetObject','Resource':'*'}";
    return PolicyComparison.newAccess(
        policy(PolicyKind.RESOURCE, statement.formatted(principal)),
        policy(PolicyKind.RESOURCE, statement.formatted(before)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
      s3:GetObject    | *                     | 0
      s3:PutObject    | *                     |
      s3:*Acl         | *                     | 0
      iam:CreateUser  | arn:aws:iam::1:user/a | 1
      iam:DeleteUser  | arn:aws:iam::1:user/a |
      iam:CreateUser  | arn:aws:s3:::b        |
      """)
  void accessIsNotGrantedWhereNoStatementMeetsIt(String action, String resource, Integer index) {
    var policy =
        identity(
            ALLOW,
            "{'Sid':'Users','Effect':'Allow','Action':'iam:*','Resource':'arn:aws:iam::*:user/*'}",
            "{'Effect':'Deny','Action':'iam:Delete*','Resource':'*'}");
    assertThat(PolicyComparison.granting(policy, List.of(action), List.of(resource)))
        .extracting(Reason::statementIndex)
        .containsExactlyElementsOf(index == null ? List.of() : List.of(index));
  }

  @Test
  void thousandsOfWildcardsAreRefusedOrAnsweredInTime() {
    var actions = new StringBuilder();
    var resources = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      actions.append(i == 0 ? "" : ",").append("'s3:*a*").append(i).append("*'");
      resources.append(i == 0 ? "" : ",").append("'arn:aws:s3:::*b*").append(i).append("*'");
    }
    var policy =
        identity("{'Effect':'Allow','Action':[" + actions + "],'Resource':[" + resources + "]}");
    assertThat(PolicyComparison.newAccess(policy, policy)).isEmpty();
    try {
      assertThat(PolicyComparison.newAccess(policy, identity(ALLOW))).isNotEmpty();
    } catch (TooComplexException e) {
      assertThat(e).hasMessageContaining("too complex");
    }
  }

  // Random policies, judged by the evaluator

  private static final List<String> ACTIONS =
      List.of("s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "iam:PassRole", "iam:GetRole");
  private static final List<String> ACTION_PATTERNS =
      List.of(
          "*", "s3:*", "s3:Get*", "s3:*Object", "s3:GetObject", "iam:*", "iam:?assRole", "*:Get*");
  private static final List<String> RESOURCES =
      List.of("arn:aws:s3:::a/1", "arn:aws:s3:::b/1", "arn:aws:iam::111122223333:role/a");
  private static final List<String> RESOURCE_PATTERNS =
      List.of(
          "*", "arn:aws:s3:::*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/?", "arn:aws:iam::*:role/*");
  private static final List<String> CONDITIONS =
      List.of(
          "'StringEquals':{'aws:PrincipalOrgID':'o-1'}",
          "'StringNotEquals':{'aws:PrincipalOrgID':'o-1'}",
          "'StringLike':{'aws:PrincipalOrgID':['o-*','x']}",
          "'StringEqualsIfExists':{'aws:PrincipalOrgID':['o-1','o-2']}",
          "'Null':{'aws:PrincipalOrgID':'false'}",
          "'Bool':{'aws:SecureTransport':'true'}",
          "'Bool':{'aws:SecureTransport':'false'}",
          "'BoolIfExists':{'aws:SecureTransport':'true'}",
          "'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}",
          "'NotIpAddress':{'aws:SourceIp':'203.0.113.0/28'}",
          "'NumericLessThan':{'s3:max-keys':'10'}",
          "'ForAllValues:StringEquals':{'aws:TagKeys':['a','b']}",
          "'ForAnyValue:StringEquals':{'aws:TagKeys':'a'}",
          "'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::111122223333:user/*'}");
  private static final List<String> PRINCIPALS =
      List.of(
          "'*'",
          "{'AWS':'111122223333'}",
          "{'AWS':'arn:aws:iam::111122223333:user/a'}",
          "{'AWS':['444455556666','arn:aws:iam::111122223333:role/r']}",
          "{'Service':'ec2.amazonaws.com'}");
  private static final List<Requester> REQUESTERS =
      List.of(
          new Requester.IamUser(
              "111122223333", "arn:aws:iam::111122223333:user/a", "AIDAEXAMPLEALICE0001"),
          new Requester.RoleSession(
              "111122223333",
              "arn:aws:iam::111122223333:role/r",
              "arn:aws:sts::111122223333:assumed-role/r/s",
              "AROAEXAMPLEWORKER001"),
          new Requester.AccountRoot("444455556666"),
          new Requester.ServicePrincipal("ec2.amazonaws.com"),
          new Requester.Anonymous());

  private final Random random = new Random(20260102);

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private String statement(PolicyKind kind) {
    var text = new StringBuilder("{'Effect':'").append(random.nextInt(4) == 0 ? "Deny" : "Allow");
    if (kind == PolicyKind.RESOURCE) {
      text.append(random.nextInt(6) == 0 ? "','NotPrincipal':" : "','Principal':")
          .append(one(PRINCIPALS));
    } else {
      text.append('\'');
    }
    text.append(random.nextInt(5) == 0 ? ",'NotAction':" : ",'Action':")
        .append(some(ACTION_PATTERNS))
        .append(random.nextInt(6) == 0 ? ",'NotResource':" : ",'Resource':")
        .append(some(RESOURCE_PATTERNS));
    if (random.nextInt(3) == 0) {
      text.append(",'Condition':{").append(one(CONDITIONS)).append('}');
    }
    return text.append('}').toString();
  }

  private String some(List<String> values) {
    return "['" + one(values) + "','" + one(values) + "']";
  }

  private String[] statements(PolicyKind kind) {
    var statements = new String[1 + random.nextInt(3)];
    for (int i = 0; i < statements.length; i++) {
      statements[i] = statement(kind);
    }
    return statements;
  }

  private Context context() {
    var context = Context.builder();
    if (random.nextBoolean()) {
      context.put("aws:PrincipalOrgID", one(List.of("o-1", "o-2", "x", "y")));
    }
    if (random.nextBoolean()) {
      context.put("aws:SecureTransport", one(List.of("true", "false")));
    }
    if (random.nextBoolean()) {
      context.put("aws:SourceIp", one(List.of("203.0.113.7", "203.0.113.77", "198.51.100.1")));
    }
    if (random.nextBoolean()) {
      context.put("s3:max-keys", one(List.of("5", "50")));
    }
    if (random.nextBoolean()) {
      context.putAll("aws:TagKeys", one(List.of(List.of("a"), List.of("a", "c"), List.of("c"))));
    }
    if (random.nextBoolean()) {
      context.put("aws:PrincipalArn", one(List.of("arn:aws:iam::111122223333:user/a", "x")));
    }
    return context.build();
  }

  private static boolean allows(Policy policy, AuthorizationRequest request) {
    var policies = PolicySet.builder();
    if (policy.kind() == PolicyKind.IDENTITY) {
      policies.identity(PolicyBundle.of(policy.attachedAs("p", PolicyType.IDENTITY_BASED)));
    } else {
      policies.resource(PolicyBundle.of(policy.attachedAs("p", PolicyType.RESOURCE_BASED)));
    }
    return PolicyEvaluator.evaluate(request, policies.build()).allowed();
  }

  @Test
  void whatPassesAllowsNoSampledRequestThatWasNotAllowed() {
    int passed = 0;
    for (int i = 0; i < 6_000; i++) {
      var kind = i % 2 == 0 ? PolicyKind.IDENTITY : PolicyKind.RESOURCE;
      var texts = statements(kind);
      var updated = policy(kind, texts);
      texts[random.nextInt(texts.length)] = statement(kind);
      var existing = policy(kind, i % 3 == 0 ? statements(kind) : texts);
      if (!PolicyComparison.newAccess(updated, existing).isEmpty()) {
        continue;
      }
      passed++;
      for (int sample = 0; sample < 60; sample++) {
        var request =
            new AuthorizationRequest(
                kind == PolicyKind.IDENTITY ? REQUESTERS.getFirst() : one(REQUESTERS),
                one(ACTIONS),
                one(RESOURCES),
                "111122223333",
                context());
        if (allows(updated, request)) {
          assertThat(allows(existing, request))
              .describedAs("%s%n%s%n%s", request, updated.statements(), existing.statements())
              .isTrue();
        }
      }
    }
    assertThat(passed).isGreaterThan(300);
  }

  @Test
  void nothingIsNewAgainstItself() {
    for (int i = 0; i < 500; i++) {
      var kind = i % 2 == 0 ? PolicyKind.IDENTITY : PolicyKind.RESOURCE;
      var policy = policy(kind, statements(kind));
      assertThat(PolicyComparison.newAccess(policy, policy))
          .describedAs("%s", policy.statements())
          .isEmpty();
    }
  }

  @Test
  void anAllowOfSomethingElseIsNew() {
    for (int i = 0; i < 200; i++) {
      var existing = statements(PolicyKind.IDENTITY);
      var updated = new ArrayList<>(List.of(existing));
      updated.add(
          "{'Effect':'Allow','Action':'sqs:SendMessage','Resource':'arn:aws:sqs:us-east-1:1:q'}");
      var request =
          new AuthorizationRequest(
              REQUESTERS.getFirst(),
              "sqs:SendMessage",
              "arn:aws:sqs:us-east-1:1:q",
              null,
              Context.EMPTY);
      var before = identity(existing);
      var after = identity(updated.toArray(String[]::new));
      if (allows(after, request) && !allows(before, request)) {
        assertThat(PolicyComparison.newAccess(after, before)).isNotEmpty();
      }
    }
  }

  /** Without a set operator neither a condition on several values nor its negation holds. */
  @ParameterizedTest
  @CsvSource({"aws:PrincipalOrgID, true", "aws:PrincipalOrgPaths, false", "aws:TagKeys, false"})
  void onlyConditionsOnOneValueHaveAContrary(String key, boolean has) {
    var deny =
        identity(
            "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{'StringNotLike':{'%s':'o-a*'}}}"
                .formatted(key));
    var condition = deny.statements().getFirst().conditions().getFirst();
    assertThat(ConditionLogic.negation(condition).isPresent()).isEqualTo(has);
  }
}
