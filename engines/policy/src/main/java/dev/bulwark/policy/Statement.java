package dev.bulwark.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement, as written.
 *
 * @param index position in the document, from 0
 * @param notAction whether {@code actions} stands in NotAction
 * @param resources empty in a trust policy
 * @param notResource whether {@code resources} stands in NotResource
 * @param principals null where the kind of policy has none
 * @param span where the statement stands in the text
 */
public record Statement(
    int index,
    @Nullable String sid,
    Effect effect,
    @Nullable Principals principals,
    List<String> actions,
    boolean notAction,
    List<String> resources,
    boolean notResource,
    List<Condition> conditions,
    Span span) {

  /** Line and column of the first and one past the last character, from 1. */
  public record Span(int startLine, int startColumn, int endLine, int endColumn) {}
}
