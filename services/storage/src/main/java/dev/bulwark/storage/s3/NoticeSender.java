package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sns.PublishInput;
import dev.bulwark.api.sns.SnsApi;
import dev.bulwark.api.sqs.SendMessageRequest;
import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.base.Arn;
import dev.bulwark.events.EventStreams;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Store;
import java.time.Instant;
import java.util.Objects;

/**
 * Sends messages as {@code s3.amazonaws.com}, so that the policies of queues and topics decide;
 * what goes to EventBridge is S3's own to tell.
 */
final class NoticeSender {
  private static final String SERVICE = "s3.amazonaws.com";

  private final ServiceCalls calls;
  private final Store store;
  private final EventStreams events;

  NoticeSender(ServiceCalls calls, Store store, EventStreams events) {
    this.calls = calls;
    this.store = store;
    this.events = events;
  }

  /**
   * Sends a message.
   *
   * @throws ApiException as queue or topic refuse it
   */
  void send(Notice notice) {
    var service = new Principal.ServicePrincipal(SERVICE, notice.accountId(), notice.bucketArn());
    var target =
        Arn.tryParse(notice.target())
            .orElseThrow(() -> ConfigurationErrors.unknownTarget(notice.target()));
    switch (target.service()) {
      case "sqs" ->
          calls.call(
              service,
              target.region(),
              SqsApi.SEND_MESSAGE,
              SendMessageRequest.builder()
                  .queueUrl(
                      "https://sqs.%s.amazonaws.com/%s/%s"
                          .formatted(target.region(), target.account(), target.resource()))
                  .messageBody(notice.message())
                  .build());
      case "sns" ->
          calls.call(
              service,
              target.region(),
              SnsApi.PUBLISH,
              PublishInput.builder()
                  .topicArn(notice.target())
                  .subject("Amazon S3 Notification")
                  .message(notice.message())
                  .build());
      case "events" ->
          store.run(
              tx ->
                  events.append(
                      tx,
                      BusMessages.event(
                          target.account(),
                          target.region(),
                          Instant.ofEpochMilli(notice.since()),
                          Objects.requireNonNull(notice.type()),
                          notice.bucketArn(),
                          notice.message())));
      default -> throw ConfigurationErrors.unknownTarget(notice.target());
    }
  }
}
