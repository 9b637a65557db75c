package dev.bulwark.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.logs.filter.FilterPattern;
import dev.bulwark.logs.filter.InvalidPatternException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filter patterns, by the examples of AWS's documentation. */
class FilterPatternTest {
  private static final String JSON =
      """
      {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "arrayKey": ["value", "another value"],
       "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}], "SomeObject": null, "ThisFlag": true,
       "cluster.name": "c", "latency": 50.5, "big": 1e3}""";
  private static final String SPACES =
      "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "ERROR | [ERROR 400] BAD REQUEST | true",
        "ERROR | error | false",
        "ERROR ARGUMENTS | [ERROR 419] MISSING ARGUMENTS | true",
        "ERROR ARGUMENTS | [ERROR 400] BAD REQUEST | false",
        "?ERROR ?ARGUMENTS | MISSING ARGUMENTS | true",
        "?ERROR ?ARGUMENTS | nothing | false",
        "ERROR -ARGUMENTS | [ERROR 400] BAD REQUEST | true",
        "ERROR -ARGUMENTS | [ERROR 419] MISSING ARGUMENTS | false",
        "\"INTERNAL SERVER ERROR\" | [ERROR 500] INTERNAL SERVER ERROR | true",
        "%4[0-9]{2}% | [ERROR 419] | true",
        "%4[0-9]{2}% | [ERROR 519] | false",
        "'' | anything | true"
      })
  void terms(String pattern, String message, boolean matches) throws InvalidPatternException {
    assertThat(FilterPattern.parse(pattern.equals("''") ? "" : pattern).matches(message))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{ $.eventType = \"UpdateTrail\" };true",
        "{ $.eventType = UpdateTrail };true",
        "{ $.eventType != \"UpdateTrail\" };false",
        "{ $.sourceIPAddress != 123.123.* };true",
        "{ $.sourceIPAddress = 111.* };true",
        "{ $.arrayKey[0] = \"value\" };true",
        "{ $.arrayKey[*] = \"another*\" };true",
        "{ $.objectList[1].id = 2 };true",
        "{ $.objectList[*].id > 2 };false",
        "{ $.SomeObject IS NULL };true",
        "{ $.SomeOtherObject NOT EXISTS };true",
        "{ $.eventType NOT EXISTS };false",
        "{ $.ThisFlag IS TRUE };true",
        "{ $.ThisFlag IS FALSE };false",
        "{ $.['cluster.name'] = \"c\" };false",
        "{ $['cluster.name'] = \"c\" };true",
        "{ ($.latency > 50) && ($.latency <= 50.5) };true",
        "{ $.latency < 50 || $.big = 1000 };true",
        "{ $.eventType = %^Update% };true",
        "{ $.missing = \"x\" };false"
      })
  void membersOfJson(String pattern, boolean matches) throws InvalidPatternException {
    // AWS has no dot before a bracket, either.
    if (pattern.contains("$.[")) {
      assertThatThrownBy(() -> FilterPattern.parse(pattern))
          .isInstanceOf(InvalidPatternException.class);
      return;
    }
    assertThat(FilterPattern.parse(pattern).matches(JSON)).isEqualTo(matches);
    assertThat(FilterPattern.parse(pattern).matches("no JSON")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "[ip, user, username, timestamp, request, status_code, bytes];true",
        "[ip, user, username, timestamp, request, status_code = 4*, bytes > 1000];true",
        "[ip, user, username, timestamp, request = *.html*, status_code = 4*, bytes];true",
        "[ip, user, username, timestamp, request, status_code = 404 || status_code = 410, bytes];true",
        "[ip, user, username, timestamp, request, status_code != 404, bytes];false",
        "[..., status_code = 404, bytes];true",
        "[ip, ..., bytes < 1000];false",
        "[ip, user];false",
        "[ip = %127\\.0\\.0\\.[1-3]%, ...];true"
      })
  void fieldsSetApartBySpaces(String pattern, boolean matches) throws InvalidPatternException {
    assertThat(FilterPattern.parse(pattern).matches(SPACES)).isEqualTo(matches);
  }

  @Test
  void whatMatchedIsTold() throws InvalidPatternException {
    var spaces = FilterPattern.parse("[ip, ..., status = 404, bytes]");
    assertThat(spaces.match(SPACES).orElseThrow())
        .containsEntry("$ip", "127.0.0.1")
        .containsEntry("$bytes", "1534");
    assertThat(spaces.value(SPACES, "$bytes")).isEqualTo("1534");
    var json = FilterPattern.parse("{ $.latency = * }");
    assertThat(json.value(JSON, "$.latency")).isEqualTo("50.5");
    assertThat(json.match(JSON).orElseThrow()).containsEntry("$.latency", "50.5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ $.a = }",
        "{ a = 1 }",
        "[a, b",
        "\"open",
        "%(%",
        "{ $.a = 1 } x",
        "a=b",
        "{ $.a > x }"
      })
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatThrownBy(() -> FilterPattern.parse(pattern))
        .isInstanceOf(InvalidPatternException.class);
  }
}
