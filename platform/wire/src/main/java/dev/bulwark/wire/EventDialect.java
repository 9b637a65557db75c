package dev.bulwark.wire;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the events of a service tell of its inputs and outputs, where that differs from its model.
 *
 * @param omitsSecrets whether members that the model calls sensitive are left out rather than
 *     masked, as IAM's passwords are
 * @param hidden members that are masked besides
 * @param names what members are called in events, where it is not their own name
 * @param times how times are written; null for ISO 8601
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html">SQS</a>,
 *     <a href="https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html">SNS</a>, <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html">IAM and
 *     STS</a>, <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html">S3</a>,
 *     <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/understanding-kms-entries.html">KMS</a>
 */
record EventDialect(
    boolean omitsSecrets,
    Set<String> hidden,
    Map<String, String> names,
    @Nullable DateTimeFormatter times) {
  /** As in {@code Nov 18, 2020, 1:29:18 AM}. */
  private static final DateTimeFormatter KMS_TIMES =
      DateTimeFormatter.ofPattern("MMM d, yyyy, h:mm:ss a", Locale.US).withZone(ZoneOffset.UTC);

  static final EventDialect NONE = new EventDialect(false, Set.of(), Map.of(), null);

  private static final EventDialect IDENTITY = new EventDialect(true, Set.of(), Map.of(), null);

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
          new EventDialect(false, Set.of(), Map.of("bucket", "bucketName"), null),
          "kms.amazonaws.com",
          new EventDialect(false, Set.of(), Map.of(), KMS_TIMES));

  /**
   * Sessions' tokens are shown by AWS; here they are masked, since they hold the session.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#stscloudtrailexample-assumerole">Example</a>
   */
  private static final String SESSION_TOKEN = "sessionToken";

  private static EventDialect hiding(String... members) {
    return new EventDialect(false, Set.of(members), Map.of(), null);
  }

  static EventDialect of(String eventSource) {
    return OF_SERVICES.getOrDefault(eventSource, NONE);
  }

  /** Whether a member is left out. */
  boolean omits(String name, boolean sensitive) {
    return sensitive && omitsSecrets && !name.equals(SESSION_TOKEN);
  }
}
