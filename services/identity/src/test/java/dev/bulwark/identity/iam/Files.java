package dev.bulwark.identity.iam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The certificates and keys of these tests: made by openssl and ssh-keygen, valid for 100 years.
 */
final class Files {
  private Files() {}

  static String text(String name) {
    try (var in = Files.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
