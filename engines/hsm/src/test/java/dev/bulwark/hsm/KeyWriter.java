package dev.bulwark.hsm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that makes keys in a token and names each one once it is made, until it is killed. */
final class KeyWriter {
  static final String LABEL = "0123456789abcdef0123456789abcdef";
  static final byte[] PIN = "a pin of the user, long".getBytes(StandardCharsets.US_ASCII);

  private KeyWriter() {}

  public static void main(String[] args) {
    int count = Integer.parseInt(args[1]);
    try (var hsm =
        SoftHsm.open(SoftHsm.findLibrary(System.getenv()).orElseThrow(), Path.of(args[0]))) {
      var token = hsm.create(LABEL, PIN, PIN);
      System.out.println("ready");
      for (int i = 0; i < count; i++) {
        token.generate("k" + i, i % 2 == 0 ? KeySpec.AES_256 : KeySpec.EC_P256);
        System.out.println("made k" + i);
      }
    }
  }
}
