package dev.bulwark.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTreeTest {
  @TempDir private Path folder;

  @Test
  void leavesFilesAloneWhoseContentDidNotChange() throws IOException {
    var file = folder.resolve("sources/a/A.java");
    new OutputTree(folder.resolve("sources")).write("a/A.java", "class A {}");
    var old = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(file, old);

    var tree = new OutputTree(folder.resolve("sources"));
    tree.write("a/A.java", "class A {}");

    assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
    assertThat(tree.changed()).isZero();
  }

  @Test
  void removesWhatIsNoLongerGeneratedAndItsClasses() throws IOException {
    var first = new OutputTree(folder.resolve("sources"));
    first.write("a/A.java", "class A {}");
    first.write("a/Ab.java", "class Ab {}");
    var classes = Files.createDirectories(folder.resolve("classes/a"));
    for (var name : new String[] {"A.class", "A$Builder.class", "Ab.class"}) {
      Files.createFile(classes.resolve(name));
    }

    var second = new OutputTree(folder.resolve("sources"));
    second.write("a/Ab.java", "class Ab {}");
    second.deleteStale(folder.resolve("classes"));

    assertThat(folder.resolve("sources/a")).isDirectoryNotContaining("glob:**A.java");
    assertThat(classes).isDirectoryContaining("glob:**Ab.class");
    assertThat(Files.exists(classes.resolve("A.class"))).isFalse();
    assertThat(Files.exists(classes.resolve("A$Builder.class"))).isFalse();
  }
}
