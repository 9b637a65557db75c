package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.ResourcePolicies;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be set of a topic. */
final class TopicAttributes {
  static final String POLICY = "Policy";
  static final String FIFO = "FifoTopic";
  static final String DEDUPLICATION = "ContentBasedDeduplication";
  static final String THROUGHPUT_SCOPE = "FifoThroughputScope";
  static final String KMS_KEY = "KmsMasterKeyId";
  static final String DELIVERY_POLICY = "DeliveryPolicy";
  static final String SIGNATURE_VERSION = "SignatureVersion";

  private static final Set<String> PLAIN = Set.of("DisplayName", KMS_KEY);

  /**
   * Of the log of deliveries; without a role that may write it there is none, whatever its rate.
   */
  private static final Pattern FEEDBACK =
      Pattern.compile(
          "(HTTP|Firehose|Lambda|Application|SQS)(?:(SuccessFeedbackSampleRate)|(?:Success|Failure)FeedbackRoleArn)");

  private static final Pattern PERCENT = Pattern.compile("|100|[1-9]?[0-9]");

  private TopicAttributes() {}

  /**
   * Checks a value.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameter
   */
  static void check(String name, String value, boolean fifo) {
    boolean valid =
        switch (name) {
          case POLICY -> value.isEmpty() || ResourcePolicies.parse(value).isPresent();
          case DELIVERY_POLICY ->
              value.isEmpty() || Json.parseObject(value).flatMap(RetryPolicy::ofTopic).isPresent();
          case SIGNATURE_VERSION -> value.equals("1") || value.equals("2");
          case "TracingConfig" -> value.equals("PassThrough") || value.equals("Active");
          case FIFO, DEDUPLICATION ->
              (fifo || value.equals("false")) && Set.of("true", "false").contains(value);
          case THROUGHPUT_SCOPE -> fifo && Set.of("Topic", "MessageGroup").contains(value);
          case "DisplayName" -> value.length() <= 100;
          default -> {
            var feedback = FEEDBACK.matcher(name);
            if (feedback.matches()) {
              if (feedback.group(2) == null && !value.isEmpty()) {
                throw SnsErrors.unbuilt(
                    "Bulwark keeps no log of deliveries yet: leave " + name + " out.");
              }
              yield PERCENT.matcher(value).matches();
            }
            if (!PLAIN.contains(name)) {
              throw SnsErrors.invalid("AttributeName");
            }
            yield value.length() <= 2048;
          }
        };
    if (!valid) {
      throw name.equals(POLICY)
          ? SnsErrors.invalid("Policy Error: null")
          : SnsErrors.invalid("Attributes Reason: " + name + ": Invalid value [" + value + "]");
    }
  }

  /** The policy that AWS shows of topics for which none was set. */
  static String defaultPolicy(TopicName topic) {
    return """
        {"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"%s","Condition":{"StringEquals":{"AWS:SourceOwner":"%s"}}}]}"""
        .formatted(topic.arn(), topic.accountId());
  }
}
