package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.Outbox;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.outgoing.OutgoingSettings;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SNS over one store, for clients and for other services that publish. */
public final class Sns implements AutoCloseable {
  /**
   * How it reaches the world.
   *
   * @param baseUrl how clients reach this installation
   * @param http how far requests to subscribers go
   * @param mail null where no e-mail is sent
   */
  public record Outside(
      Supplier<String> baseUrl, OutgoingSettings http, @Nullable MailServer mail) {}

  private final MessageSigner signer;
  private final Deliveries deliveries;
  private final TopicPublisher publisher;
  private final SnsService service;

  /**
   * SNS.
   *
   * @param publisher takes the metrics of topics
   * @param limits how many deliveries over the network may wait before publications are refused
   */
  public Sns(
      Store store,
      Sealer sealer,
      MessageKeys keys,
      PolicyPrincipals principals,
      QueueSender queues,
      Supplier<ServiceCallers> callers,
      Outside outside,
      MetricPublisher publisher,
      Outbox.Limits limits,
      BulwarkClock clock) {
    var tables = new SnsTables(store);
    var numbers = new Sequence();
    var metrics = new TopicMetrics(publisher);
    var pages = new PageTokens(sealer);
    signer = new MessageSigner(store, sealer, clock);
    var envelopes = new Envelopes(signer, outside.baseUrl());
    deliveries =
        new Deliveries(
            tables,
            sealer,
            numbers,
            queues,
            (Principal.ServicePrincipal sns, String region) ->
                callers.get().of(sns, region, SqsApi.MODEL.info()),
            carriers(outside, envelopes),
            metrics,
            limits,
            clock);
    publisher.everyMinute(deliveries::measure);
    clock.onMove(deliveries::wake);
    var topics = new Topics(tables, principals, pages);
    var confirmations = new Confirmations(tables, topics, sealer);
    var fanout = new Fanout(tables, queues, deliveries, envelopes, metrics);
    var publishing = new Publishing(tables, topics, fanout, keys, numbers);
    this.publisher = new TopicPublisher(tables, publishing);
    service =
        new SnsService(
            topics,
            new TopicTags(tables, topics),
            new Subscriptions(
                tables,
                topics,
                confirmations,
                new Handshakes(envelopes, deliveries),
                queues,
                pages,
                outside.mail() != null),
            confirmations,
            publishing);
  }

  /** Begins to deliver, also what a restart has interrupted. */
  public void start() {
    deliveries.start();
  }

  private static Map<String, Deliveries.Carrier> carriers(Outside outside, Envelopes envelopes) {
    var carriers = new HashMap<String, Deliveries.Carrier>();
    var http = new HttpCarrier(outside.http());
    carriers.put("http", http);
    carriers.put("https", http);
    if (outside.mail() != null) {
      var mail = new MailCarrier(outside.mail(), envelopes);
      carriers.put("email", mail);
      carriers.put("email-json", mail);
    }
    return carriers;
  }

  public Service service() {
    return service;
  }

  /** For other services. */
  public TopicPublisher publisher() {
    return publisher;
  }

  /**
   * The certificate in PEM by which a subscriber verifies what it is sent; null for other names.
   */
  public @Nullable String certificate(String file) {
    return file.startsWith("SimpleNotificationService-") && file.equals(signer.certificateFile())
        ? signer.certificate()
        : null;
  }

  /** Forgets the signing key, for a laboratory that has forgotten all rows. */
  public void forget() {
    signer.forget();
  }

  @Override
  public void close() {
    deliveries.close();
  }
}
