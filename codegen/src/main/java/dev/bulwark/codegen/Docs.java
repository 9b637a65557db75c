package dev.bulwark.codegen;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes Javadoc of the HTML in models: the first sentence, as plain text. */
final class Docs {
  private static final int MAX_LENGTH = 200;
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern BLOCK_END = Pattern.compile("</(p|li|h\\d|dd|note|important)>");
  private static final Pattern SENTENCE_END =
      Pattern.compile("(?<![ .](?i:e\\.g|i\\.e|etc|vs))[.:](\\s|$)");

  private Docs() {}

  /** A Javadoc comment on one line. */
  static String comment(@Nullable String html, String fallback) {
    var text = html == null ? "" : firstSentence(html);
    return "/** " + escape(text.isEmpty() ? fallback : text) + " */";
  }

  static String firstSentence(String html) {
    var text = BLOCK_END.matcher(html).replaceAll(" \u0000");
    text = TAG.matcher(text).replaceAll("");
    text =
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&nbsp;", " ")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
    text = SPACE.matcher(text).replaceAll(" ").strip();
    while (text.startsWith("\u0000")) {
      text = text.substring(1).strip();
    }
    var block = text.indexOf('\u0000');
    if (block >= 0) {
      text = text.substring(0, block).strip();
    }
    var end = SENTENCE_END.matcher(text);
    if (end.find()) {
      text = text.substring(0, end.start()) + ".";
    }
    if (text.length() > MAX_LENGTH) {
      var cut = text.lastIndexOf(' ', MAX_LENGTH);
      text = text.substring(0, cut > 0 ? cut : MAX_LENGTH) + "…";
    }
    return text;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("@", "&#64;")
        .replace("\\", "&#92;")
        .replace("{", "&#123;")
        .replace("}", "&#125;")
        .replace("*/", "*&#47;");
  }
}
