package dev.bulwark.analysis.compare;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Access that a resource's policy gives to someone outside the zone of trust.
 *
 * @param principal its type, such as {@code AWS}, to its name
 * @param actions as the statement names them
 * @param condition keys and values of the statement's conditions
 */
public record ExternalGrant(
    Map<String, String> principal,
    List<String> actions,
    Map<String, String> condition,
    boolean isPublic,
    int statementIndex) {
  public ExternalGrant {
    actions = List.copyOf(actions);
    condition = new TreeMap<>(condition);
  }
}
