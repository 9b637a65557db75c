package dev.bulwark.encryption.kms;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.outgoing.Connections;
import dev.bulwark.outgoing.HttpExchange;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks proxies of external key stores: JSON in signed requests over HTTPS. Safe for many threads.
 *
 * @see <a href="https://github.com/aws/aws-kms-xksproxy-api-spec">External Key Store Proxy API
 *     Specification</a>
 */
final class XksProxy {
  private static final String SERVICE = "kms-xks-proxy";
  private static final System.Logger LOG = System.getLogger(XksProxy.class.getName());
  static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Of outside: proxies refuse requests that are minutes old, whatever a laboratory's clock says.
   */
  private static final Clock WALL = Clock.systemUTC();

  private static final int MOST_AT_ONCE = 1024;

  /** Of one proxy, so that one that is slow keeps nobody waiting but those who use it. */
  private static final int MOST_OF_ONE = 256;

  private final XksSettings settings;
  private final Connections connections;
  private final XksTrust trust;
  private final XksTurns turns;

  XksProxy(XksSettings settings) {
    this.settings = settings;
    this.connections = new Connections(settings.outgoing(), settings.timeout(), MOST_AT_ONCE);
    this.trust = new XksTrust(settings.outgoing());
    this.turns = new XksTurns(MOST_OF_ONE, settings.timeout());
  }

  /**
   * Where a proxy is, and how to sign for it.
   *
   * @param host without scheme and port
   * @param path ending in {@code /kms/xks/v1}
   */
  record Address(
      String host, String path, String region, String accessKeyId, String secretAccessKey) {
    /** What tells one key store's requests from another's, at the same proxy, too. */
    String asked() {
      return region + " " + accessKeyId + " " + this;
    }

    @Override
    public String toString() {
      return "https://" + host + path;
    }
  }

  /**
   * What a proxy answers to a request.
   *
   * @param operation {@code health}, or {@code keys/…/encrypt} and others
   * @throws XksException where it refuses, or none comes
   */
  JsonNode ask(Address proxy, String operation, ObjectNode question) {
    long began = System.nanoTime();
    try {
      var answer = send(proxy, operation, JSON.writeValueAsBytes(question));
      var json = JSON.readTree(answer.body());
      if (answer.status() == 200 && json.isObject()) {
        return json;
      }
      var name = json.path("errorName").asString("");
      throw problem(
          proxy,
          XksProblem.named(name).orElse(XksProblem.UNINTERPRETABLE),
          answer.status() + " " + name);
    } catch (JacksonException | HttpExchange.UnusableException e) {
      throw problem(proxy, XksProblem.UNINTERPRETABLE, "no JSON, or too much of it");
    } catch (IOException e) {
      // A connection that was cut off at its deadline fails in whatever it was doing.
      boolean late = System.nanoTime() - began >= settings.timeout().toNanos();
      throw problem(
          proxy,
          late || e instanceof SocketTimeoutException
              ? XksProblem.TIMED_OUT
              : e instanceof SSLException ? XksProblem.NO_TLS : XksProblem.NO_CONNECTION,
          e.toString());
    }
  }

  /** Callers see AWS's words; who runs this finds the cause in the log. */
  private static XksException problem(Address proxy, XksProblem problem, String detail) {
    var refusal = new XksException(problem, detail);
    LOG.log(System.Logger.Level.WARNING, () -> proxy + ": " + refusal.getMessage());
    return refusal;
  }

  private HttpExchange.Answer send(Address proxy, String operation, byte[] body)
      throws IOException {
    var uri =
        URI.create(
            "https://"
                + proxy.host()
                + (settings.port() == 443 ? "" : ":" + settings.port())
                + proxy.path()
                + "/"
                + operation);
    var signed =
        new SigV4Signer(proxy.accessKeyId(), proxy.secretAccessKey(), null, proxy.region(), SERVICE)
            .sign(
                new HttpRequest(
                    "POST",
                    uri.getRawPath(),
                    "",
                    new HttpHeaders().add("host", uri.getRawAuthority()),
                    Body.of(body),
                    "127.0.0.1",
                    true),
                body,
                WALL.instant());
    // The type is not signed, as at AWS, whose signed headers are host and x-amz-date.
    var headers = new LinkedHashMap<>(Map.of("Content-Type", "application/json"));
    signed
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equals("host")) {
                headers.put(name, value);
              }
            });
    try {
      return turns.take(
          proxy.asked(),
          () ->
              connections.connect(
                  uri, trust, socket -> HttpExchange.run("POST", uri, headers, body, socket)));
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }
}
