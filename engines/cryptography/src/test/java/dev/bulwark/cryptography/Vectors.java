package dev.bulwark.cryptography;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Test vectors in text: lines of {@code name = value}, blocks apart by empty lines, remarks. */
record Vectors(List<Block> blocks) {

  /** One vector. */
  record Block(Map<String, String> values) {
    String text(String name) {
      var value = values.get(name);
      if (value == null) {
        throw new IllegalStateException("no " + name + " in " + values);
      }
      return value;
    }

    byte[] bytes(String name) {
      return HexFormat.of().parseHex(text(name));
    }

    BigInteger number(String name) {
      return new BigInteger(1, bytes(name));
    }

    @Override
    public String toString() {
      return values.entrySet().stream()
          .filter(entry -> entry.getValue().length() < 64)
          .map(entry -> entry.getKey() + "=" + entry.getValue())
          .sorted()
          .collect(Collectors.joining(" "));
    }
  }

  /** The vectors of a file beside this class. */
  static Vectors read(String name) {
    try (var in = Vectors.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name);
      }
      var text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return new Vectors(
          Stream.of(text.split("\n\n"))
              .map(Vectors::block)
              .filter(block -> !block.values().isEmpty())
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Block block(String text) {
    return new Block(
        Arrays.stream(text.split("\n"))
            .filter(line -> !line.startsWith("#") && !line.isBlank())
            .map(line -> line.split(" = ", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
  }

  Stream<Block> ofKind(String kind) {
    return blocks.stream().filter(block -> kind.equals(block.text("kind")));
  }
}
