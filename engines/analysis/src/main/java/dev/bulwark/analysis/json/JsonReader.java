package dev.bulwark.analysis.json;

import dev.bulwark.analysis.json.Json.Member;
import dev.bulwark.analysis.json.Json.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON into {@link Json}. */
public final class JsonReader {
  private static final int DEEPEST = 32;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(65_536)
                  .build())
          .build();

  private final String text;
  private final JsonParser parser;

  private JsonReader(String text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
  }

  /**
   * Reads a text that is one JSON value.
   *
   * @throws JsonSyntaxException where it is not, or is nested more than 32 deep
   */
  public static Json read(String text) throws JsonSyntaxException {
    try (var parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      var reader = new JsonReader(text, parser);
      var value = reader.value(parser.nextToken());
      if (parser.nextToken() != null) {
        throw new JsonSyntaxException(position(parser.currentTokenLocation()));
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new JsonSyntaxException(null);
    } catch (StreamReadException e) {
      throw new JsonSyntaxException(position(e.getLocation()));
    }
  }

  private static @Nullable TextPosition position(@Nullable TokenStreamLocation location) {
    return location == null || location.getCharOffset() < 0
        ? null
        : new TextPosition(
            location.getLineNr(), location.getColumnNr() - 1, (int) location.getCharOffset());
  }

  private Json value(@Nullable JsonToken token) throws JsonSyntaxException {
    if (token == null) {
      throw new JsonSyntaxException(position(parser.currentLocation()));
    }
    int start = (int) parser.currentTokenLocation().getCharOffset();
    return switch (token) {
      case START_OBJECT -> object(start);
      case START_ARRAY -> array(start);
      case VALUE_STRING -> {
        var content = parser.getString();
        yield new Json.Text(content, start, end());
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(Scalar.Kind.NUMBER, start);
      case VALUE_TRUE, VALUE_FALSE -> scalar(Scalar.Kind.BOOLEAN, start);
      default -> scalar(Scalar.Kind.NULL, start);
    };
  }

  private Json scalar(Scalar.Kind kind, int start) {
    var written = parser.getString();
    return new Scalar(kind, written, start, start + written.length());
  }

  private Json object(int start) throws JsonSyntaxException {
    List<Member> members = new ArrayList<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      int nameStart = (int) parser.currentTokenLocation().getCharOffset();
      int nameEnd = nameEnd(nameStart);
      members.add(new Member(name, nameStart, nameEnd, value(parser.nextToken())));
    }
    return new Json.Obj(List.copyOf(members), start, end());
  }

  /** The parser reads past a name to its colon; where the name's quote stands is looked up. */
  private int nameEnd(int nameStart) {
    int at = nameStart + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private Json array(int start) throws JsonSyntaxException {
    List<Json> items = new ArrayList<>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      items.add(value(token));
    }
    return new Json.Arr(List.copyOf(items), start, end());
  }

  private int end() {
    return (int) parser.currentLocation().getCharOffset();
  }
}
