package dev.bulwark.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bulwark.policy.PolicyException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What IAM refuses, in its words, and what it lets through. */
class MalformedPolicyTest {
  private static PolicyException refusal(PolicyKind kind, String document) {
    return catchThrowableOfType(PolicyException.class, () -> Policy.parse(document, kind));
  }

  private static String statement(String body) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":" + body + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          This is not JSON                                          | SYNTAX  | Syntax errors in policy.
          {}                                                        | MISSING_STATEMENT | Syntax errors in policy.
          []                                                        | SYNTAX  | Syntax errors in policy.
          {"Version":"2012-10-17"}                                  | MISSING_STATEMENT | Syntax errors in policy.
          {"Version":"2012-10-17","Statement":[]}                   | SYNTAX  | Syntax errors in policy.
          {"Version":"2012-10-17","Statement":["x"]}                | SYNTAX  | Syntax errors in policy.
          {"Version":"2012-10-17","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} | SYNTAX | Syntax errors in policy.
          {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"},"Note":"x"} | SYNTAX | Syntax errors in policy.
          {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} {} | SYNTAX | Syntax errors in policy.
          {"Version":"2012-10-17","Id":[],"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} | SYNTAX | Syntax errors in policy.
          {"Version":"2013-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} | VERSION | Syntax errors in policy.
          {"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} | VERSION | Policy document must be version 2012-10-17 or greater.
          {"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}} | VERSION | Policy document must be version 2012-10-17 or greater.
          {"Statement":{"Effect":"denY","Action":"*","Resource":"*"}} | VERSION | Policy document must be version 2012-10-17 or greater.
          """)
  void documents(String document, Problem problem, String message) {
    var refusal = refusal(PolicyKind.IDENTITY, document);
    assertThat(refusal).hasMessage(message);
    assertThat(refusal.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"Action":"*","Resource":"*"}                                     | SYNTAX | Syntax errors in policy.
          {"Effect":"invalid","Action":"*","Resource":"*"}                  | SYNTAX | Syntax errors in policy.
          {"Effect":"allow","Action":"*","Resource":"*"}                    | SYNTAX | The policy failed legacy parsing
          {"Effect":"Allow","Action":"*","Resource":"*","Note":1}           | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}    | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":"*","NotAction":[],"Resource":"*"}     | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}  | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":{},"Resource":"*"}                     | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":[[]],"Resource":"*"}                   | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":1,"Resource":"*"}                      | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":null,"Resource":"*"}                   | SYNTAX | Syntax errors in policy.
          {"Sid":{},"Effect":"Allow","Action":"*","Resource":"*"}           | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":"*","Resource":"\\uffff"}               | SYNTAX | Syntax errors in policy.
          {"Effect":"Allow","Action":["s3:\\ufffe"],"Resource":"*"}          | SYNTAX | Syntax errors in policy.
          {"Sid":"no spaces","Effect":"Allow","Action":"*","Resource":"*"}  | INVALID_SID | Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*
          [{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"a","Effect":"Allow"}] | DUPLICATE_SID | Statement IDs (SID) in a single policy must be unique.
          {"Effect":"Allow","Resource":"*"}                                 | MISSING_ACTION | Policy statement must contain actions.
          {"Effect":"Allow","Action":[],"Resource":"*"}                     | MISSING_ACTION | Policy statement must contain actions.
          {"Effect":"Allow"}                                                | MISSING_ACTION | Policy statement must contain actions.
          {"Effect":"Allow","Action":"invalid"}                             | MISSING_RESOURCE | Policy statement must contain resources.
          {"Effect":"Allow","Action":"*","Resource":[]}                     | MISSING_RESOURCE | Policy statement must contain resources.
          {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}    | PROHIBITED_FIELD | Policy document should not specify a principal.
          {"Effect":"Allow","Action":"invalid","Resource":"*"}              | INVALID_ACTION | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
          {"Effect":"Allow","NotAction":"","Resource":"*"}                  | INVALID_ACTION | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
          {"Effect":"Allow","Action":"a a:List","Resource":"*"}             | INVALID_ACTION | Vendor a a is not valid
          {"Effect":"Allow","Action":":List","Resource":"*"}                | INVALID_ACTION | Vendor  is not valid
          {"Effect":"Allow","Action":"s3:List:Bucket","Resource":"*"}       | INVALID_ACTION | Actions/Condition can contain only one colon.
          {"Effect":"Allow","Action":"s:3:x","Resource":"bucket"}           | INVALID_RESOURCE | Resource bucket must be in ARN format or "*".
          {"Effect":"Allow","Action":"*","Resource":""}                     | INVALID_RESOURCE | Resource  must be in ARN format or "*".
          {"Effect":"Allow","Action":"*","Resource":"a:part"}               | INVALID_RESOURCE | Partition "part" is not valid for resource "arn:part:*:*:*:*".
          {"Effect":"Allow","Action":"*","Resource":"a:b:c:d:e:f:g:h"}      | INVALID_RESOURCE | Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".
          {"Effect":"Allow","Action":"*","Resource":"aws:s3:::bucket"}      | INVALID_RESOURCE | Partition "s3" is not valid for resource "arn:s3:::bucket:*".
          {"Effect":"Allow","Action":"*","Resource":["arn:error:s3:::b","arn:error:s3::b"]} | INVALID_RESOURCE | Partition "error" is not valid for resource "arn:error:s3:::b".
          {"Effect":"Allow","Action":"*","Resource":"arn:aws"}              | INVALID_RESOURCE | Resource vendor must be fully qualified and cannot contain regexes.
          {"Effect":"Allow","Action":"*","Resource":"arn:aws:s3::bucket"}   | INVALID_RESOURCE | The policy failed legacy parsing
          {"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3::bucket"} | INVALID_RESOURCE | The policy failed legacy parsing
          {"Effect":"Allow","Resource":"arn:aws:s3::bucket"}                | INVALID_RESOURCE | The policy failed legacy parsing
          {"Effect":"Allow","Action":"*","Resource":"arn:aws::::bucket"}    | INVALID_RESOURCE | The policy failed legacy parsing
          {"Effect":"Allow","Action":"*","Resource":"arn:aws::bucket"}      | INVALID_RESOURCE | The policy failed legacy parsing
          {"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:us-east-1::bucket"} | INVALID_RESOURCE | Resource arn:aws:s3:us-east-1::bucket can not contain region information.
          {"Effect":"Allow","Action":"*","Resource":"arn:aws:iam:us-east-1::user/x"} | INVALID_RESOURCE | IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.
          {"Effect":"Allow","Action":"*","Resource":"arn:aws:iam:::bucket"} | INVALID_RESOURCE | IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.
          """)
  void statements(String statement, Problem problem, String message) {
    var refusal = refusal(PolicyKind.IDENTITY, statement(statement));
    assertThat(refusal).hasMessage(message);
    assertThat(refusal.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                      | Syntax errors in policy.
          "a"                                                     | Syntax errors in policy.
          {"a":"b"}                                               | Syntax errors in policy.
          {"x":{"a":"1"}}                                         | Syntax errors in policy.
          {"StringEquals":[]}                                     | Syntax errors in policy.
          {"StringEquals":{"a":{}}}                               | Syntax errors in policy.
          {"StringEquals":{"a":null}}                             | Syntax errors in policy.
          {"StringEquals":{"a":"1","a":"2"}}                      | Syntax errors in policy.
          {"StringEquals":{"a":"1"},"StringEquals":{"b":"1"}}     | Syntax errors in policy.
          {"ForAnyValue::StringEquals":{"a":"1"}}                 | Syntax errors in policy.
          {"stringequals":{"a":"1"}}                              | Syntax errors in policy.
          {"NullIfExists":{"a":"true"}}                           | Syntax errors in policy.
          {"DateGreaterThan":{"a":"sdfdsf"}}                      | The policy failed legacy parsing
          {"DateLessThanEquals":{"a":"234-13"}}                   | The policy failed legacy parsing
          {"DateLessThan":{"a":"9223372036854775808"}}            | The policy failed legacy parsing
          {"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+1"}} | The policy failed legacy parsing
          {"DateLessThanEquals":{"a":"2016-12-13t2:00:00.1999999999+10:59"}} | The policy failed legacy parsing
          {"NumericEquals":{"a":"ten"}}                           | The policy failed legacy parsing
          {"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}            | The policy failed legacy parsing
          {"IpAddress":{"aws:SourceIp":"10.0.0"}}                 | The policy failed legacy parsing
          {"IpAddress":{"aws:SourceIp":"1:2:3"}}                  | The policy failed legacy parsing
          {"BinaryEquals":{"a":"%%%"}}                            | The policy failed legacy parsing
          """)
  void conditions(String condition, String message) {
    var refusal =
        refusal(
            PolicyKind.IDENTITY,
            statement(
                "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":"
                    + condition
                    + "}"));
    assertThat(refusal).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"x\":{}}",
        "{\"x\":{},\"y\":{}}",
        "{\"DateGreaterThan\":{}}",
        "{\"DateGreaterThan\":{\"a\":[]}}",
        "{\"DateGreaterThan\":{\"a\":\"01T\"}}",
        "{\"DateLessThan\":{\"a\":\"-292275054\"}}",
        "{\"DateLessThan\":{\"a\":\"9223372036854775807\"}}",
        "{\"DateLessThanEquals\":{\"a\":\"2016-12-13t2:00:00.593194+23\"}}",
        "{\"DateLessThanEquals\":{\"a\":\"2016-12-13T21:20:37.593194+00:00\"}}",
        "{\"StringEqualsIfExists\":{\"a\":\"asf\"}}",
        "{\"ForAnyValue:StringEqualsIfExists\":{\"a\":\"asf\"}}",
        "{\"NumericLessThan\":{\"a\":[1,2.5,\"3\"]}}",
        "{\"Bool\":{\"aws:SecureTransport\":false}}",
        "{\"IpAddress\":{\"aws:SourceIp\":[\"::1\",\"2001:db8::/32\",\"::ffff:10.0.0.1\",\"1:2:3:4:5:6:7:8\"]}}"
      })
  void usableConditionsPass(String condition) throws PolicyException {
    var policy =
        Policy.parse(
            statement(
                "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":"
                    + condition
                    + "}"),
            PolicyKind.IDENTITY);
    assertThat(policy.statements()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Effect\":\"Allow\",\"Action\":\"iam: asdf safdsf af \",\"Resource\":\"arn:aws:s3:::b\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3-s:List\",\"Resource\":\"arn:aws:fdsasf\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3.s:List\",\"Resource\":[\"arn:aws:s3:::b\",\"*\"]}",
        "{\"Effect\":\"Allow\",\"NotAction\":\"s3:List\",\"NotResource\":\"*\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:List\",\"Resource\":\"arn:aws:invalid-service:us-east-1::b\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:List\",\"Resource\":\"arn:aws:s3:eu-west-1:111122223333:accesspoint/a\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:List\",\"Resource\":\"arn:aws-cn:s3:::b\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"s3:List\",\"Resource\":\"arn:*:s3:::b\"}",
        "{\"Effect\":\"Allow\",\"Action\":\"iam:Get*\",\"Resource\":\"arn:aws:iam::*:user/${aws:username}\"}",
        "[{\"Sid\":\"\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"},{\"Sid\":\"\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]"
      })
  void unusualButValidStatementsPass(String statement) throws PolicyException {
    assertThat(Policy.parse(statement(statement), PolicyKind.IDENTITY).version())
        .isEqualTo("2012-10-17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"}    | Has prohibited field Resource
          {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","NotResource":"*"} | AssumeRole policy must not contain resources.
          {"Effect":"Allow","Action":"sts:AssumeRole"}                                           | Missing required field Principal
          {"Effect":"Allow","Principal":{},"Action":"sts:AssumeRole"}                            | Missing required field Principal cannot be empty!
          {"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}     | Allow with NotPrincipal is not allowed.
          {"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}      | AssumeRole policy must not contain NotPrincipal field.
          {"Effect":"Allow","Principal":{"AWS":"*"}}                                             | Missing required field Action
          {"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}                                    | Missing required field Effect
          {"Effect":"Maybe","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}                   | Invalid effect: Maybe
          {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject"}                     | AssumeRole policy may only specify STS AssumeRole actions.
          {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*"}                                | AssumeRole policy may only specify STS AssumeRole actions.
          {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:GetCallerIdentity"}            | AssumeRole policy may only specify STS AssumeRole actions.
          {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/*"},"Action":"sts:AssumeRole"} | Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/*"
          {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:group/g"},"Action":"sts:AssumeRole"} | Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:group/g"
          {"Effect":"Allow","Principal":{"Service":"ec2"},"Action":"sts:AssumeRole"}             | Invalid principal in policy: "SERVICE":"ec2"
          {"Effect":"Allow","Principal":{"Someone":"x"},"Action":"sts:AssumeRole"}               | Invalid principal in policy: "Someone"
          [{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"},{"Sid":"a","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}] | The Statement Ids in the policy are not unique
          []                                                                                     | Could not parse the policy: Statement is empty!
          """)
  void trustPolicies(String statement, String message) {
    assertThat(refusal(PolicyKind.TRUST, statement(statement))).hasMessage(message);
  }

  @Test
  void trustPoliciesInWordsOfTheirOwn() {
    assertThat(refusal(PolicyKind.TRUST, "{")).hasMessage("This policy contains invalid Json");
    assertThat(refusal(PolicyKind.TRUST, "{\"Version\":\"2020-01-01\",\"Statement\":[{}]}"))
        .hasMessage("The policy must contain a valid version string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"111122223333\",\"arn:aws:iam::111122223333:role/p/r\"]},\"Action\":\"sts:AssumeRole\"}",
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/r/s\"},\"Action\":[\"sts:AssumeRole\",\"sts:TagSession\"]}",
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"AROAEXAMPLEWORKER001\"},\"Action\":\"sts:AssumeRole*\"}",
        "{\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ec2.amazonaws.com\"]},\"Action\":\"sts:AssumeRole\"}",
        "{\"Effect\":\"Allow\",\"Principal\":{\"Federated\":\"cognito-identity.amazonaws.com\"},\"Action\":\"sts:AssumeRoleWithWebIdentity\"}"
      })
  void usableTrustPoliciesPass(String statement) throws PolicyException {
    assertThat(Policy.parse("{\"Statement\":" + statement + "}", PolicyKind.TRUST).version())
        .isEqualTo("2008-10-17");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          RESOURCE | {"Effect":"Allow","Action":"*","Resource":"*"}                                            | MISSING_PRINCIPAL
          RESOURCE | {"Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"*","Resource":"*"}                | INVALID_PRINCIPAL
          RESOURCE | {"Effect":"Allow","Principal":"everyone","Action":"*","Resource":"*"}                      | INVALID_PRINCIPAL
          RESOURCE | {"Effect":"Allow","Principal":"*","Action":"*"}                                            | MISSING_RESOURCE
          RESOURCE | {"Effect":"Allow","Principal":"*","Action":"*","Resource":"bucket"}                        | INVALID_RESOURCE
          SCP      | {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}                              | PROHIBITED_FIELD
          RCP      | {"Effect":"Deny","Action":"*","Resource":"*"}                                              | MISSING_PRINCIPAL
          RCP      | {"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}        | INVALID_PRINCIPAL
          RCP      | {"Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*"}                        | INVALID_PRINCIPAL
          SESSION  | {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}                             | PROHIBITED_FIELD
          """)
  void otherKinds(PolicyKind kind, String statement, Problem problem) {
    assertThat(refusal(kind, statement(statement)).problem()).isEqualTo(problem);
  }

  @Test
  void boundsAreTheCallersToSet() {
    var limits = new PolicyLimits(200, 2, 4);
    var one = "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}";
    assertThatThrownBy(
            () -> Policy.parse(statement(one) + " ".repeat(200), PolicyKind.IDENTITY, limits))
        .isInstanceOfSatisfying(
            PolicyException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_LARGE));
    assertThatThrownBy(
            () ->
                Policy.parse(
                    statement("[" + one + "," + one + "," + one + "]"),
                    PolicyKind.IDENTITY,
                    limits))
        .isInstanceOfSatisfying(
            PolicyException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_LARGE));
  }

  @Test
  void sizesLeaveOutWhiteSpaceBetweenTokens() {
    assertThat(Policy.sizeWithoutWhitespace("{ \"a b\" :\n\t\"c \\\" d\" }"))
        .isEqualTo("{\"a b\":\"c \\\" d\"}".length());
    assertThat(Policy.sizeWithoutWhitespace("  ")).isZero();
  }

  @Test
  void statementsKnowWhereTheyStand() throws PolicyException {
    var policy =
        Policy.parse(
            """
            {
              "Version": "2012-10-17",
              "Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "*"},
                {
                  "Effect": "Deny", "Action": "iam:*", "Resource": "*"
                }
              ]
            }
            """,
            PolicyKind.IDENTITY);
    assertThat(policy.statements().get(0).span()).isEqualTo(new Statement.Span(4, 5, 4, 56));
    assertThat(policy.statements().get(1).span()).isEqualTo(new Statement.Span(5, 5, 7, 6));
  }
}
