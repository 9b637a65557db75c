package dev.bulwark.analysis.compare;

import dev.bulwark.policy.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement for which a check fails.
 *
 * @param sid null or empty where the statement has none
 */
public record Reason(int statementIndex, @Nullable String sid) {
  static Reason of(Statement statement) {
    return new Reason(statement.index(), statement.sid());
  }
}
