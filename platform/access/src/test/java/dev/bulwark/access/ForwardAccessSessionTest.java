package dev.bulwark.access;

import static dev.bulwark.access.Authorizations.KMS;
import static dev.bulwark.access.Authorizations.S3;
import static dev.bulwark.access.Authorizations.as;
import static dev.bulwark.access.Fixture.ACCOUNT;
import static dev.bulwark.access.Fixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Context;
import dev.bulwark.policy.Grant;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.Principals;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that asks another one for its caller, and what policies see of that. */
class ForwardAccessSessionTest {
  private static final String KEY = "arn:aws:kms:us-west-2:" + ACCOUNT + ":key/k";
  private static final AuthorizationTarget DECRYPT = AuthorizationTarget.of("kms:Decrypt", KEY);

  private static Authorizations when(String operator, String key, String value) {
    return new Authorizations()
        .allow(
            "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'%s':{'%s':'%s'}}}"
                .formatted(operator, key, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bool | aws:ViaAWSService | true",
        "Bool | aws:PrincipalIsAWSService | false",
        "StringEquals | kms:ViaService | s3.us-west-2.amazonaws.com",
        "ArnEquals | aws:PrincipalArn | arn:aws:iam::123456789012:user/alice",
        "StringEquals | aws:username | alice",
        "Bool | aws:SecureTransport | true",
        "Bool | aws:MultiFactorAuthPresent | false",
        "Null | aws:SourceIp | true",
        "Null | aws:UserAgent | true",
        "Null | aws:SourceArn | true",
        "Null | aws:CalledVia | true",
        "Null | aws:CalledViaFirst | true"
      })
  void showsInTheConditionKeys(String operator, String key, String value) {
    var authorizations = when(operator, key, value);
    assertThat(authorizations.refusal(as(ALICE).via("s3.amazonaws.com"), KMS, DECRYPT)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Bool | aws:ViaAWSService | true",
        "StringEquals | kms:ViaService | s3.us-west-2.amazonaws.com",
        "ForAnyValue:StringEquals | aws:CalledVia | dynamodb.amazonaws.com"
      })
  void callersThemselvesHaveNoneOfIt(String operator, String key, String value) {
    assertThat(when(operator, key, value).refusal(as(ALICE), KMS, DECRYPT)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ForAnyValue:StringEquals | aws:CalledVia | dynamodb.amazonaws.com",
        "ForAllValues:StringEquals | aws:CalledVia | cloudformation.amazonaws.com;dynamodb.amazonaws.com",
        "StringEquals | aws:CalledViaFirst | cloudformation.amazonaws.com",
        "StringEquals | aws:CalledViaLast | dynamodb.amazonaws.com",
        "StringEquals | kms:ViaService | s3.us-west-2.amazonaws.com"
      })
  void chainsKeepTheirOrderAndLeaveOutServicesThatAwsDoesNotList(
      String operator, String key, String values) {
    var who =
        as(ALICE)
            .via("cloudformation.amazonaws.com")
            .via("dynamodb.amazonaws.com")
            .via("s3.amazonaws.com");
    var list = "['" + String.join("','", values.split(";")) + "']";
    var authorizations =
        new Authorizations()
            .allow(
                "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'%s':{'%s':%s}}}"
                    .formatted(operator, key, list));
    assertThat(authorizations.refusal(who, KMS, DECRYPT)).isNull();
  }

  @Test
  void refusalsOfKeysAreNotInS3sWords() {
    assertThat(new Authorizations().refusal(as(ALICE).via("s3.amazonaws.com"), S3, DECRYPT))
        .isEqualTo(
            "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: kms:Decrypt on resource: "
                + KEY
                + " because no identity-based policy allows the kms:Decrypt action");
  }

  @Test
  void grantsStandBesideKeyPolicies() {
    var nobody =
        Authorizations.policy(
            PolicyKind.RESOURCE,
            "{'Effect':'Allow','Principal':{'AWS':'999999999999'},'Action':'*','Resource':'*'}");
    var grant = new Grant("grant-1", new Principals.Principal.Arn(ALICE.arn()), ACCOUNT);
    var authorizations = new Authorizations();
    var without =
        new AuthorizationTarget(
            "kms:Decrypt", KEY, ACCOUNT, nobody, true, Map.of(), Context.EMPTY, List.of());
    var with =
        new AuthorizationTarget(
            "kms:Decrypt", KEY, ACCOUNT, nobody, true, Map.of(), Context.EMPTY, List.of(grant));
    assertThat(authorizations.refusal(as(ALICE), KMS, without))
        .endsWith("because no resource-based policy allows the kms:Decrypt action");
    assertThat(authorizations.refusal(as(ALICE), KMS, with)).isNull();
    var explanation = authorizations.authorizer().explain(as(ALICE), KMS, with);
    assertThat(explanation.decision().source()).isNotNull();
    assertThat(explanation.decision().source().name()).isEqualTo("grant-1");
  }
}
