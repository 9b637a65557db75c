package dev.bulwark.messaging.sns;

import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import org.jspecify.annotations.Nullable;

/**
 * Publishes for other services of this installation, which ask as their service principals: the
 * topic's policy has to let them.
 */
public final class TopicPublisher {
  private final SnsTables tables;
  private final Publishing publishing;

  TopicPublisher(SnsTables tables, Publishing publishing) {
    this.tables = tables;
    this.publishing = publishing;
  }

  /** Whether there is such a topic. */
  public boolean exists(String topicArn) {
    return tables.findByArn(topicArn).isPresent();
  }

  /**
   * Publishes a message.
   *
   * @throws dev.bulwark.schema.ApiException where there is no such topic, it lets the caller not,
   *     or the message cannot be published
   */
  public void publish(Caller caller, String topicArn, String message, @Nullable String subject) {
    var topic = tables.findByArn(topicArn).orElseThrow(SnsErrors::noSuchTopic);
    caller.require(Permission.of("sns:Publish", topic.resource()));
    publishing.publish(caller, topic, message, subject);
  }
}
