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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.net.ssl.TrustManager;

/** Requests to API destinations and authorization endpoints, five seconds each as at AWS. */
final class WebRequests {
  private static final Duration WHOLE = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 64;

  /** Who names headers could make of one request two, or ask for what is not understood. */
  private static final Set<String> OF_THE_CONNECTION = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OF_THE_CONNECTION.addAll(
        List.of(
            "Accept-Encoding",
            "Connection",
            "Content-Encoding",
            "Content-Length",
            "Expect",
            "Host",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade"));
  }

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
   * @param headers of these, the later of two that differ in case alone counts; those that say how
   *     the request is sent are left out
   */
  HttpExchange.Answer send(
      String method,
      String endpoint,
      Map<String, String> query,
      Map<String, String> headers,
      byte[] body)
      throws IOException {
    var uri = URI.create(endpoint + extended(endpoint, query));
    var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(headers);
    all.keySet().removeAll(OF_THE_CONNECTION);
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
