package dev.bulwark.messaging.eventbridge;

import dev.bulwark.messaging.eventbridge.ConnectionRecord.In;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.Parameter;
import dev.bulwark.outgoing.Authorities;
import dev.bulwark.outgoing.AuthorityTrust;
import dev.bulwark.outgoing.Connections;
import dev.bulwark.outgoing.HttpExchange;
import dev.bulwark.outgoing.OutgoingSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.TrustManager;

/** Requests to API destinations and authorization endpoints, five seconds each as at AWS. */
final class WebRequests {
  private static final Duration WHOLE = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 64;

  private final Connections connections;
  private final TrustManager trust;

  WebRequests(OutgoingSettings settings) {
    connections = new Connections(settings, WHOLE, MOST_AT_ONCE);
    trust = new AuthorityTrust(Authorities.of(settings));
  }

  /**
   * Sends one.
   *
   * @param query beside that of the endpoint
   */
  HttpExchange.Answer send(
      String method,
      String endpoint,
      Map<String, String> query,
      Map<String, String> headers,
      byte[] body)
      throws IOException {
    var uri = URI.create(endpoint + extended(endpoint, query));
    var all = new LinkedHashMap<>(headers);
    all.put("User-Agent", "Amazon/EventBridge/ApiDestinations");
    return connections.connect(
        uri, trust, socket -> HttpExchange.run(method, uri, all, body, socket));
  }

  private static String extended(String endpoint, Map<String, String> query) {
    var text = new StringBuilder();
    query.forEach(
        (name, value) ->
            text.append(text.isEmpty() && endpoint.indexOf('?') < 0 ? '?' : '&')
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }

  /** Adds the parameters that stand in one place, with their secret values. */
  static void fill(
      List<Parameter> parameters, List<String> secrets, In in, Map<String, String> to) {
    for (int i = 0; i < parameters.size(); i++) {
      var one = parameters.get(i);
      if (one.in() == in) {
        to.put(one.key(), one.value() == null ? secrets.get(i) : one.value());
      }
    }
  }
}
