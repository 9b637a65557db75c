package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A user, group or role as stored: what policies can be attached to. */
sealed interface Entity permits UserRecord, GroupRecord, RoleRecord {

  EntityKind kind();

  String accountId();

  /** As its creator wrote it; unique without regard to case. */
  String name();

  /** With its slashes. */
  String path();

  /** {@code AIDA…}, {@code AGPA…} or {@code AROA…}. */
  String id();

  Instant created();

  /** Inline policies, by name. */
  List<InlinePolicy> inlinePolicies();

  /** The ARNs of attached managed policies, in the order in which they were attached. */
  List<String> attachedPolicies();

  default String arn() {
    return kind().arn(accountId(), path(), name());
  }

  default Optional<InlinePolicy> inlinePolicy(String policyName) {
    return inlinePolicies().stream().filter(p -> p.name().equalsIgnoreCase(policyName)).findFirst();
  }

  /**
   * A policy that is embedded in an entity.
   *
   * @param document as it was put
   */
  record InlinePolicy(String name, String document) {}
}
