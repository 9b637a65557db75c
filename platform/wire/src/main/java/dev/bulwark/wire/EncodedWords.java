package dev.bulwark.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** RFC 2047's encoded words, in which S3 sends and takes user metadata that is not ASCII. */
final class EncodedWords {
  private static final Pattern WORD =
      Pattern.compile("=\\?(?i:utf-8)\\?([bBqQ])\\?([^?\\s]*+)\\?=(?:\\s++(?==\\?))?");

  private EncodedWords() {}

  static String encode(String value) {
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c > '~') {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(Wire.utf8(value)) + "?=";
      }
    }
    return value;
  }

  /** Decodes; what is no encoded word stays as it is. */
  static String decode(String value) {
    if (!value.contains("=?")) {
      return value;
    }
    return WORD.matcher(value)
        .replaceAll(
            match -> {
              String text;
              try {
                text =
                    match.group(1).equalsIgnoreCase("b")
                        ? base64(match.group(2))
                        : quoted(match.group(2));
              } catch (IllegalArgumentException e) {
                text = match.group();
              }
              return java.util.regex.Matcher.quoteReplacement(text);
            });
  }

  private static String base64(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    var out = new ByteArrayOutputStream(text.length());
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '=' && i + 2 < text.length()) {
        out.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.write(c == '_' ? ' ' : c);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
