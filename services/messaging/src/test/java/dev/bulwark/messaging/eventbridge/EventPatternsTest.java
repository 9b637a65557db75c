package dev.bulwark.messaging.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventPatternsTest {
  @Test
  void aStoredPatternThatIsNoneAnyMoreMatchesNothing() {
    for (var text : new String[] {"{\"source\":[{\"unknown\":1}]}", "[]", "no JSON"}) {
      assertThat(EventPatterns.stored(text)).as(text).isEmpty();
      assertThat(EventPatterns.usesWildcards(text)).as(text).isFalse();
    }
    assertThat(EventPatterns.usesWildcards("{\"source\":[{\"wildcard\":\"a*\"}]}")).isTrue();
    assertThat(EventPatterns.usesWildcards("{\"source\":[\"a\"]}")).isFalse();
    assertThat(EventPatterns.usesWildcards(null)).isFalse();
  }
}
