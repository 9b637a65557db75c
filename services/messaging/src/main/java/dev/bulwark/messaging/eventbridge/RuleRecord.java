package dev.bulwark.messaging.eventbridge;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule as stored, with its targets.
 *
 * @param pattern null for a rule that only has a schedule
 * @param schedule null for a rule that only has a pattern
 * @param since from when its schedule counts
 */
record RuleRecord(
    BusName bus,
    String name,
    @Nullable String pattern,
    @Nullable String schedule,
    String state,
    @Nullable String description,
    @Nullable String roleArn,
    String createdBy,
    Instant since,
    Map<String, String> tags,
    List<TargetRecord> targets) {
  static final String ENABLED = "ENABLED";
  static final String DISABLED = "DISABLED";
  static final String WITH_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

  RuleRecord {
    tags = Map.copyOf(tags);
    targets = List.copyOf(targets);
  }

  String arn() {
    return bus.ruleArn(name);
  }

  String key() {
    return bus.ruleKey(name);
  }

  boolean enabled() {
    return !state.equals(DISABLED);
  }

  RuleRecord withState(String value, Instant time) {
    return new RuleRecord(
        bus, name, pattern, schedule, value, description, roleArn, createdBy, time, tags, targets);
  }

  RuleRecord withTags(Map<String, String> value) {
    return new RuleRecord(
        bus,
        name,
        pattern,
        schedule,
        state,
        description,
        roleArn,
        createdBy,
        since,
        value,
        targets);
  }

  RuleRecord withTargets(List<TargetRecord> value) {
    return new RuleRecord(
        bus, name, pattern, schedule, state, description, roleArn, createdBy, since, tags, value);
  }
}
