package dev.bulwark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Statements that come near to allowing a request, and fingerprints of policies. */
class NearMissTest {
  private static final String ARN = "arn:aws:s3:::reports/march.csv";

  private static PolicyBundle bundle(String statements) throws PolicyException {
    return PolicyBundle.of(
        Policy.parse(
                "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}",
                PolicyKind.IDENTITY)
            .attachedAs("p", PolicyType.IDENTITY_BASED));
  }

  private static AuthorizationRequest request() {
    return new AuthorizationRequest(
        new Requester.IamUser("123456789012", "arn:aws:iam::123456789012:user/ada", "AIDAADA"),
        "s3:GetObject",
        ARN,
        null,
        Context.builder().put("aws:PrincipalTag/team", "blue").build());
  }

  @Test
  void tellsWhatKeepsStatementsFromAllowing() throws PolicyException {
    var identity =
        bundle(
            "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::other/*\"},"
                + "{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\",\"Condition\":{"
                + "\"StringEquals\":{\"aws:PrincipalTag/team\":\"red\"},\"Bool\":{\"aws:SecureTransport\":\"true\"}}},"
                + "{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\",\"Resource\":\"*\"},"
                + "{\"Effect\":\"Deny\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::other/*\"}");
    var misses =
        PolicyEvaluator.nearMisses(request(), PolicySet.builder().identity(identity).build(), 5);
    assertThat(misses).extracting(miss -> miss.statement().index()).containsExactly(1, 0);
    assertThat(misses.getFirst().resource()).isTrue();
    assertThat(misses.getFirst().failed())
        .extracting(failed -> failed.condition().key() + " " + failed.actual())
        .containsExactly("aws:PrincipalTag/team [blue]", "aws:SecureTransport []");
    assertThat(misses.getLast().resource()).isFalse();
    assertThat(misses.getLast().failed()).isEmpty();
    assertThat(PolicyEvaluator.nearMisses(request(), set(identity), 1)).hasSize(1);
  }

  private static PolicySet set(PolicyBundle identity) {
    return PolicySet.builder().identity(identity).build();
  }

  @Test
  void hasNoneWhereALayerAllows() throws PolicyException {
    var identity =
        bundle(
            "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"},"
                + "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::other/*\"}");
    assertThat(PolicyEvaluator.nearMisses(request(), set(identity), 5)).isEmpty();
  }

  @Test
  void fingerprintsTellPoliciesApart() throws PolicyException {
    var allow = "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}";
    var one = set(bundle(allow)).fingerprints();
    assertThat(one).matches("identity=[0-9a-f]{16}").isEqualTo(set(bundle(allow)).fingerprints());
    assertThat(set(bundle(allow.replace("Get", "Put"))).fingerprints()).isNotEqualTo(one);
    assertThat(set(PolicyBundle.EMPTY).fingerprints()).isEmpty();
    assertThat(
            PolicySet.builder()
                .identity(bundle(allow))
                .permissionsBoundary(bundle(allow))
                .build()
                .fingerprints())
        .matches("identity=[0-9a-f]{16},boundary=[0-9a-f]{16}");
  }
}
