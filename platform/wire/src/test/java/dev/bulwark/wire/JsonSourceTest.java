package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** JSON from outside, read as Jackson reads it. */
class JsonSourceTest {
  private static final JsonFactory JACKSON = JsonFactory.builder().build();

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "0",
          "1",
          "-",
          ".",
          "e",
          "E",
          "+",
          "9",
          "true",
          "false",
          "null",
          " ",
          "\n",
          "\t",
          "\"a\"",
          "\"Plaintext\"",
          "\\u00e9",
          "\\ud83d",
          "\\ude00",
          "\\n",
          "é",
          "\uD83D\uDE00",
          "\u0001",
          "x",
          "12345678901234567890",
          "1e5",
          "/");

  private static @Nullable Object ours(byte[] json) throws DecodeException {
    return TokenReader.document(json);
  }

  /** The value that Jackson finds, or the exception that tells of none. */
  private static Object jacksons(byte[] json) {
    try (var parser = JACKSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() == null) {
        return new DecodeException(null);
      }
      var value = value(parser);
      return parser.nextToken() == null ? List.of(value) : new DecodeException(null);
    } catch (JacksonException | NumberFormatException e) {
      return new DecodeException(null);
    }
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        String name;
        while ((name = parser.nextName()) != null) {
          parser.nextToken();
          map.put(name, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<>();
        while (parser.nextToken() != tools.jackson.core.JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> "null";
      default -> throw new IllegalStateException(parser.currentToken().name());
    };
  }

  private static @Nullable Object withoutNulls(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case List<?> list -> list.stream().map(JsonSourceTest::withoutNulls).toList();
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<Object, @Nullable Object>();
        map.forEach((name, of) -> copy.put(name, withoutNulls(of)));
        yield copy;
      }
      default -> value;
    };
  }

  private static boolean hasHalfPair(Object value) {
    return value.toString().codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  private static void compare(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    var expected = jacksons(bytes);
    Object actual;
    try {
      actual = List.of(withoutNulls(ours(bytes)));
    } catch (DecodeException e) {
      actual = e;
    }
    // Half of a surrogate pair has no encoding and is refused here.
    if (expected instanceof DecodeException || hasHalfPair(expected)) {
      assertThat(actual).as(json).isInstanceOf(DecodeException.class);
    } else {
      assertThat(actual).as(json).isEqualTo(expected);
    }
  }

  @Test
  void anyTextIsReadOrRefusedAsJacksonDoes() {
    var random = new Random(42);
    for (var i = 0; i < 200_000; i++) {
      var json = new StringBuilder();
      for (var n = random.nextInt(12); n >= 0; n--) {
        json.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      compare(json.toString());
    }
  }

  /** Documents that are well formed for the most part. */
  private static void write(Random random, int depth, StringBuilder out) {
    var spaces = List.of("", "", " ", "\r\n", "\t");
    out.append(spaces.get(random.nextInt(spaces.size())));
    switch (random.nextInt(depth > 4 ? 5 : 8)) {
      case 0 -> out.append(random.nextInt(2000) - 1000);
      case 1 -> out.append(random.nextLong());
      case 2 -> out.append(random.nextDouble() * Math.pow(10, random.nextInt(40) - 20));
      case 3 -> out.append(List.of("true", "false", "null").get(random.nextInt(3)));
      case 4 -> text(random, out);
      case 5, 6 -> {
        out.append('{');
        for (int i = 0, size = random.nextInt(4); i < size; i++) {
          out.append(i == 0 ? "" : ",");
          text(random, out);
          out.append(':');
          write(random, depth + 1, out);
        }
        out.append('}');
      }
      default -> {
        out.append('[');
        for (int i = 0, size = random.nextInt(4); i < size; i++) {
          out.append(i == 0 ? "" : ",");
          write(random, depth + 1, out);
        }
        out.append(']');
      }
    }
    out.append(spaces.get(random.nextInt(spaces.size())));
  }

  private static void text(Random random, StringBuilder out) {
    var pieces =
        List.of("a", "Bc", "longer text", "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u0041");
    var others = List.of("é", "\uD83D\uDE00", "\\ud83d\\ude00", "\u2028", "\\u00e9");
    out.append('"');
    for (var n = random.nextInt(8); n > 0; n--) {
      var from = random.nextInt(4) == 0 ? others : pieces;
      out.append(from.get(random.nextInt(from.size())));
    }
    out.append('"');
  }

  @Test
  void documentsAreReadAsJacksonReadsThemWholeOrWithAFault() {
    var random = new Random(7);
    for (var i = 0; i < 50_000; i++) {
      var json = new StringBuilder();
      write(random, 0, json);
      compare(json.toString());
      if (!json.isEmpty()) {
        json.deleteCharAt(random.nextInt(json.length()));
        if (!json.isEmpty() && !hasHalfPair(json)) {
          compare(json.toString());
        }
      }
    }
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    for (var bytes :
        List.of(
            new byte[] {'"', (byte) 0xff, '"'},
            new byte[] {'"', (byte) 0xc3, '"'},
            new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
            new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'},
            new byte[] {'"', '\\', 'n', (byte) 0xe2, (byte) 0x82, '"'})) {
      assertThatThrownBy(() -> ours(bytes)).isInstanceOf(DecodeException.class);
    }
  }

  /** Members that no shape knows are read all the same. */
  @Test
  void whatIsSkippedIsLookedAt() throws Exception {
    for (var bytes :
        List.of(
            new byte[] {'"', (byte) 0xff, '"'},
            new byte[] {'"', '\\', 0, '"'},
            new byte[] {'"', '\\', '\n', '"'})) {
      for (var form : List.of("{\"x\":%s}", "{\"x\":[1,{\"y\":[%s]}]}")) {
        var json = form.formatted(new String(bytes, StandardCharsets.ISO_8859_1));
        var source = new JsonSource(json.getBytes(StandardCharsets.ISO_8859_1));
        source.next();
        source.nextName();
        assertThatThrownBy(
                () -> {
                  source.next();
                  source.skipChildren();
                })
            .isInstanceOf(DecodeException.class);
      }
    }
  }

  @Test
  void namesAreMeasuredWithoutTheirEscapes() throws Exception {
    var escapes = "{\"" + "\\u4e2d".repeat(2000) + "\":1}";
    assertThat(ours(escapes.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Map.of("中".repeat(2000), 1));
    var longer = "{\"" + "\\n".repeat(Documents.MAX_NAME + 1) + "\":1}";
    assertThatThrownBy(() -> ours(longer.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(DecodeException.class);
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws Exception {
    assertThat(ours("\uFEFF{\"a\":1}".getBytes(StandardCharsets.UTF_8))).isEqualTo(Map.of("a", 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Documents.MAX_DEPTH})
  void nestingHasABound(int depth) throws Exception {
    var json = "[".repeat(depth) + "]".repeat(depth);
    assertThat(ours(json.getBytes(StandardCharsets.UTF_8))).isInstanceOf(List.class);
    var deeper = "[".repeat(Documents.MAX_DEPTH) + json + "]".repeat(Documents.MAX_DEPTH);
    assertThatThrownBy(() -> ours(deeper.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(DecodeException.class);
  }
}
