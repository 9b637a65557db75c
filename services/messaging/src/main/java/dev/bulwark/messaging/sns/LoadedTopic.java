package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.ResourcePolicies;
import dev.bulwark.policy.Policy;
import dev.bulwark.service.Resource;
import org.jspecify.annotations.Nullable;

/** A topic with its policy compiled. */
record LoadedTopic(TopicRecord record, @Nullable Policy policy) {
  static LoadedTopic of(TopicRecord record) {
    return new LoadedTopic(record, ResourcePolicies.compiled(record.policy()));
  }

  String arn() {
    return record.arn();
  }

  String accountId() {
    return record.name().accountId();
  }

  /** As what permissions are about. */
  Resource resource() {
    return Resource.of(arn()).ownedBy(accountId()).withTags(record.tags()).withPolicy(policy);
  }
}
