package dev.bulwark.codegen;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * A folder of generated files: rewrites only those whose content changed, and removes those that
 * are no longer generated.
 */
final class OutputTree {
  private final Path root;
  private final Set<Path> written = new HashSet<>();
  private int changed;

  OutputTree(Path root) {
    this.root = root;
  }

  void write(String path, String text) throws IOException {
    write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(String path, byte[] content) throws IOException {
    var file = root.resolve(path);
    if (!written.add(file)) {
      throw new IllegalStateException("generated twice: " + path);
    }
    if (!isSame(file, content)) {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      changed++;
    }
  }

  private static boolean isSame(Path file, byte[] content) throws IOException {
    try {
      return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  int size() {
    return written.size();
  }

  int changed() {
    return changed;
  }

  /**
   * Deletes files that were not written this time, and what was compiled from them, which the
   * compiler would leave behind.
   *
   * @param classes where the compiler puts this tree's classes
   */
  void deleteStale(Path classes) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (!written.contains(file)) {
          Files.delete(file);
          deleteCompiled(classes.resolve(root.relativize(file)));
        }
      }
    }
  }

  private static void deleteCompiled(Path output) throws IOException {
    Files.deleteIfExists(output);
    var name = output.getFileName().toString();
    var folder = output.getParent();
    if (!name.endsWith(".java") || folder == null || !Files.isDirectory(folder)) {
      return;
    }
    var stem = name.substring(0, name.length() - ".java".length());
    try (var siblings = Files.newDirectoryStream(folder, stem + "{.class,$*.class}")) {
      for (var compiled : siblings) {
        Files.delete(compiled);
      }
    }
  }
}
