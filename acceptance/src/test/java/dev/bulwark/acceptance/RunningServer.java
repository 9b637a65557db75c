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
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/** The packaged program in a process of its own, on a free port; driven as users drive it. */
final class RunningServer implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
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
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxHeapSize=512m",
                "-jar",
                System.getProperty("bulwark.jar"),
                "up",
                "--port",
                "0"));
    command.addAll(List.of(options));
    try {
      var builder = new ProcessBuilder(command);
      builder.environment().put("BULWARK_ROOT_ACCESS_KEY_ID", ROOT.accessKeyId());
      builder.environment().put("BULWARK_ROOT_SECRET_ACCESS_KEY", ROOT.secretAccessKey());
      var log = Files.createTempFile("bulwark-", ".log");
      builder.redirectError(log.toFile());
      var process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new RunningServer(process, awaitReady(process, log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URI awaitReady(Process process, Path log) throws IOException {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line;
    while ((line = out.readLine()) != null) {
      var ready = READY.matcher(line);
      if (ready.matches()) {
        Thread.ofVirtual().start(() -> out.lines().forEach(ignored -> {}));
        return URI.create(ready.group(1));
      }
    }
    throw new IllegalStateException("the server did not start: " + Files.readString(log));
  }

  URI endpoint() {
    return endpoint;
  }

  long pid() {
    return process.pid();
  }

  /** Sets a client up to talk to this server with these credentials. */
  <B extends AwsClientBuilder<B, C>, C> C client(B builder, AwsCredentials credentials) {
    if (builder instanceof software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<?, ?> sync) {
      sync.httpClientBuilder(UrlConnectionHttpClient.builder());
    }
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
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
