package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.In;
import dev.bulwark.outgoing.ForbiddenAddressException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/** Tells API destinations of events: a request each, as fast as the destination takes them. */
final class DestinationCarrier {
  private static final Set<Integer> WORTH_RETRYING = Set.of(401, 407, 409, 429);
  private static final Set<Integer> TOKEN_REFUSED = Set.of(401, 407);
  private static final int MOST_KNOWN = 10_000;
  private static final long NANOS_OF_SECOND = 1_000_000_000L;

  private final EventTables tables;
  private final ConnectionSecrets secrets;
  private final OAuthTokens tokens;
  private final WebRequests web;

  /** When each destination takes its next request, in nanoseconds of the process. */
  private final Map<String, Long> free = new ConcurrentHashMap<>();

  DestinationCarrier(
      EventTables tables, ConnectionSecrets secrets, OAuthTokens tokens, WebRequests web) {
    this.tables = tables;
    this.secrets = secrets;
    this.tokens = tokens;
    this.web = web;
  }

  /**
   * How long a request has to wait so that no more come a second than the destination takes; zero
   * where it may go now.
   *
   * @return milliseconds
   */
  long wait(String destinationArn) {
    var destination = tables.destination(destinationArn);
    if (destination == null) {
      return 0;
    }
    long now = System.nanoTime();
    long step = NANOS_OF_SECOND / destination.rate();
    if (free.size() >= MOST_KNOWN) {
      // Those that have rested for a second are as good as unknown.
      free.values().removeIf(next -> next - now < -NANOS_OF_SECOND);
    }
    var wait = new long[1];
    free.compute(
        destination.arn(),
        (arn, next) -> {
          // A second's worth may go at once after a rest.
          long earliest = Math.max(next == null ? now : next, now - NANOS_OF_SECOND + step);
          if (earliest - now > 0) {
            wait[0] = Math.max(1, (earliest - now) / 1_000_000);
            return earliest;
          }
          return earliest + step;
        });
    return wait[0];
  }

  /**
   * Sends a request.
   *
   * @param caller in the target's role
   * @throws ApiException what the destination answered, as one of 5xx where it is worth a retry
   */
  void deliver(Caller caller, TargetRecord target, String text) {
    var destination = tables.destination(target.arn());
    if (destination == null) {
      throw EventErrors.noSuchDestination(target.arn());
    }
    caller.require(Permission.of("events:InvokeApiDestination", Resource.of(destination.arn())));
    var connection = tables.connection(destination.connectionArn());
    if (connection == null || connection.sealed().length == 0) {
      throw EventErrors.inactiveDestination(destination.name());
    }
    int status;
    try {
      status = send(destination, connection, target, text);
    } catch (ForbiddenAddressException e) {
      throw new ApiException("INVALID_ENDPOINT", 400, String.valueOf(e.getMessage()));
    } catch (IOException | IllegalArgumentException e) {
      throw new ApiException("CONNECTION_FAILURE", 500, String.valueOf(e.getMessage()));
    }
    if (status / 100 == 2) {
      return;
    }
    if (TOKEN_REFUSED.contains(status)) {
      tokens.forget(connection);
    }
    boolean again = status >= 500 || WORTH_RETRYING.contains(status);
    throw new ApiException(
        "HTTP_" + status,
        again ? 500 : 400,
        "The API destination answered with status " + status + ".");
  }

  private int send(
      DestinationRecord destination, ConnectionRecord connection, TargetRecord target, String text)
      throws IOException {
    var open = connection.authorization();
    var kept = secrets.open(connection);
    var http = target.http();
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "application/json; charset=utf-8");
    headers.put("Range", "bytes=0-1048575");
    headers.putAll(http.headers());
    // What connections say comes before what targets say.
    WebRequests.fill(open.parameters(), kept.parameters(), In.HEADER, headers);
    switch (connection.type()) {
      case ConnectionRecord.BASIC ->
          headers.put(
              "Authorization",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(
                          (open.name() + ":" + kept.secret()).getBytes(StandardCharsets.UTF_8)));
      case ConnectionRecord.API_KEY -> headers.put(open.name(), kept.secret());
      default -> headers.put("Authorization", "Bearer " + tokens.token(connection));
    }
    var query = new LinkedHashMap<>(http.query());
    WebRequests.fill(open.parameters(), kept.parameters(), In.QUERY, query);
    var body = new LinkedHashMap<String, String>();
    WebRequests.fill(open.parameters(), kept.parameters(), In.BODY, body);
    return web.send(
            destination.method(),
            filled(destination.endpoint(), http.path()),
            query,
            headers,
            withBody(text, body).getBytes(StandardCharsets.UTF_8))
        .status();
  }

  /** Stars of the path are replaced by the target's values, one after the other. */
  private static String filled(String endpoint, List<String> values) {
    var parts = endpoint.split("\\*", -1);
    var filled = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i++) {
      var value = i <= values.size() ? values.get(i - 1) : "";
      filled
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"))
          .append(parts[i]);
    }
    return filled.toString();
  }

  private static String withBody(String text, Map<String, String> more) {
    if (more.isEmpty()) {
      return text;
    }
    var json = Json.parseObject(text);
    if (json.isEmpty()) {
      return text;
    }
    var object = (ObjectNode) json.get();
    more.forEach(object::put);
    return Json.text(object);
  }
}
