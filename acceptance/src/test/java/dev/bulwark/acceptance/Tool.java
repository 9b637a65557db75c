package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A client program of this machine, run with the variables that {@code ./bulwark env} prints. */
final class Tool {
  private final List<String> command;
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  private Tool(List<String> command, Path folder) {
    this.command = command;
    this.folder = folder;
  }

  /** Where a program is on the PATH. */
  static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * A program that talks to a server as root; its home, its configuration and its files are in a
   * folder of its own.
   */
  static Tool of(Path program, RunningServer server, Path folder) {
    var tool = new Tool(List.of(program.toString()), folder);
    tool.environment.put("AWS_ENDPOINT_URL", server.endpoint().toString());
    tool.environment.put("AWS_REGION", RunningServer.REGION);
    tool.environment.put("AWS_DEFAULT_REGION", RunningServer.REGION);
    tool.environment.put("AWS_ACCESS_KEY_ID", RunningServer.ROOT.accessKeyId());
    tool.environment.put("AWS_SECRET_ACCESS_KEY", RunningServer.ROOT.secretAccessKey());
    tool.environment.put("AWS_CONFIG_FILE", folder.resolve("no-config").toString());
    tool.environment.put("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("no-file").toString());
    tool.environment.put("AWS_EC2_METADATA_DISABLED", "true");
    tool.environment.put("AWS_PAGER", "");
    return tool;
  }

  /** The same with another variable. */
  Tool with(String variable, String value) {
    var other = new Tool(command, folder);
    other.environment.putAll(environment);
    other.environment.put(variable, value);
    return other;
  }

  /** The same without those variables. */
  Tool without(String... variables) {
    var other = new Tool(command, folder);
    other.environment.putAll(environment);
    List.of(variables).forEach(other.environment::remove);
    return other;
  }

  /**
   * How a run ended.
   *
   * @param printed on standard output and standard error
   */
  record Result(int status, String printed) {
    /** What was printed, where it ended well. */
    String ok() {
      assertThat(status).as(printed).isZero();
      return printed.strip();
    }

    String failed() {
      assertThat(status).as(printed).isNotZero();
      return printed;
    }
  }

  Result run(String... arguments) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    var builder = new ProcessBuilder(all).directory(folder.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("AWS_") && !name.equals("AWS_CA_BUNDLE"));
    builder.environment().putAll(environment);
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
