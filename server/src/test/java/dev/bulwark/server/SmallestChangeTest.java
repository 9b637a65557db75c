package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What would allow a denied request. */
class SmallestChangeTest {
  private static final String ADA = "arn:aws:iam::123456789012:user/ada";

  private static List<String> changes(String decision) {
    return SmallestChange.of(
        new JsonMapper().readTree(decision.replace('\'', '"')), ADA, "123456789012");
  }

  private static String step(String type, int level, String outcome, String matched) {
    return "{'type':'%s','level':%d,'outcome':'%s','matched':[%s],'missing':[]}"
        .formatted(type, level, outcome, matched);
  }

  private static String match(String policy, String effect) {
    return "{'policy':'%s','statement':0,'sid':'S','effect':'%s','conditions':[]}"
        .formatted(policy, effect);
  }

  private static String decision(String facts, String... steps) {
    return "{'action':'s3:GetObject','resource':'arn:aws:s3:::reports/a',%s,'steps':[%s],'nearMisses':[]}"
        .formatted(facts, String.join(",", steps));
  }

  @Test
  void withinAnAccountOneGrantIsEnough() {
    assertThat(
            changes(
                decision(
                    "'outcome':'IMPLICIT_DENY','type':'IDENTITY_BASED'",
                    step("RESOURCE_BASED", 0, "IMPLICIT_DENY", ""),
                    step("IDENTITY_BASED", 0, "IMPLICIT_DENY", ""))))
        .containsExactly(
            "Allow s3:GetObject on arn:aws:s3:::reports/a in an identity-based policy of "
                + ADA
                + ".");
  }

  @Test
  void acrossAccountsBothSidesHaveToAllow() {
    assertThat(
            changes(
                decision(
                    "'owner':'999999999999','outcome':'IMPLICIT_DENY','type':'IDENTITY_BASED'",
                    step("IDENTITY_BASED", 0, "IMPLICIT_DENY", ""))))
        .containsExactly(
            "Allow s3:GetObject on arn:aws:s3:::reports/a to the principal "
                + ADA
                + " in the policy of the resource.",
            "Allow s3:GetObject on arn:aws:s3:::reports/a in an identity-based policy of "
                + ADA
                + ".");
  }

  @Test
  void eachLayerThatLimitsHasToAllowToo() {
    assertThat(
            changes(
                decision(
                    "'outcome':'IMPLICIT_DENY','type':'SERVICE_CONTROL'",
                    step("SERVICE_CONTROL", 0, "ALLOW", match("FullAWSAccess", "ALLOW")),
                    step("SERVICE_CONTROL", 1, "IMPLICIT_DENY", ""),
                    step("IDENTITY_BASED", 0, "ALLOW", match("p", "ALLOW")),
                    step("PERMISSIONS_BOUNDARY", 0, "IMPLICIT_DENY", ""))))
        .containsExactly(
            "Allow s3:GetObject on arn:aws:s3:::reports/a in the service control policies at level 1 below the root of the organization.",
            "Allow s3:GetObject on arn:aws:s3:::reports/a in the permissions boundary.");
  }

  @Test
  void explicitDeniesHaveToGo() {
    assertThat(
            changes(
                decision(
                    "'outcome':'EXPLICIT_DENY','type':'SERVICE_CONTROL','keys':[{'key':'aws:sourceip','values':['192.0.2.1']}]",
                    step(
                        "SERVICE_CONTROL",
                        0,
                        "EXPLICIT_DENY",
                        "{'policy':'p-deny','statement':1,'sid':'Outside','effect':'DENY','conditions':[{'operator':'NotIpAddress','key':'aws:SourceIp','wanted':['10.0.0.0/8']}]},"
                            + match("FullAWSAccess", "ALLOW")),
                    step("IDENTITY_BASED", 0, "ALLOW", match("p", "ALLOW")))))
        .containsExactly(
            "Take statement 2 (Outside) out of p-deny, or narrow it: it denies s3:GetObject on arn:aws:s3:::reports/a while aws:SourceIp is 192.0.2.1.");
  }

  @Test
  void trustPoliciesHaveToNameThePrincipal() {
    var role = "arn:aws:iam::123456789012:role/reader";
    assertThat(
            changes(
                "{'action':'sts:AssumeRole','resource':'"
                    + role
                    + "','outcome':'IMPLICIT_DENY','type':'ROLE_TRUST','mustAllow':true,'steps':["
                    + step("ROLE_TRUST", 0, "IMPLICIT_DENY", "")
                    + ","
                    + step("IDENTITY_BASED", 0, "ALLOW", match("p", "ALLOW"))
                    + "],'nearMisses':[{'type':'ROLE_TRUST','level':0,'statement':0,'aboutResource':true,'aboutPrincipal':true,"
                    + "'failed':[{'operator':'StringEquals','key':'sts:ExternalId','wanted':['x'],'actual':[]}]}]}"))
        .containsExactly(
            "Allow sts:AssumeRole to the principal "
                + ADA
                + " in the trust policy of "
                + role
                + ". Nearest is statement 1 of the trust policy, which wants sts:ExternalId StringEquals x, and the request had no such key.");
  }
}
