package dev.bulwark.analysis.validate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** AWS's messages: a line each of code, type and text with places for values. */
final class Messages {
  private static final String RESOURCE = "issues.txt";
  private static final Map<String, Message> ALL = read();

  /**
   * A message.
   *
   * @param text with places such as {@code {{action}}}
   */
  record Message(Issue.Type type, String text) {
    /** The text with its places filled in: names and values by turns. */
    String fill(String... namesAndValues) {
      var filled = text;
      for (int i = 0; i < namesAndValues.length; i += 2) {
        filled = filled.replace("{{" + namesAndValues[i] + "}}", namesAndValues[i + 1]);
      }
      return filled;
    }
  }

  private Messages() {}

  /** The message of a code, or of one of its variants: {@code INVALID_ACTION.SUGGESTED}. */
  static Message of(String code) {
    return Objects.requireNonNull(ALL.get(code), code);
  }

  private static Map<String, Message> read() {
    Map<String, Message> messages = new HashMap<>();
    try (var in = Objects.requireNonNull(Messages.class.getResourceAsStream(RESOURCE))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", 3))
          .forEach(
              fields ->
                  messages.put(fields[0], new Message(Issue.Type.valueOf(fields[1]), fields[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(messages);
  }
}
