package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.sns.Deliveries.Outcome;
import dev.bulwark.outgoing.Authorities;
import dev.bulwark.outgoing.AuthorityTrust;
import dev.bulwark.outgoing.Connections;
import dev.bulwark.outgoing.ForbiddenAddressException;
import dev.bulwark.outgoing.HttpExchange;
import dev.bulwark.outgoing.OutgoingSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Set;
import javax.net.ssl.TrustManager;

/**
 * Posts messages to web servers. What a server says to its client's fault is final.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-header">HTTP
 *     header format</a>
 */
final class HttpCarrier implements Deliveries.Carrier {
  private static final Duration WHOLE = Duration.ofSeconds(15);
  private static final int MOST_AT_ONCE = 256;
  private static final Set<Integer> WORTH_RETRYING = Set.of(408, 429);

  private final Connections connections;
  private final TrustManager trust;

  HttpCarrier(OutgoingSettings settings) {
    connections = new Connections(settings, WHOLE, MOST_AT_ONCE);
    trust = new AuthorityTrust(Authorities.of(settings));
  }

  @Override
  public Outcome deliver(DeliveryRecord delivery, String text) throws IOException {
    var uri = URI.create(delivery.endpoint());
    var headers = new LinkedHashMap<String, String>();
    headers.put("x-amz-sns-message-type", delivery.kind());
    headers.put("x-amz-sns-message-id", delivery.messageId());
    headers.put("x-amz-sns-topic-arn", delivery.topicArn());
    if (delivery.kind().equals(Envelopes.NOTIFICATION)) {
      headers.put("x-amz-sns-subscription-arn", delivery.subscriptionArn());
    }
    if (delivery.raw()) {
      headers.put("x-amz-sns-rawdelivery", "true");
    }
    headers.put("Content-Type", "text/plain; charset=UTF-8");
    headers.put("User-Agent", "Amazon Simple Notification Service Agent");
    var body = text.getBytes(StandardCharsets.UTF_8);
    try {
      int status =
          connections.connect(
              uri, trust, socket -> HttpExchange.run("POST", uri, headers, body, socket).status());
      if (status >= 200 && status < 300) {
        return Outcome.DELIVERED;
      }
      return status >= 400 && status < 500 && !WORTH_RETRYING.contains(status)
          ? Outcome.REFUSED
          : Outcome.FAILED;
    } catch (ForbiddenAddressException e) {
      System.getLogger(HttpCarrier.class.getName())
          .log(System.Logger.Level.WARNING, "SNS does not connect there: {0}", e.getMessage());
      return Outcome.REFUSED;
    }
  }
}
