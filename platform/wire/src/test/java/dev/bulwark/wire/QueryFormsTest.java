package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.api.iam.ListPoliciesRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and lists in forms of the query protocol, as they were observed at IAM. */
class QueryFormsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+1         | Start of list found where not expected",
        "one        | Start of list found where not expected",
        "0          | 0 is not a valid index",
        "-1         | Key -1 may not have a leading '-'",
        "12         | Excessively sparse input would skip 11 list elements",
        "33         | Excessively sparse input would skip 32 list elements",
        "1 12       | Excessively sparse input would skip 11 list elements",
        "12 1       | Excessively sparse input would skip 11 list elements",
        "1 22 43    | Excessively sparse input would skip 21 list elements",
        "1 2 3 4 5 6 7 8 9 10 21 | Excessively sparse input would skip 11 list elements",
        "1 2 3 4 5 6 7 8 9 10 22 | Excessively sparse input would skip 12 list elements"
      })
  void brokenNumbersOfListsAreTold(String numbers, String message) {
    assertThat(Requests.text(Requests.refusal(contextKeys(numbers))))
        .contains("<Code>MalformedInput</Code>", "<Message>" + message + "</Message>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11", "1 8 15"})
  void whatListsLeaveOutFailsTheConstraintsOfTheirItems(String numbers) {
    assertThat(Requests.text(Requests.refusal(contextKeys(numbers))))
        .contains(
            "<Code>ValidationError</Code>",
            "1 validation error detected: Value at 'policyInputList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ");
  }

  private static HttpRequest contextKeys(String numbers) {
    var form = new StringBuilder("Action=GetContextKeysForCustomPolicy&Version=2010-05-08");
    for (var number : numbers.split(" ", -1)) {
      form.append("&PolicyInputList.member.").append(number.replace("+", "%2B")).append("={}");
    }
    return Requests.form("iam", form.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "true,true",
    "1,true",
    "false,false",
    "0,false",
    "True,",
    "FALSE,",
    "'true%20',",
    "null,",
    "'',"
  })
  void booleansOfFormsAreFourWords(String word, @Nullable Boolean value) {
    var request =
        Requests.form("iam", "Action=ListPolicies&Version=2010-05-08&OnlyAttached=" + word);
    if (value == null) {
      assertThat(Requests.text(Requests.refusal(request))).contains("<Code>MalformedInput</Code>");
    } else {
      assertThat(Requests.input(request))
          .isInstanceOfSatisfying(
              ListPoliciesRequest.class, in -> assertThat(in.onlyAttached()).isEqualTo(value));
    }
  }
}
