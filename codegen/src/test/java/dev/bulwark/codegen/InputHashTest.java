package dev.bulwark.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputHashTest {
  @TempDir private Path folder;
  private Path classes;
  private Path output;

  @BeforeEach
  void writeInputs() throws IOException {
    classes = Files.createDirectories(folder.resolve("classes"));
    output = Files.createDirectories(folder.resolve("output"));
    Files.createDirectories(classes.resolve("a"));
    Files.writeString(classes.resolve("a/A.class"), "one");
  }

  private String hash(Path... elements) throws IOException {
    var path = new StringBuilder();
    for (var element : elements) {
      path.append(element).append(File.pathSeparator);
    }
    return InputHash.of(path.toString(), output);
  }

  @Test
  void isTheSameForAFolderAndItsJar() throws IOException {
    var jar = folder.resolve("a.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
      zip.putNextEntry(new ZipEntry("a/A.class"));
      zip.write(Files.readAllBytes(classes.resolve("a/A.class")));
    }
    assertThat(hash(jar)).isEqualTo(hash(classes));
  }

  @Test
  void changesWithAnyContent() throws IOException {
    var before = hash(classes);
    Files.writeString(classes.resolve("a/A.class"), "two");
    assertThat(hash(classes)).isNotEqualTo(before);
  }

  @Test
  void doesNotDependOnWhatIsMadeOfTheOutput() throws IOException {
    var compiled = Files.createDirectories(output.resolve("classes"));
    var before = hash(classes, compiled);
    Files.writeString(compiled.resolve("B.class"), "compiled");
    assertThat(hash(classes, compiled)).isEqualTo(before);
  }
}
