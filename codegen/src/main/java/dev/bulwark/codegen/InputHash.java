package dev.bulwark.codegen;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;

/**
 * A digest of all that decides what is generated: the generator, the schema runtime, the models and
 * the manifest.
 */
final class InputHash {
  private InputHash() {}

  /**
   * The digest of a class path's contents, the same for a folder and for the jar made of it. Of
   * jars it reads only the directory, whose checksums tell a change.
   *
   * @param output a folder to leave out: what the build makes of the generated files is on the
   *     class path too
   */
  static String of(String classPath, Path output) throws IOException {
    var checksums = new TreeMap<String, Long>();
    for (var element : classPath.split(File.pathSeparator)) {
      var path = Path.of(element);
      if (path.toAbsolutePath().startsWith(output)) {
        continue;
      }
      if (Files.isDirectory(path)) {
        addFolder(checksums, path);
      } else if (Files.isRegularFile(path)) {
        addJar(checksums, path);
      }
    }
    var digest = newDigest();
    checksums.forEach(
        (name, checksum) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(ByteBuffer.allocate(Long.BYTES).putLong(checksum).array());
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void addFolder(Map<String, Long> checksums, Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var checksum = new CRC32();
        checksum.update(Files.readAllBytes(file));
        add(
            checksums,
            root.relativize(file).toString().replace(File.separatorChar, '/'),
            checksum.getValue());
      }
    }
  }

  private static void addJar(Map<String, Long> checksums, Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      for (var entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory()) {
          add(checksums, entry.getName(), entry.getCrc());
        }
      }
    }
  }

  private static void add(Map<String, Long> checksums, String name, long checksum) {
    if (!name.startsWith("META-INF/")) {
      checksums.put(name, checksum);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
