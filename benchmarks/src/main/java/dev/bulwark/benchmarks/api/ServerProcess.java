package dev.bulwark.benchmarks.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A server in a process of its own: Bulwark as its launcher starts it, or the empty server with the
 * same JVM options.
 */
final class ServerProcess implements AutoCloseable {
  static final String ACCESS_KEY_ID = "AKIABENCHMARKROOT234";
  static final String SECRET = "the-root-secret-of-benchmark-runs-012345";

  private static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:MaxHeapSize=512m",
          "-XX:NewSize=32m");
  private static final Pattern READY = Pattern.compile(".*?(?:http://[0-9.]+:)?(\\d{4,5})\\b.*");

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** The empty server, without an ahead-of-time cache. */
  static ServerProcess empty(int port) throws IOException {
    return start(
        List.of(
            "-cp", System.getProperty("java.class.path"), EmptyServer.class.getName(), "" + port),
        Map.of());
  }

  /** Bulwark on a data folder. */
  static ServerProcess bulwark(int port, Path dataDir) throws IOException {
    var aot = System.getenv("BULWARK_AOT");
    var arguments = new ArrayList<String>();
    if (aot != null && Files.exists(Path.of(aot))) {
      arguments.addAll(List.of("-XX:AOTCache=" + aot, "-Xlog:disable"));
    }
    arguments.addAll(
        List.of("-jar", jar(), "up", "--port", "" + port, "--data", dataDir.toString()));
    return start(
        arguments,
        Map.of(
            "BULWARK_ROOT_ACCESS_KEY_ID",
            ACCESS_KEY_ID,
            "BULWARK_ROOT_SECRET_ACCESS_KEY",
            SECRET,
            "BULWARK_IAM_USERS_QUOTA",
            "1000000"));
  }

  private static String jar() {
    var jar = System.getenv("BULWARK_JAR");
    return jar == null ? "server/target/app/bulwark-server.jar" : jar;
  }

  private static ServerProcess start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(JVM);
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    var process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    while ((line = out.readLine()) != null) {
      var matcher = READY.matcher(line);
      if (matcher.matches()) {
        Thread.ofVirtual().start(() -> drain(out));
        return new ServerProcess(process, Integer.parseInt(matcher.group(1)));
      }
    }
    throw new IOException("the server did not start");
  }

  /** Reads on, so that the server can write. */
  private static void drain(BufferedReader out) {
    try (out) {
      out.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The server has ended.
    }
  }

  int port() {
    return port;
  }

  /** The resident set, in MiB; Linux only. */
  long residentMiB() throws IOException {
    return mebibytes("VmRSS:");
  }

  /** The largest that it has been. */
  long mostResidentMiB() throws IOException {
    return mebibytes("VmHWM:");
  }

  private long mebibytes(String name) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }

  /**
   * The processor time that it has used up, but for compiling itself, in microseconds; Linux only.
   * Of one request it tells nearly the same however busy the machine is.
   */
  long processorMicros() throws IOException {
    long ticks = 0;
    var threads = Path.of("/proc/" + process.pid() + "/task");
    try (var all = Files.newDirectoryStream(threads)) {
      for (var thread : all) {
        var stat = stat(thread);
        if (!stat.contains("Compiler")) {
          var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    }
    // Of a hundredth of a second: see proc_pid_stat(5).
    return ticks * 10_000;
  }

  private static String stat(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (NoSuchFileException e) {
      return "0 (ended) X 0 0 0 0 0 0 0 0 0 0 0 0";
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
