package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.ResourcePolicies;
import dev.bulwark.policy.Policy;
import dev.bulwark.service.Resource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A queue with what its attributes mean, read once for as long as it does not change. */
record LoadedQueue(
    QueueRecord record,
    @Nullable Policy policy,
    Optional<Redrive> redrive,
    boolean fifo,
    boolean contentDeduplication,
    boolean deduplicatesInGroups,
    int visibility,
    int delay,
    int retention,
    int waitSeconds,
    int maximumSize) {

  static LoadedQueue of(QueueRecord record) {
    var redrive = record.attributes().get(QueueAttributes.REDRIVE);
    return new LoadedQueue(
        record,
        ResourcePolicies.compiled(record.policy()),
        redrive == null ? Optional.empty() : Redrive.parse(redrive),
        record.is(QueueAttributes.FIFO, "true"),
        record.is(QueueAttributes.CONTENT_DEDUPLICATION, "true"),
        record.is(QueueAttributes.DEDUPLICATION_SCOPE, "messageGroup"),
        record.number(QueueAttributes.VISIBILITY),
        record.number(QueueAttributes.DELAY),
        record.number(QueueAttributes.RETENTION),
        record.number(QueueAttributes.WAIT),
        record.number(QueueAttributes.MAXIMUM_SIZE));
  }

  String id() {
    return record.id();
  }

  String arn() {
    return record.arn();
  }

  String accountId() {
    return record.name().accountId();
  }

  /** The KMS key for its messages; null where SQS keeps them by itself. */
  @Nullable String kmsKey() {
    return record.attributes().get(QueueAttributes.KMS_KEY);
  }

  /** For how many seconds a data key may be used again. */
  int keyReuse() {
    var seconds = record.attributes().get(QueueAttributes.KMS_REUSE);
    return seconds == null ? 300 : Integer.parseInt(seconds);
  }

  /** As what permissions are about; other accounts are let in by its policy. */
  Resource resource() {
    return ownersResource().withPolicy(policy);
  }

  /** As what permissions are about that its policy gives to nobody in other accounts. */
  Resource ownersResource() {
    return Resource.of(arn()).ownedBy(accountId()).withTags(record.tags());
  }
}
