package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.StateValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alarm as stored: of a metric, or composed of others.
 *
 * @param condition when a metric alarm goes off; null for a composite one
 * @param rule of a composite alarm; null for one of a metric
 */
record AlarmRecord(
    String accountId,
    String region,
    String name,
    @Nullable String description,
    boolean actionsEnabled,
    List<String> okActions,
    List<String> alarmActions,
    List<String> insufficientDataActions,
    @Nullable AlarmCondition condition,
    @Nullable String rule,
    Instant configured,
    State state,
    Map<String, String> tags) {
  static final String TYPE = "AWS::CloudWatch::Alarm";

  /**
   * How it is.
   *
   * @param transitioned when the value became what it is
   */
  record State(
      String value,
      String reason,
      @Nullable String reasonData,
      Instant updated,
      Instant transitioned) {}

  AlarmRecord {
    okActions = List.copyOf(okActions);
    alarmActions = List.copyOf(alarmActions);
    insufficientDataActions = List.copyOf(insufficientDataActions);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(accountId, region, name);
  }

  static String arn(String accountId, String region, String name) {
    return "arn:aws:cloudwatch:" + region + ":" + accountId + ":alarm:" + name;
  }

  boolean isComposite() {
    return rule != null;
  }

  /** What is to be done in a state. */
  List<String> actions(String value) {
    if (value.equals(StateValue.ALARM.value())) {
      return alarmActions;
    }
    return value.equals(StateValue.OK.value()) ? okActions : insufficientDataActions;
  }

  AlarmRecord withState(String value, String reason, @Nullable String data, Instant now) {
    boolean same = value.equals(state.value());
    return with(
        new State(value, reason, data, now, same ? state.transitioned() : now),
        actionsEnabled,
        tags);
  }

  /** Configured anew, with the state and the tags of the one before. */
  AlarmRecord keeping(AlarmRecord before) {
    return with(before.state(), actionsEnabled, before.tags());
  }

  AlarmRecord withActions(boolean enabled) {
    return with(state, enabled, tags);
  }

  AlarmRecord withTags(Map<String, String> changed) {
    return with(state, actionsEnabled, changed);
  }

  private AlarmRecord with(State newState, boolean enabled, Map<String, String> newTags) {
    return new AlarmRecord(
        accountId,
        region,
        name,
        description,
        enabled,
        okActions,
        alarmActions,
        insufficientDataActions,
        condition,
        rule,
        configured,
        newState,
        newTags);
  }
}
