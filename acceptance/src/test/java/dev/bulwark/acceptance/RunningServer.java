package dev.bulwark.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The packaged program in a process of its own, on a free port; driven as users drive it. */
final class RunningServer implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String REGION = "us-east-1";
  static final AwsBasicCredentials ROOT =
      AwsBasicCredentials.create("AKIAROOTKEYFORTESTS2", "root-secret-of-this-test-run-0123456789");

  private static final Pattern READY = Pattern.compile(".*(http://[0-9.]+:\\d+).*");

  private final Process process;
  private final URI endpoint;

  private RunningServer(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  private static final class Shared {
    static final RunningServer SERVER = start("--ephemeral", "--lab");
  }

  /** One for all tests that do not mind each other: it keeps nothing, and ends with this JVM. */
  static RunningServer shared() {
    return Shared.SERVER;
  }

  /** A new one with these options of {@code bulwark up}. */
  static RunningServer start(String... options) {
    return start(Map.of(), options);
  }

  /** The same with these variables. */
  static RunningServer start(Map<String, String> environment, String... options) {
    return start(up(environment, options));
  }

  /**
   * The instance metadata service of an instance with that profile, before a server on a folder.
   */
  static RunningServer imds(Path data, String profile) {
    return start(
        builder(
            List.of(
                "imds", "--data", data.toString(), "--instance-profile", profile, "--port", "0")));
  }

  private static RunningServer start(ProcessBuilder builder) {
    try {
      var log = Files.createTempFile("bulwark-", ".log");
      var process = builder.redirectError(log.toFile()).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new RunningServer(process, awaitReady(process, log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How a command of the program ended that was to end.
   *
   * @param printed on standard output and standard error
   */
  record Ended(int status, String printed) {}

  /** Starts one that will not run: waits for its end. */
  static Ended refused(Map<String, String> environment, String... options) {
    return end(up(environment, options).redirectErrorStream(true));
  }

  /** Runs a command of the program other than {@code up} to its end. */
  static Ended command(String... arguments) {
    return end(builder(List.of(arguments)).redirectErrorStream(true));
  }

  /** The same with something to read on standard input. */
  static Ended commandReading(String input, String... arguments) {
    try {
      var file = Files.createTempFile("bulwark-", ".in");
      Files.writeString(file, input);
      return end(
          builder(List.of(arguments)).redirectErrorStream(true).redirectInput(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a command of the program prints on standard output alone. */
  static String output(String... arguments) {
    return end(builder(List.of(arguments)).redirectError(ProcessBuilder.Redirect.DISCARD))
        .printed();
  }

  private static Ended end(ProcessBuilder builder) {
    try {
      var process = builder.start();
      var watchdog = Thread.ofVirtual().start(() -> endAfter(process, 60));
      var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var status = process.waitFor();
      watchdog.interrupt();
      return new Ended(status, printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void endAfter(Process process, int seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ProcessBuilder up(Map<String, String> environment, String... options) {
    var arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--port")) {
      arguments.addAll(List.of("--port", "0"));
    }
    var builder = builder(arguments);
    builder.environment().putAll(environment);
    return builder;
  }

  private static ProcessBuilder builder(List<String> arguments) {
    var builder = new ProcessBuilder(StartCache.command(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("BULWARK_"));
    builder.environment().put("BULWARK_ROOT_ACCESS_KEY_ID", ROOT.accessKeyId());
    builder.environment().put("BULWARK_ROOT_SECRET_ACCESS_KEY", ROOT.secretAccessKey());
    return builder;
  }

  private static URI awaitReady(Process process, Path log) throws IOException {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    while ((line = out.readLine()) != null) {
      var ready = READY.matcher(line);
      if (ready.matches()) {
        Thread.ofVirtual().start(() -> drain(out));
        return URI.create(ready.group(1));
      }
    }
    throw new IllegalStateException("the server did not start: " + Files.readString(log));
  }

  private static void drain(BufferedReader out) {
    try {
      while (out.readLine() != null) {
        // Nobody needs it.
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  URI endpoint() {
    return endpoint;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sets a client up to talk to this server with these credentials. */
  <B extends AwsClientBuilder<B, C>, C> C client(B builder, AwsCredentials credentials) {
    if (builder instanceof SdkSyncClientBuilder<?, ?> sync) {
      sync.httpClientBuilder(UrlConnectionHttpClient.builder());
    }
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(REGION))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  /** A client of S3 that names buckets in the path, since the endpoint is an IP address. */
  S3Client s3(AwsCredentials credentials) {
    return client(S3Client.builder().forcePathStyle(true), credentials);
  }

  /** SIGKILL: no shutdown hook, no flush. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  private void await() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    await();
  }
}
