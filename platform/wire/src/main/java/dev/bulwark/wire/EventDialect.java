package dev.bulwark.wire;

import java.util.Map;
import java.util.Set;

/**
 * How the events of a service tell of its inputs and outputs, where that differs from its model.
 *
 * @param omitsSecrets whether members that the model calls sensitive are left out rather than
 *     masked, as IAM's passwords are
 * @param hidden members that are masked besides
 * @param names what members are called in events, where it is not their own name
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html">SQS</a>,
 *     <a href="https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html">SNS</a>, <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html">IAM and
 *     STS</a>, <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html">S3</a>
 */
record EventDialect(boolean omitsSecrets, Set<String> hidden, Map<String, String> names) {
  static final EventDialect NONE = new EventDialect(false, Set.of(), Map.of());

  private static final EventDialect IDENTITY = new EventDialect(true, Set.of(), Map.of());

  private static final Map<String, EventDialect> OF_SERVICES =
      Map.of(
          "iam.amazonaws.com",
          IDENTITY,
          "sts.amazonaws.com",
          IDENTITY,
          "sqs.amazonaws.com",
          hiding("messageBody", "messageAttributes"),
          "sns.amazonaws.com",
          hiding("message", "subject", "messageAttributes"),
          // Of contents of events and logs AWS gives no example; they are as secret as messages.
          "events.amazonaws.com",
          hiding("detail"),
          "logs.amazonaws.com",
          hiding("logEvents"),
          "cloudtrail-data.amazonaws.com",
          hiding("auditEvents"),
          "s3.amazonaws.com",
          new EventDialect(false, Set.of(), Map.of("bucket", "bucketName")));

  /**
   * Sessions' tokens are shown by AWS; here they are masked, since they hold the session.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#stscloudtrailexample-assumerole">Example</a>
   */
  private static final String SESSION_TOKEN = "sessionToken";

  private static EventDialect hiding(String... members) {
    return new EventDialect(false, Set.of(members), Map.of());
  }

  static EventDialect of(String eventSource) {
    return OF_SERVICES.getOrDefault(eventSource, NONE);
  }

  /** Whether a member is left out. */
  boolean omits(String name, boolean sensitive) {
    return sensitive && omitsSecrets && !name.equals(SESSION_TOKEN);
  }
}
