package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bulwark.schema.ApiException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
  private static ApiException refusal(HttpRequest request) {
    return catchThrowableOfType(ApiException.class, () -> Requests.input(request));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GetUser&UserName=              | 2 validation errors detected: Value at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+; Value at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1",
        "CreateUser                     | 1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null",
        "CreateUser&UserName=a%20b      | 1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
        "ListUsers&MaxItems=0           | 1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
        "ListUsers&MaxItems=1001        | 1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
        "UpdateAccessKey&AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=On | 1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
        "TagUser&UserName=a&Tags.member.1.Key=k | 1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
        "UntagUser&UserName=a&TagKeys.member.1= | 1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+]",
      })
  void violationsOfIamAreTold(String form, String message) {
    var error = refusal(Requests.form("iam", "Version=2010-05-08&Action=" + form));
    assertThat(error.code()).isEqualTo("ValidationError");
    assertThat(error.httpStatus()).isEqualTo(400);
    assertThat(error).hasMessage(message);
  }

  @Test
  void allViolationsAreToldThePatternBeforeTheLength() {
    var error =
        refusal(
            Requests.form(
                "sts",
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=!"));
    assertThat(error)
        .hasMessage(
            "2 validation errors detected: Value '!' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*; "
                + "Value '!' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2");
  }

  @Test
  void secretsAreNotRepeated() {
    var error =
        refusal(
            Requests.form(
                "iam",
                "Action=CreateLoginProfile&Version=2010-05-08&UserName=a&Password="
                    + "x".repeat(200)));
    assertThat(error)
        .hasMessage(
            "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 128");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "TrentService.DescribeKey | {} | ValidationException",
        "AWSCognitoIdentityProviderService.DescribeUserPool | {} | InvalidParameterException",
        "AmazonSQS.GetQueueUrl | {} | ValidationException",
        "TrentService.TagResource | {\"KeyId\":\"k\",\"Tags\":[null]} | ValidationException"
      })
  void eachServiceHasItsCode(String target, String body, String code) {
    assertThat(refusal(Requests.json(target, body)).code()).isEqualTo(code);
  }

  /** As AWS was seen to answer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DescribeHandshake | {} | INPUT_REQUIRED:HANDSHAKE_ID | You must provide a value for the parameter.",
        "DescribeHandshake | {\"HandshakeId\":\"\"} | INVALID_PATTERN:HANDSHAKE_ID | You provided a value that does not match the required pattern.",
        "ListHandshakesForAccount | {\"Filter\":{\"ActionType\":\"invalid\"}} | INVALID_ENUM:FILTER_ACTION_TYPE | You specified an invalid value.",
        "InviteAccountToOrganization | {\"Target\":{\"Type\":\"INVALID\",\"Id\":\"222222222222\"}} | INVALID_PARTY_TYPE_TARGET | You specified an invalid party type as the target parameter.",
        "ListOrganizationalUnitsForParent | {\"ParentId\":\"r-abcd\",\"MaxResults\":0} | MIN_VALUE_EXCEEDED:MAX_RESULTS | You provided a numeric value that is smaller than allowed.",
        "ListOrganizationalUnitsForParent | {\"ParentId\":\"r-abcd\",\"MaxResults\":21} | MAX_VALUE_EXCEEDED:MAX_RESULTS | You provided a numeric value that is larger than allowed.",
        "TagResource | {\"ResourceId\":\"r-abcd\",\"Tags\":[null]} | INPUT_REQUIRED:TAGS | You must provide a value for the parameter."
      })
  void organizationsGivesAReason(String operation, String body, String reason, String message) {
    var error = refusal(Requests.json("AWSOrganizationsV20161128." + operation, body));
    assertThat(error.code()).isEqualTo("InvalidInputException");
    assertThat(error.details()).containsEntry("Reason", reason);
    assertThat(error).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "listRegions | {\"RegionOptStatusContains\":[\"ENABLED\",\"UNKNOWN\"]} | [instance value (\"UNKNOWN\") not found in enum (possible values: [\"ENABLED\",\"ENABLING\",\"DISABLING\",\"DISABLED\",\"ENABLED_BY_DEFAULT\"])]",
        "putAccountName | {\"AccountName\":\"Stackd <Name>\"} | [ECMA 262 regex \"^[ -;=?-~]+$\" does not match input string \"Stackd <Name>\"]",
        "listRegions | {\"MaxResults\":0} | [numeric instance is lower than the required minimum (minimum: 1, found: 0)]",
        "putAccountName | {} | [object has missing required properties ([\"AccountName\"])]"
      })
  void accountManagementSpeaksAsItsSchemasDo(String path, String body, String message) {
    var error =
        refusal(
            Requests.of(
                "POST /%s\nhost: localhost\ncontent-type: application/json%s"
                    .formatted(path, Requests.scope("account")),
                body));
    assertThat(error.code()).isEqualTo("ValidationException");
    assertThat(error).hasMessage(message);
  }

  @Test
  void s3AndEc2SayWhatIsMissingInTheirOwnWords() {
    var s3 = Requests.scope("s3");
    assertThat(refusal(Requests.of("POST /b?delete\nhost: localhost" + s3)).code())
        .isEqualTo("MissingRequestBodyError");
    assertThat(
            refusal(
                    Requests.of(
                        "POST /b?delete\nhost: localhost" + s3, "<Delete><Object/></Delete>"))
                .code())
        .isEqualTo("MalformedXML");
    var ec2 = refusal(Requests.form("ec2", "Action=DeleteVpc&Version=2016-11-15"));
    assertThat(ec2.code()).isEqualTo("MissingParameter");
    assertThat(ec2).hasMessage("The request must contain the parameter VpcId");
  }

  @Test
  void whatIsAllowedPasses() {
    assertThatCode(
            () ->
                Requests.input(
                    Requests.form(
                        "iam",
                        "Action=CreateUser&Version=2010-05-08&UserName=a&Path=/x/&Tags.member.1.Key=k&Tags.member.1.Value=")))
        .doesNotThrowAnyException();
  }

  @Test
  @Timeout(10)
  void patternsThatBacktrackForEverAreStopped() {
    var start = System.nanoTime();
    assertThat(Patterns.matches("(a+)+b", "a".repeat(60))).isFalse();
    assertThat(Patterns.matches("(a|aa)+", "a".repeat(200_000))).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(Patterns.matches("(unclosed", "x")).isTrue();
  }
}
