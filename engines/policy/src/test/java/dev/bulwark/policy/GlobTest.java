package dev.bulwark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *                  | anything/at:all       | true
          *                  | ''                    | true
          ''                 | ''                    | true
          ''                 | a                     | false
          a                  | a                     | true
          a                  | A                     | false
          a                  | ab                    | false
          a*                 | a                     | true
          a*                 | abc                   | true
          a*                 | ba                    | false
          *c                 | abc                   | true
          *c                 | c                     | true
          *c                 | cd                    | false
          a*c                | ac                    | true
          a*c                | abcbc                 | true
          a*c                | a                     | false
          aba*aba            | aba                   | false
          aba*aba            | abaaba                | true
          a?c                | abc                   | true
          a?c                | ac                    | false
          ???                | abc                   | true
          ???                | ab                    | false
          ?*                 | ''                    | false
          ?*                 | x                     | true
          *?                 | x                     | true
          *a?b*c             | xxacbaabyyc           | true
          *a?b*c             | xxabyyc               | false
          **                 | ''                    | true
          a**b               | ab                    | true
          arn:aws:s3:::b/*/x | arn:aws:s3:::b/1/2/x  | true
          arn:aws:s3:::b/*/x | arn:aws:s3:::b/x      | false
          """)
  void matchesWildcards(String pattern, String text, boolean expected) {
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(expected);
  }

  @Property(tries = 20_000)
  void agreesWithTheDefinition(@ForAll("patterns") String pattern, @ForAll("texts") String text) {
    assertThat(Glob.of(pattern).matches(text)).isEqualTo(reference(pattern, 0, text, 0));
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.strings().withChars("ab:*?").ofMaxLength(9);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab:").ofMaxLength(12);
  }

  @Test
  void staysFastOnPatternsThatTrapBacktracking() {
    var pattern = Glob.of("*a".repeat(3_000) + "b");
    var questions = Glob.of("*?a".repeat(2_000) + "b");
    var text = "a".repeat(6_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () -> {
          assertThat(pattern.matches(text)).isFalse();
          assertThat(questions.matches(text)).isFalse();
        });
  }

  private static boolean reference(String pattern, int p, String text, int t) {
    if (p == pattern.length()) {
      return t == text.length();
    }
    if (pattern.charAt(p) == '*') {
      return reference(pattern, p + 1, text, t)
          || (t < text.length() && reference(pattern, p, text, t + 1));
    }
    return t < text.length()
        && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))
        && reference(pattern, p + 1, text, t + 1);
  }
}
