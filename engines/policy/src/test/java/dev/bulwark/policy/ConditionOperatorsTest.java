package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.allows;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each condition operator on a key that is there, is missing, or has several values. */
class ConditionOperatorsTest {

  /**
   * The value column: {@code -} is a missing key, {@code []} an empty one; semicolons separate
   * several values.
   */
  private static boolean holds(String operator, String policyValue, String requestValue) {
    var context = Context.builder();
    if (requestValue.equals("[]")) {
      context.putAll("test:Key", List.of());
    } else if (requestValue.contains(";")) {
      context.putAll("test:Key", List.of(requestValue.split(";")));
    } else if (!requestValue.equals("-")) {
      context.put("test:Key", requestValue);
    }
    var values = "['" + String.join("','", policyValue.split(";", -1)) + "']";
    return allows(
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        context.build(),
        "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'"
            + operator
            + "':{'TEST:key':"
            + values
            + "}}}");
  }

  @ParameterizedTest(name = "{0} {1} with {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          StringEquals                       | a                    | a                      | true
          StringEquals                       | a                    | A                      | false
          StringEquals                       | a;b                  | b                      | true
          StringEquals                       | a*                   | ab                     | false
          StringEquals                       | a*                   | a*                     | true
          StringEquals                       | a                    | -                      | false
          StringEquals                       | a                    | []                     | false
          StringEqualsIfExists               | a                    | -                      | true
          StringEqualsIfExists               | a                    | b                      | false
          StringNotEquals                    | a                    | b                      | true
          StringNotEquals                    | a;b                  | b                      | false
          StringNotEquals                    | a;b                  | c                      | true
          StringNotEquals                    | a                    | -                      | true
          StringNotEqualsIfExists            | a                    | a                      | false
          StringEqualsIgnoreCase             | Team                 | tEAM                   | true
          StringEqualsIgnoreCase             | Team                 | teams                  | false
          StringNotEqualsIgnoreCase          | Team                 | TEAM                   | false
          StringNotEqualsIgnoreCase          | Team                 | other                  | true
          StringLike                         | a*c                  | abc                    | true
          StringLike                         | a?c                  | abbc                   | false
          StringLike                         | A*                   | abc                    | false
          StringLike                         | *                    | -                      | false
          StringNotLike                      | a*                   | abc                    | false
          StringNotLike                      | a*;b*                | cab                    | true
          StringNotLike                      | a*                   | -                      | true
          NumericEquals                      | 10                   | 10.0                   | true
          NumericEquals                      | 10                   | 11                     | false
          NumericEquals                      | 10                   | ten                    | false
          NumericEquals                      | 10                   | -                      | false
          NumericNotEquals                   | 10                   | 11                     | true
          NumericNotEquals                   | 10                   | -                      | true
          NumericLessThan                    | 10                   | 9                      | true
          NumericLessThan                    | 10                   | 10                     | false
          NumericLessThanEquals              | 10                   | 10                     | true
          NumericLessThanEquals              | 10                   | 10.01                  | false
          NumericGreaterThan                 | -1                   | 0                      | true
          NumericGreaterThan                 | 0                    | 0                      | false
          NumericGreaterThanEquals           | 3600                 | 3600                   | true
          NumericGreaterThanEquals           | 3600                 | 3599                   | false
          NumericGreaterThanIfExists         | 3600                 | -                      | true
          DateEquals                         | 2026-01-01T00:00:00Z | 1767225600             | true
          DateNotEquals                      | 2026-01-01T00:00:00Z | 2026-01-01             | false
          DateNotEquals                      | 2026-01-01T00:00:00Z | 2026-01-02             | true
          DateLessThan                       | 2026-01-01T00:00:00Z | 2025-12-31T23:59:59Z   | true
          DateLessThan                       | 2026-01-01T00:00:00Z | 2026-01-01T00:00:00Z   | false
          DateLessThanEquals                 | 2026-01-01T00:00:00Z | 2026-01-01T01:00:00+01:00 | true
          DateGreaterThan                    | 1767225600           | 2026-01-01T00:00:00.001Z | true
          DateGreaterThan                    | 1767225600           | 2026-01-01T00:00:00Z   | false
          DateGreaterThanEquals              | 2026-01-01           | 2026-01-01T00:00:00Z   | true
          DateGreaterThanEquals              | 2026-01-01           | yesterday              | false
          DateGreaterThanEquals              | 2026-01-01           | -                      | false
          Bool                               | true                 | true                   | true
          Bool                               | True                 | true                   | true
          Bool                               | true                 | false                  | false
          Bool                               | false                | -                      | false
          BoolIfExists                       | false                | -                      | true
          BoolIfExists                       | false                | true                   | false
          BinaryEquals                       | QmluYXJ5VmFsdWU=     | QmluYXJ5VmFsdWU=       | true
          BinaryEquals                       | QmluYXJ5VmFsdWU=     | QmluYXJ5VmFsdWU        | true
          BinaryEquals                       | QmluYXJ5VmFsdWU=     | QmluYXJ5VmFsdXU=       | false
          IpAddress                          | 203.0.113.0/24       | 203.0.113.255          | true
          IpAddress                          | 203.0.113.0/24       | 203.0.114.0            | false
          IpAddress                          | 203.0.113.7          | 203.0.113.7            | true
          IpAddress                          | 203.0.113.7          | 203.0.113.8            | false
          IpAddress                          | 0.0.0.0/0            | 8.8.8.8                | true
          IpAddress                          | 0.0.0.0/0            | 2001:db8::1            | false
          IpAddress                          | 10.0.0.0/8;2001:db8::/32 | 2001:db8:5::1      | true
          IpAddress                          | 2001:db8::/32        | 2001:db9::1            | false
          IpAddress                          | ::/0                 | fe80::1                | true
          IpAddress                          | 10.1.2.3/32          | ::ffff:10.1.2.3        | true
          IpAddress                          | 2001:db8::/65        | 2001:db8:0:0:8000::    | false
          IpAddress                          | 10.0.0.0/8           | not-an-address         | false
          IpAddress                          | 10.0.0.0/8           | -                      | false
          NotIpAddress                       | 10.0.0.0/8           | 10.9.9.9               | false
          NotIpAddress                       | 10.0.0.0/8           | 11.0.0.1               | true
          NotIpAddress                       | 10.0.0.0/8           | -                      | true
          ArnEquals                          | arn:aws:sns:*:111122223333:t-* | arn:aws:sns:eu-west-1:111122223333:t-1 | true
          ArnLike                            | arn:aws:sns:*:111122223333:t-* | arn:aws:sns:eu-west-1:444455556666:t-1 | false
          ArnLike                            | arn:aws:s3:::*       | arn:aws:s3:::b/k:with:colons | true
          ArnLike                            | arn:aws:*:x          | arn:aws:sqs:eu-west-1:111122223333:x | false
          ArnLike                            | arn:aws:iam::1*3:role/* | arn:aws:iam::111122223333:role/x | true
          ArnLike                            | arn:aws:iam::1*:role/x | arn:aws:iam::1:2:role/x | false
          ArnLike                            | *                    | arn:aws:iam::111122223333:role/x | true
          ArnLike                            | *                    | not-an-arn             | false
          ArnNotLike                         | arn:aws:iam::*:role/admin | arn:aws:iam::111122223333:role/dev | true
          ArnNotEquals                       | arn:aws:iam::*:role/admin | arn:aws:iam::111122223333:role/admin | false
          ArnNotEquals                       | arn:aws:iam::*:role/admin | -                 | true
          Null                               | true                 | -                      | true
          Null                               | true                 | []                     | true
          Null                               | true                 | x                      | false
          Null                               | false                | x                      | true
          Null                               | false                | -                      | false
          ForAllValues:StringEquals          | a;b                  | a;b                    | true
          ForAllValues:StringEquals          | a;b                  | a                      | true
          ForAllValues:StringEquals          | a;b                  | a;c                    | false
          ForAllValues:StringEquals          | a;b                  | -                      | true
          ForAllValues:StringEquals          | a;b                  | []                     | true
          ForAllValues:StringEquals          | a;b                  | ''                     | true
          ForAllValues:StringNotEquals       | a;b                  | c;d                    | true
          ForAllValues:StringNotEquals       | a;b                  | c;a                    | false
          ForAllValues:StringLike            | a*                   | ab;ac                  | true
          ForAnyValue:StringEquals           | a;b                  | c;b                    | true
          ForAnyValue:StringEquals           | a;b                  | c;d                    | false
          ForAnyValue:StringEquals           | a;b                  | -                      | false
          ForAnyValue:StringEquals           | a;b                  | []                     | false
          ForAnyValue:StringEqualsIfExists   | a;b                  | -                      | true
          ForAnyValue:StringNotEquals        | a;b                  | a;c                    | true
          ForAnyValue:StringNotEquals        | a;b                  | a;b                    | false
          ForAnyValue:StringNotEquals        | a;b                  | -                      | false
          ForAllValues:StringEqualsIfExists  | a                    | b                      | false
          """)
  void comparesAsIamDoes(
      String operator, String policyValue, String requestValue, boolean expected) {
    assertThat(holds(operator, policyValue, requestValue)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"a,1,true", "b,1,false", "a,2,false", "b,2,false"})
  void joinsKeysAndOperatorsWithAnd(String team, String level, boolean expected) {
    var context =
        Context.builder().put("aws:PrincipalTag/team", team).put("test:Level", level).build();
    var sameOperator =
        "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'StringEquals':{'aws:principaltag/TEAM':'a','test:level':'1'}}}";
    var twoOperators =
        "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'StringEquals':{'aws:PrincipalTag/team':'a'},'NumericLessThan':{'test:level':2}}}";
    assertThat(allows("s3:GetObject", "*", context, sameOperator)).isEqualTo(expected);
    assertThat(allows("s3:GetObject", "*", context, twoOperators)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,false"})
  void takesJsonBooleansAndNumbers(boolean secure, boolean expected) {
    var context = Context.builder().put("aws:SecureTransport", Boolean.toString(secure)).build();
    var statement =
        "{'Effect':'Allow','Action':'*','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':true}}}";
    assertThat(allows("s3:GetObject", "*", context, statement)).isEqualTo(expected);
  }
}
