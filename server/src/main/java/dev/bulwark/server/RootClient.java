package dev.bulwark.server;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Asks the running installation of a data folder, signed with its root access key. The folder tells
 * anew each time where it runs.
 */
final class RootClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Headers that the HTTP client sets by itself, and lets nobody else set. */
  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length");

  private final Path dataDir;
  private final HttpClient http = HttpClient.newHttpClient();

  RootClient(Path dataDir) {
    this.dataDir = dataDir;
  }

  /** One answer. */
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8).strip();
    }
  }

  /** Sends one request alone. */
  static Answer send(Path dataDir, String method, String route, byte[] body, String signingName) {
    try (var client = new RootClient(dataDir)) {
      return client.send(method, route, body, signingName);
    }
  }

  /**
   * Sends a request.
   *
   * @param route below {@code /_bulwark/}
   * @param signingName the service that the signature names
   * @throws StartException where nothing has been started, or nothing answers
   */
  Answer send(String method, String route, byte[] body, String signingName) {
    var endpoint = Endpoint.read(dataDir);
    var key = RootAccessKey.read(dataDir);
    var uri = URI.create(endpoint.url() + LocalRoutes.PREFIX + route);
    var signed =
        new SigV4Signer(
                key.accessKeyId(), key.secretAccessKey(), null, endpoint.region(), signingName)
            .sign(
                new HttpRequest(
                    method,
                    uri.getRawPath(),
                    "",
                    new HttpHeaders().add("host", uri.getRawAuthority()),
                    Body.of(body),
                    "",
                    false),
                body,
                Instant.now());
    var request =
        java.net.http.HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .method(
                method,
                body.length == 0
                    ? java.net.http.HttpRequest.BodyPublishers.noBody()
                    : java.net.http.HttpRequest.BodyPublishers.ofByteArray(body));
    signed
        .headers()
        .forEach(
            (name, value) -> {
              if (!OWN_HEADERS.contains(name)) {
                request.header(name, value);
              }
            });
    try {
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new StartException(
          "no installation answers at %s: start it with ./bulwark up".formatted(endpoint.url()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
