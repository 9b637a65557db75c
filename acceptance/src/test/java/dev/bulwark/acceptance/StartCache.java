package dev.bulwark.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ahead-of-time cache that the launcher makes for users, for the tests' Java options: the
 * program is started so often here that a training run is soon worth it. Without a cache starts
 * take twice as long, and all else is the same.
 */
final class StartCache {
  private static final Path JAR = Path.of(System.getProperty("bulwark.jar"));

  private static final List<String> JAVA =
      List.of(
          ProcessHandle.current().info().command().orElse("java"),
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:MaxHeapSize=512m");

  /** Java options that use the cache; none where it cannot be made. */
  private static final List<String> CACHED = cached();

  private StartCache() {}

  /** The command line that runs the program with these arguments. */
  static List<String> command(List<String> arguments) {
    return command(CACHED, arguments);
  }

  private static List<String> command(List<String> options, List<String> arguments) {
    var command = new ArrayList<>(JAVA);
    command.addAll(options);
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(arguments);
    return command;
  }

  private static List<String> cached() {
    var cache = Path.of("target", "acceptance.aot").toAbsolutePath();
    try {
      if (!isCurrent(cache) && !train(cache)) {
        return List.of();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return List.of("-XX:AOTCache=" + cache, "-Xlog:disable");
  }

  /** Whether nothing of the packaged program is newer. */
  private static boolean isCurrent(Path cache) throws IOException {
    if (!Files.exists(cache)) {
      return false;
    }
    var made = Files.getLastModifiedTime(cache);
    try (Stream<Path> libraries = Files.list(JAR.resolveSibling("lib"))) {
      return Stream.concat(Stream.of(JAR), libraries)
          .allMatch(file -> file.toFile().lastModified() < made.toMillis());
    }
  }

  private static boolean train(Path cache) throws IOException, InterruptedException {
    var log = Files.createTempFile("bulwark-train-", ".log");
    var process =
        new ProcessBuilder(command(List.of("-XX:AOTCacheOutput=" + cache), List.of("train")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return process.waitFor() == 0 && Files.exists(cache);
  }
}
