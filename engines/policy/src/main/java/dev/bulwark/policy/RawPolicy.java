package dev.bulwark.policy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document as read from JSON: the right shape, but its contents not yet checked. */
record RawPolicy(
    @Nullable String version, @Nullable String id, @Nullable List<RawStatement> statements) {

  /**
   * A statement as read; absent elements are null.
   *
   * @param principals by type; the type {@code *} stands for the bare string
   */
  record RawStatement(
      @Nullable String sid,
      @Nullable String effect,
      @Nullable Map<String, List<String>> principals,
      boolean notPrincipal,
      @Nullable List<String> actions,
      boolean notAction,
      @Nullable List<String> resources,
      boolean notResource,
      List<RawCondition> conditions,
      Statement.Span span) {}

  /** One key of one operator. */
  record RawCondition(String operator, String key, List<String> values) {}
}
