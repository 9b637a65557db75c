package dev.bulwark.policy;

import static dev.bulwark.policy.Policies.allows;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each condition operator on a key that is there, is missing, or has several values. */
class ConditionOperatorsTest {

  /**
   * The value column: {@code -} is a missing key, {@code []} an empty one; brackets hold the only
   * value of a key that can have several, semicolons separate several values.
   */
  private static boolean holds(String operator, String policyValue, String requestValue) {
    var context = Context.builder();
    if (requestValue.equals("[]")) {
      context.putAll("test:Key", List.of());
    } else if (requestValue.startsWith("[")) {
      context.putAll("test:Key", List.of(requestValue.substring(1, requestValue.length() - 1)));
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
          StringEquals                       | a                    | [a]                    | false
          StringNotEquals                    | a                    | [b]                    | false
          StringEqualsIfExists               | a                    | [a]                    | false
          StringNotEqualsIfExists            | a                    | [b]                    | false
          StringEquals                       | a                    | a;a                    | false
          StringNotEquals                    | a                    | b;c                    | false
          ForAnyValue:StringEquals           | a                    | [a]                    | true
          ForAnyValue:StringNotEquals        | a                    | [b]                    | true
          StringNotEquals                    | a                    | -                      | true
          StringNotEqualsIfExists            | a                    | a                      | false
          StringEqualsIgnoreCase             | Team                 | tEAM                   | true
          StringEqualsIgnoreCase             | Team                 | teams                  | false
          StringEqualsIgnoreCase             | K                    | \u212a                 | true
          StringEqualsIgnoreCase             | s                    | \u017f                 | false
          StringEqualsIgnoreCase             | I                    | \u0131                 | false
          StringEqualsIgnoreCase             | \u00df               | \u1e9e                 | true
          StringEqualsIgnoreCase             | \u00df               | SS                     | false
          StringEqualsIgnoreCase             | \u03a3               | \u03c2                 | false
          StringEqualsIgnoreCase             | \u039f\u03a3         | \u03bf\u03c2           | true
          StringEqualsIgnoreCase             | \u039f\u03a3         | \u03bf\u03c3           | false
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
          NumericEquals                      | 1                    | 1e0                    | true
          NumericEquals                      | +1                   | 01                     | true
          NumericEquals                      | 1                    | NaN                    | false
          NumericEquals                      | 9007199254740993     | 9007199254740992       | false
          NumericNotEquals                   | 1                    | no-number              | true
          NumericNotEquals                   | 1                    | Infinity               | true
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
          DateEquals                         | 2026-01-01T00:00:00Z | +1767225600            | true
          DateEquals                         | 2026-01-01T00:00:00.1231Z | 2026-01-01T00:00:00.1239Z | true
          DateEquals                         | 2026-01-01T00:00:00Z | not-a-date             | false
          DateNotEquals                      | 2026-01-01T00:00:00Z | not-a-date             | true
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
          Bool                               | true                 | yes                    | false
          Bool                               | true                 | 1                      | false
          Bool                               | true                 | ' true '               | false
          Bool                               | false                | yes                    | true
          Bool                               | false                | 1                      | true
          Bool                               | false                | ''                     | true
          Bool                               | yes                  | false                  | true
          Bool                               | false                | -                      | false
          BoolIfExists                       | false                | -                      | true
          BoolIfExists                       | false                | true                   | false
          BinaryEquals                       | QmluYXJ5VmFsdWU=     | QmluYXJ5VmFsdWU=       | true
          BinaryEquals                       | QmluYXJ5VmFsdWU=     | QmluYXJ5VmFsdWU        | false
          BinaryEquals                       | YQ==                 | YR==                   | false
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
          IpAddress                          | 192.0.2.0/+24        | 192.000.002.1          | true
          IpAddress                          | 192.0.2.5/024        | 192.0.2.1              | true
          IpAddress                          | 192.0.2.0/24         | 192.0.2.1/32           | false
          IpAddress                          | 192.0.2.0/24         | ::FFFF:c000:201        | true
          IpAddress                          | ::/0                 | ::ffff:192.0.2.1       | false
          IpAddress                          | ::ffff:c000:200/120  | ::ffff:c000:201        | false
          IpAddress                          | 2001:db8::/64        | 2001:db8::192.0.2.1    | false
          NotIpAddress                       | 2001:db8::/64        | 2001:db8::192.0.2.1    | false
          NotIpAddress                       | ::ffff:c000:200/120  | ::ffff:c000:201        | true
          NotIpAddress                       | 192.0.2.0/24         | 192.0.2.1/32           | false
          NotIpAddress                       | 192.0.2.0/24         | not-an-ip              | false
          NotIpAddress                       | 192.0.2.0/24         | ''                     | false
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
          ArnNotLike                         | arn:aws:iam::*:role/admin | not-an-arn        | false
          ArnNotLike                         | arn:aws:iam::*:role/admin | ''                | false
          ArnNotEquals                       | arn:aws:iam::*:role/admin | arn:aws:iam::111122223333:role/admin | false
          ArnNotEquals                       | arn:aws:iam::*:role/admin | -                 | true
          Null                               | true                 | -                      | true
          Null                               | true                 | []                     | true
          Null                               | true                 | x                      | false
          Null                               | false                | x                      | true
          Null                               | false                | ''                     | true
          Null                               | yes                  | x                      | true
          Null                               | false                | -                      | false
          ForAllValues:StringEquals          | a;b                  | a;b                    | true
          ForAllValues:StringEquals          | a;b                  | a                      | true
          ForAllValues:StringEquals          | a;b                  | a;c                    | false
          ForAllValues:StringEquals          | a;b                  | -                      | true
          ForAllValues:StringEquals          | a;b                  | []                     | true
          ForAllValues:StringEquals          | a;b                  | ''                     | false
          ForAllValues:StringEquals          | ''                   | ''                     | true
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

  @ParameterizedTest(name = "{0} {1}: an allow allows {2}, a deny denies {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ArnLike    | not-an-arn                                | false | true
          ArnNotLike | not-an-arn                                | false | true
          ArnLike    | not-an-arn;arn:aws:iam::*:user/*          | false | true
          ArnLike    | arn:aws:iam::*:user/*;not-an-arn          | true  | true
          ArnLike    | arn:aws:iam::*:role/*;not-an-arn          | false | true
          ArnNotLike | arn:aws:iam::*:user/*;not-an-arn          | false | false
          ArnNotLike | arn:aws:iam::*:role/*;not-an-arn          | false | true
          ArnLike    | ${aws:RequestTag/broken}                  | false | true
          ArnNotLike | ${aws:RequestTag/broken}                  | false | true
          ArnLike    | ${aws:RequestTag/arn}                     | true  | true
          ArnNotLike | ${aws:RequestTag/arn}                     | false | false
          ArnLike    | ${aws:RequestTag/missing}                 | false | false
          """)
  void staysOnTheSafeSideWherePatternsAreNoArns(
      String operator, String patterns, boolean allowed, boolean denied) {
    var arn = "arn:aws:iam::123456789012:user/test";
    var context =
        Context.builder()
            .put("test:Key", arn)
            .put("aws:RequestTag/broken", "not-an-arn")
            .put("aws:RequestTag/arn", arn)
            .build();
    var condition =
        "'Action':'*','Resource':'*','Condition':{'"
            + operator
            + "':{'test:key':['"
            + String.join("','", patterns.split(";", -1))
            + "']}}}";
    assertThat(allows("s3:GetObject", "*", context, "{'Effect':'Allow'," + condition))
        .isEqualTo(allowed);
    assertThat(
            allows(
                "s3:GetObject",
                "*",
                context,
                "{'Effect':'Allow','Action':'*','Resource':'*'}",
                "{'Effect':'Deny'," + condition))
        .isNotEqualTo(denied);
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
