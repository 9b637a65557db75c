package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.USER;
import static dev.bulwark.policy.Policies.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents made to break or to stall the parser end in a modelled error, and soon. */
class HostileInputTest {
  private static final PolicyLimits WIDE = new PolicyLimits(4_000_000, 2_000, 20_000);

  private static final List<String> SEEDS =
      List.of(
          """
          {"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A1","Effect":"Allow","Action":["s3:Get*","iam:*"],
          "Resource":["arn:aws:s3:::b/${aws:username, 'x'}/*","*"],"Condition":{"StringLike":{"aws:PrincipalTag/t":["a*","b"]},
          "IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},
          "NumericLessThan":{"a":10},"Bool":{"b":true},"Null":{"c":"false"},"BinaryEquals":{"d":"QUJD"},
          "ForAllValues:ArnLike":{"e":"arn:aws:iam::*:role/*"}}}]}""",
          """
          {"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":["111122223333","*"],"Service":"ec2.amazonaws.com"},
          "NotAction":"s3:*","NotResource":"arn:aws:s3:::b"}}""",
          """
          {"Statement":[{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},
          "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"x"}}}]}""");

  private static void assertRefusedSoon(String document) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(1),
        () ->
            assertThatThrownBy(() -> Policy.parse(document, PolicyKind.IDENTITY, WIDE))
                .isInstanceOf(PolicyException.class));
  }

  @ParameterizedTest
  @EnumSource
  void mutatedDocumentsParseOrFailAsModelled(PolicyKind kind) {
    var random = new Random(kind.ordinal());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (int i = 0; i < 5_000; i++) {
            parseAndAsk(mutate(SEEDS.get(i % SEEDS.size()), random), kind);
          }
        });
  }

  private static void parseAndAsk(String document, PolicyKind kind) {
    try {
      var policy = Policy.parse(document, kind);
      var bundle = PolicyBundle.of(policy.attachedAs("p", PolicyType.RESOURCE_BASED));
      var context =
          Context.of(key -> ContextValue.ofAll(List.of(key, "10.0.0.1", "2026-01-01", "x")));
      PolicyEvaluator.explain(
          request(USER, "s3:GetObject", "arn:aws:s3:::b/k", null, context),
          PolicySet.builder().identity(bundle).resource(bundle).build());
    } catch (PolicyException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static String mutate(String seed, Random random) {
    var text = new StringBuilder(seed);
    String parts = "{}[]\",:*?$\\ntf019-./\u0000\u00e9\ud800\uffff'aA ";
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.setCharAt(at, parts.charAt(random.nextInt(parts.length())));
        case 2 -> text.insert(at, parts.charAt(random.nextInt(parts.length())));
        default -> {
          int end = Math.min(text.length(), at + random.nextInt(40));
          text.insert(random.nextInt(text.length()), text.substring(at, end));
        }
      }
    }
    return text.toString();
  }

  /** Each field of a statement, with {@code @} for what is put there. */
  private static final List<String> FIELDS =
      List.of(
          "{\"Sid\":\"@\",\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
          "{\"Effect\":\"@\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
          "{\"Effect\":\"Allow\",\"Action\":\"@\",\"Resource\":\"*\"}",
          "{\"Effect\":\"Deny\",\"NotAction\":[\"s3:@\"],\"Resource\":\"*\"}",
          "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"@\"}",
          "{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"NotResource\":\"arn:aws:s3:::@\"}",
          "{\"Effect\":\"Allow\",\"Principal\":\"@\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
          "{\"Effect\":\"Allow\",\"Principal\":{\"@\":\"x\"},\"Action\":\"sts:AssumeRole\"}",
          "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/@\"},\"Action\":\"sts:AssumeRole\"}",
          "{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"@\"]},\"Action\":\"sts:AssumeRole\"}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"@\":{\"a\":\"1\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"@\":\"1\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"a\":\"@\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"ArnLike\":{\"a\":\"@\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"DateLessThan\":{\"a\":\"@\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"NumericEquals\":{\"a\":\"@\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"a\":\"@\"}}}",
          "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"BinaryEquals\":{\"a\":\"@\"}}}");

  @ParameterizedTest
  @EnumSource
  void hostileTextInEveryField(PolicyKind kind) {
    var texts =
        List.of(
            "*".repeat(10_000),
            "?*".repeat(5_000),
            "${".repeat(5_000),
            "${aws:username,".repeat(2_000),
            "${*}${?}${$}".repeat(2_000),
            ":".repeat(10_000),
            "arn:aws:s3:::${aws:PrincipalTag/" + "x".repeat(10_000) + "}",
            "\\u0000\\ud800",
            "\u00e9\u4e2d\ud83d\ude00",
            "\\uffff\\ufffe",
            "9".repeat(10_000),
            "1e999999999",
            "::/".repeat(3_000),
            "",
            " ");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (var field : FIELDS) {
            for (var text : texts) {
              parseAndAsk(
                  "{\"Version\":\"2012-10-17\",\"Statement\":" + field.replace("@", text) + "}",
                  kind);
            }
          }
        });
  }

  @Test
  void deepNesting() {
    assertRefusedSoon("[".repeat(100_000));
    assertRefusedSoon("{\"Statement\":".repeat(100_000));
    assertRefusedSoon(
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":"
            + "{\"StringEquals\":".repeat(10_000)
            + "1"
            + "}".repeat(10_002));
  }

  @Test
  void twoMegabytes() {
    var action = "\"s3:" + "a".repeat(60) + "\"";
    var actions = IntStream.range(0, 32_000).mapToObj(i -> action).collect(Collectors.joining(","));
    var document =
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":["
            + actions
            + "],\"Resource\":\"*\"}}";
    assertThat(document.length()).isGreaterThan(2_000_000);
    assertRefusedSoon(document);
    assertThatThrownBy(() -> Policy.parse(document, PolicyKind.IDENTITY))
        .isInstanceOfSatisfying(
            PolicyException.class,
            e -> assertThat(e.problem()).isEqualTo(PolicyException.Problem.TOO_LARGE));
    assertRefusedSoon("{\"Version\":\"" + "1".repeat(2_000_000) + "\"}");
    assertRefusedSoon("{\"" + "V".repeat(2_000_000) + "\":1}");
    assertRefusedSoon(
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":"
            + "{\"NumericEquals\":{\"a\":"
            + "9".repeat(2_000_000)
            + "}}}}");
  }

  @Test
  void manyConditions() {
    var keys =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"k" + i + "\":\"v\"")
            .collect(Collectors.joining(","));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(1),
        () ->
            assertThatThrownBy(
                    () ->
                        Policy.parse(
                            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{"
                                + keys
                                + ",\"k0\":\"again\"}}}}",
                            PolicyKind.IDENTITY,
                            WIDE))
                .isInstanceOf(PolicyException.class));
  }

  @Test
  void patternsThatTrapBacktracking() throws PolicyException {
    var pattern = "arn:aws:s3:::" + "*a".repeat(3_000) + "b";
    var policy =
        Policy.parse(
            "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\""
                + pattern
                + "\"}}",
            PolicyKind.IDENTITY);
    var policies =
        PolicySet.builder()
            .identity(PolicyBundle.of(policy.attachedAs("p", PolicyType.IDENTITY_BASED)))
            .build();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(1),
        () ->
            assertThat(
                    PolicyEvaluator.evaluate(
                            request(USER, "s3:GetObject", "arn:aws:s3:::" + "a".repeat(6_000)),
                            policies)
                        .allowed())
                .isFalse());
  }

  @Test
  void contextValuesOfAnyKind() throws PolicyException {
    var policy = Policy.parse(SEEDS.getFirst(), PolicyKind.IDENTITY);
    var policies =
        PolicySet.builder()
            .identity(PolicyBundle.of(policy.attachedAs("p", PolicyType.IDENTITY_BASED)))
            .build();
    for (var value :
        List.of(
            "",
            "\u0000",
            "1e999999999",
            "9".repeat(100_000),
            ":::::",
            "::",
            "1.2.3.4.5",
            "\uffff",
            "-")) {
      var context = Context.of(key -> ContextValue.of(value));
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(1),
          () ->
              assertThat(
                      PolicyEvaluator.evaluate(
                              request(USER, "s3:GetObject", "arn:aws:s3:::b/x/k", null, context),
                              policies)
                          .allowed())
                  .isFalse());
    }
  }
}
