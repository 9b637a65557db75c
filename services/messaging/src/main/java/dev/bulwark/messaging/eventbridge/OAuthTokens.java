package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.In;
import dev.bulwark.state.Scan;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of connections of the type OAUTH_CLIENT_CREDENTIALS (RFC 6749, section 4.4): got from the
 * connection's endpoint, and kept in memory until they expire.
 */
final class OAuthTokens {
  private static final Duration UNTOLD = Duration.ofMinutes(5);
  private static final Duration SPARE = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int MOST = 10_000;

  /** What can stand in a header. */
  private static final Pattern SENDABLE = Pattern.compile("[\\x20-\\x7e]+");

  private record Token(String text, Instant expires) {}

  private final EventTables tables;
  private final ConnectionSecrets secrets;
  private final WebRequests web;
  private final Clock clock;
  private final Map<String, Token> tokens = new ConcurrentHashMap<>();

  OAuthTokens(EventTables tables, ConnectionSecrets secrets, WebRequests web, Clock clock) {
    this.tables = tables;
    this.secrets = secrets;
    this.web = web;
    this.clock = clock;
  }

  /** Goes on with what a restart has interrupted. */
  void resume() {
    tables
        .store()
        .read(
            tx -> {
              tables.connections.forEach(tx, Scan.all(), row -> authorizeSoon(row.value()));
              return true;
            });
  }

  /** Finds out whether the endpoint gives a token, and says so in the connection's state. */
  void authorizeSoon(ConnectionRecord connection) {
    if (connection.state().equals(ConnectionRecord.AUTHORIZING)) {
      Thread.ofVirtual().name("eb-authorize").start(() -> authorize(connection));
    }
  }

  private void authorize(ConnectionRecord connection) {
    String problem = null;
    try {
      token(connection);
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    var reason = problem;
    tables
        .store()
        .run(
            tx -> {
              var current = tables.connections.get(tx, connection.key());
              if (current != null
                  && Arrays.equals(current.sealed(), connection.sealed())
                  && current.state().equals(ConnectionRecord.AUTHORIZING)) {
                tables.connections.put(
                    tx,
                    connection.key(),
                    reason == null
                        ? current.inState(ConnectionRecord.AUTHORIZED, null, clock.instant())
                        : current.inState(
                            ConnectionRecord.DEAUTHORIZED, reason, current.authorized()));
              }
            });
  }

  /** The endpoint is asked anew, since the token was refused. */
  void forget(ConnectionRecord connection) {
    tokens.remove(key(connection));
  }

  /**
   * What was got before a change of the connection is not for afterwards: no two seals are alike.
   */
  private static String key(ConnectionRecord connection) {
    return connection.arn() + " " + Base64.getEncoder().encodeToString(connection.sealed());
  }

  /**
   * A token for requests.
   *
   * @throws IOException where the endpoint gives none
   */
  String token(ConnectionRecord connection) throws IOException {
    var known = tokens.get(key(connection));
    if (known != null && known.expires().isAfter(clock.instant())) {
      return known.text();
    }
    var token = ask(connection);
    if (tokens.size() >= MOST) {
      tokens.values().removeIf(one -> !one.expires().isAfter(clock.instant()));
    }
    if (tokens.size() < MOST) {
      tokens.put(key(connection), token);
    }
    return token.text();
  }

  private Token ask(ConnectionRecord connection) throws IOException {
    var open = connection.authorization();
    var kept = secrets.open(connection);
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", open.name());
    form.put("client_secret", kept.secret());
    var headers = new LinkedHashMap<String, String>();
    var query = new LinkedHashMap<String, String>();
    WebRequests.fill(open.oauthParameters(), kept.oauthParameters(), In.BODY, form);
    WebRequests.fill(open.oauthParameters(), kept.oauthParameters(), In.HEADER, headers);
    WebRequests.fill(open.oauthParameters(), kept.oauthParameters(), In.QUERY, query);
    headers.put("Content-Type", "application/x-www-form-urlencoded");
    var answer =
        web.send(
            orElse(open.method(), "POST"),
            orElse(open.endpoint(), ""),
            query,
            headers,
            encoded(form).getBytes(StandardCharsets.UTF_8));
    var json = Json.parseObject(new String(answer.body(), StandardCharsets.UTF_8));
    var text = json.map(node -> node.path("access_token").asString("")).orElse("");
    if (answer.status() / 100 != 2 || !SENDABLE.matcher(text).matches()) {
      throw new IOException(
          "The authorization endpoint answered with status " + answer.status() + " and no token.");
    }
    long seconds = json.get().path("expires_in").asLong(UNTOLD.toSeconds());
    return new Token(
        text,
        clock.instant().plusSeconds(Math.clamp(seconds, 0, LONGEST.toSeconds())).minus(SPARE));
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static String encoded(Map<String, String> form) {
    var text = new StringBuilder();
    form.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }
}
