package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.ResourcePolicies;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What can be set of a queue: names, ranges and defaults.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html">SetQueueAttributes</a>
 */
final class QueueAttributes {
  static final String POLICY = "Policy";
  static final String VISIBILITY = "VisibilityTimeout";
  static final String MAXIMUM_SIZE = "MaximumMessageSize";
  static final String RETENTION = "MessageRetentionPeriod";
  static final String DELAY = "DelaySeconds";
  static final String WAIT = "ReceiveMessageWaitTimeSeconds";
  static final String REDRIVE = "RedrivePolicy";
  static final String REDRIVE_ALLOW = "RedriveAllowPolicy";
  static final String FIFO = "FifoQueue";
  static final String CONTENT_DEDUPLICATION = "ContentBasedDeduplication";
  static final String DEDUPLICATION_SCOPE = "DeduplicationScope";
  static final String THROUGHPUT_LIMIT = "FifoThroughputLimit";
  static final String KMS_KEY = "KmsMasterKeyId";
  static final String KMS_REUSE = "KmsDataKeyReusePeriodSeconds";
  static final String MANAGED_SSE = "SqsManagedSseEnabled";

  /** The most bytes that a message has, with its attributes. */
  static final int MOST_BYTES = 1 << 20;

  static final int LONGEST_VISIBILITY = 43_200;
  static final int LONGEST_DELAY = 900;
  static final int LONGEST_WAIT = 20;

  private record Range(int from, int to) {}

  private static final Map<String, Range> NUMBERS =
      Map.of(
          VISIBILITY, new Range(0, LONGEST_VISIBILITY),
          MAXIMUM_SIZE, new Range(1024, MOST_BYTES),
          RETENTION, new Range(60, 1_209_600),
          DELAY, new Range(0, LONGEST_DELAY),
          WAIT, new Range(0, LONGEST_WAIT),
          KMS_REUSE, new Range(60, 86_400));

  private static final Map<String, Set<String>> CHOICES =
      Map.of(
          FIFO, Set.of("true", "false"),
          CONTENT_DEDUPLICATION, Set.of("true", "false"),
          MANAGED_SSE, Set.of("true", "false"),
          DEDUPLICATION_SCOPE, Set.of("messageGroup", "queue"),
          THROUGHPUT_LIMIT, Set.of("perQueue", "perMessageGroupId"));

  /** An empty value takes these away. */
  private static final Set<String> REMOVABLE = Set.of(POLICY, REDRIVE, REDRIVE_ALLOW, KMS_KEY);

  /** What GetQueueAttributes knows beside those that can be set. */
  static final Set<String> COMPUTED =
      Set.of(
          "QueueArn",
          "CreatedTimestamp",
          "LastModifiedTimestamp",
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed");

  private QueueAttributes() {}

  /** The attributes of a queue for which nothing is said. */
  static Map<String, String> defaults(boolean fifo) {
    var defaults = new LinkedHashMap<String, String>();
    defaults.put(VISIBILITY, "30");
    defaults.put(MAXIMUM_SIZE, Integer.toString(MOST_BYTES));
    defaults.put(RETENTION, "345600");
    defaults.put(DELAY, "0");
    defaults.put(WAIT, "0");
    defaults.put(MANAGED_SSE, "true");
    if (fifo) {
      defaults.put(FIFO, "true");
      defaults.put(CONTENT_DEDUPLICATION, "false");
      defaults.put(DEDUPLICATION_SCOPE, "queue");
      defaults.put(THROUGHPUT_LIMIT, "perQueue");
    }
    return defaults;
  }

  static boolean isKnown(String name) {
    return NUMBERS.containsKey(name) || CHOICES.containsKey(name) || REMOVABLE.contains(name);
  }

  /**
   * The attributes of a queue after a change.
   *
   * @throws dev.bulwark.schema.ApiException InvalidAttributeName, InvalidAttributeValue
   */
  static Map<String, String> changed(
      Map<String, String> before, Map<String, String> given, boolean fifo) {
    var after = new LinkedHashMap<>(before);
    given.forEach(
        (name, value) -> {
          check(name, value, fifo);
          if (value.isEmpty()) {
            after.remove(name);
          } else {
            after.put(name, value);
          }
        });
    if (!given.getOrDefault(KMS_KEY, "").isEmpty()) {
      if ("true".equals(given.get(MANAGED_SSE))) {
        throw SqsErrors.oneEncryption();
      }
      after.put(MANAGED_SSE, "false");
    } else if ("true".equals(given.get(MANAGED_SSE))) {
      after.remove(KMS_KEY);
    }
    if (before.containsKey(KMS_KEY) && !after.containsKey(KMS_KEY)) {
      after.remove(KMS_REUSE);
    }
    if ("perMessageGroupId".equals(after.get(THROUGHPUT_LIMIT))
        && !"messageGroup".equals(after.get(DEDUPLICATION_SCOPE))) {
      throw SqsErrors.invalidValue(THROUGHPUT_LIMIT);
    }
    return after;
  }

  private static void check(String name, String value, boolean fifo) {
    if (!isKnown(name)) {
      throw SqsErrors.unknownAttribute(name);
    }
    if (!fifo && isOfFifo(name)) {
      throw switch (name) {
        case FIFO, CONTENT_DEDUPLICATION -> SqsErrors.unknownAttribute(name);
        default -> SqsErrors.onlyOfFifo(name);
      };
    }
    if (value.isEmpty() && REMOVABLE.contains(name)) {
      return;
    }
    var range = NUMBERS.get(name);
    var choices = CHOICES.get(name);
    boolean valid =
        range != null
            ? isWithin(value, range)
            : choices != null
                ? choices.contains(value)
                : switch (name) {
                  case POLICY -> ResourcePolicies.parse(value).isPresent();
                  case REDRIVE -> {
                    Redrive.check(value);
                    yield true;
                  }
                  case REDRIVE_ALLOW -> Redrive.isAllowPolicy(value);
                  default -> value.length() <= 2048;
                };
    if (!valid) {
      throw SqsErrors.invalidValue(name);
    }
  }

  private static boolean isOfFifo(String name) {
    return switch (name) {
      case FIFO, CONTENT_DEDUPLICATION, DEDUPLICATION_SCOPE, THROUGHPUT_LIMIT -> true;
      default -> false;
    };
  }

  private static boolean isWithin(String value, Range range) {
    if (!value.matches("\\d{1,9}")) {
      return false;
    }
    int number = Integer.parseInt(value);
    return number >= range.from() && number <= range.to();
  }
}
