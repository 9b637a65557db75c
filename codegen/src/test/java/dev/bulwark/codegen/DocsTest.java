package dev.bulwark.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DocsTest {

  @Test
  void takesTheFirstSentenceWithoutMarkup() {
    assertThat(Docs.firstSentence("<p>Creates a <b>user</b>, e.g. one for you. More follows.</p>"))
        .isEqualTo("Creates a user, e.g. one for you.");
  }

  @Test
  void endsWithTheFirstBlock() {
    assertThat(Docs.firstSentence("<p>Creates a user</p> <p>Another one.</p>"))
        .isEqualTo("Creates a user");
  }

  @Test
  void cutsLongSentencesBetweenWords() {
    var text = Docs.firstSentence("word ".repeat(100));
    assertThat(text).hasSizeLessThanOrEqualTo(201).endsWith("word…");
  }

  @Test
  void cannotBreakOutOfTheComment() {
    assertThat(Docs.comment("Matches a*/b, \\u002a, &lt;x&gt; and @y {z}.", ""))
        .isEqualTo("/** Matches a*&#47;b, &#92;u002a, &lt;x&gt; and &#64;y &#123;z&#125;. */");
  }

  @Test
  void fallsBackWhereThereIsNoText() {
    assertThat(Docs.comment("<p></p>", "User.")).isEqualTo("/** User. */");
  }
}
