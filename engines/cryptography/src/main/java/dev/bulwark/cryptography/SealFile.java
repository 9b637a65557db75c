package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The file that holds the wrapped root key, beside each copy of the log. While the root key is
 * being changed it holds the old one and the new one.
 *
 * @param kind of the seal that wrapped them
 * @param threshold how many shares unseal; 0 where no people are needed
 * @param digests of the shares, so that no other is taken for one; none in files of before
 */
record SealFile(String kind, int shares, int threshold, List<String> digests, List<Wrapped> roots) {
  static final String FILE = "keys.seal";
  static final String SHARES = "shares";

  /**
   * A wrapped root key.
   *
   * @param check tells which one it is, as the log's header does
   */
  record Wrapped(byte[] check, byte[] bytes) {}

  /** Of a seal that needs no people. */
  static SealFile of(Seal seal, List<Wrapped> roots) {
    return new SealFile(seal.kind(), 0, 0, List.of(), roots);
  }

  SealFile withDigests(List<String> made) {
    return new SealFile(kind, shares, threshold, made, roots);
  }

  void write(Path folder, boolean durable) throws IOException {
    var text = new StringBuilder("# The root key of Bulwark's keys, wrapped. Do not edit.\n");
    text.append("format=1\nkind=").append(kind).append('\n');
    text.append("shares=").append(shares).append("\nthreshold=").append(threshold).append('\n');
    for (int i = 0; i < digests.size(); i++) {
      text.append("share.").append(i).append('=').append(digests.get(i)).append('\n');
    }
    for (int i = 0; i < roots.size(); i++) {
      var root = roots.get(i);
      text.append("root.").append(i).append('=').append(HexFormat.of().formatHex(root.check()));
      text.append(':').append(Base64.getEncoder().encodeToString(root.bytes())).append('\n');
    }
    DurableFiles.replace(
        folder.resolve(FILE), durable, text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The file of a folder, else of the other one.
   *
   * @throws CryptographyException DAMAGED where neither can be read although one is there
   */
  static Optional<SealFile> read(Path folder, Path otherFolder) {
    var found = false;
    for (var path : List.of(folder.resolve(FILE), otherFolder.resolve(FILE))) {
      if (Files.exists(path)) {
        found = true;
        try {
          return Optional.of(parse(Files.readString(path, StandardCharsets.US_ASCII)));
        } catch (IOException | IllegalArgumentException e) {
          // The other copy may be readable.
        }
      }
    }
    if (found) {
      throw new CryptographyException(
          Reason.DAMAGED,
          "%s cannot be read, nor its copy in %s: put one of them back from a backup"
              .formatted(folder.resolve(FILE), otherFolder));
    }
    return Optional.empty();
  }

  private static SealFile parse(String text) throws IOException {
    var values = new Properties();
    values.load(new StringReader(text));
    if (!"1".equals(values.getProperty("format"))) {
      throw new IllegalArgumentException("another format");
    }
    List<Wrapped> roots = new ArrayList<>();
    for (var root : numbered("root.", values)) {
      int colon = root.indexOf(':');
      roots.add(
          new Wrapped(
              HexFormat.of().parseHex(root.substring(0, colon)),
              Base64.getDecoder().decode(root.substring(colon + 1))));
    }
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("no root key");
    }
    return new SealFile(
        values.getProperty("kind", ""),
        Integer.parseInt(values.getProperty("shares", "0")),
        Integer.parseInt(values.getProperty("threshold", "0")),
        numbered("share.", values),
        List.copyOf(roots));
  }

  private static List<String> numbered(String prefix, Properties values) {
    List<String> found = new ArrayList<>();
    for (int i = 0; values.getProperty(prefix + i) instanceof String value; i++) {
      found.add(value);
    }
    return List.copyOf(found);
  }
}
