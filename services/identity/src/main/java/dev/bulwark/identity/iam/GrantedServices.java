package dev.bulwark.identity.iam;

import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.Statement;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which services policies let somebody use at all, whatever action and resource, and whatever
 * conditions say: what the access advisor lists. A service counts as denied where a statement
 * without conditions denies all of it.
 */
final class GrantedServices {
  private static final String ALL = "*";

  private GrantedServices() {}

  /** The prefixes of the services that these policies together allow something of, in order. */
  static Set<String> of(Collection<Policy> policies) {
    var granted = new TreeSet<String>();
    for (var policy : policies) {
      for (var statement : policy.statements()) {
        if (statement.effect() == Effect.ALLOW) {
          addTo(granted, statement);
        }
      }
    }
    granted.removeIf(service -> isDenied(policies, service));
    return granted;
  }

  /** Whether one policy by itself allows something of a service. */
  static boolean grants(Policy policy, String service) {
    for (var statement : policy.statements()) {
      var one = new TreeSet<String>();
      if (statement.effect() == Effect.ALLOW) {
        addTo(one, statement);
        if (one.contains(service) || (isOpen(statement) && !excludes(statement, service))) {
          return true;
        }
      }
    }
    return false;
  }

  private static void addTo(Set<String> granted, Statement statement) {
    if (isOpen(statement)) {
      for (var service : ServiceNames.known()) {
        if (!excludes(statement, service)) {
          granted.add(service);
        }
      }
    }
    if (!statement.notAction()) {
      statement.actions().stream()
          .map(GrantedServices::serviceOf)
          .filter(Predicate.not(String::isEmpty))
          .forEach(granted::add);
    }
  }

  /** Whether the statement names no service, or names what it is not about. */
  private static boolean isOpen(Statement statement) {
    return statement.notAction()
        || statement.actions().stream().anyMatch(action -> serviceOf(action).isEmpty());
  }

  private static boolean excludes(Statement statement, String service) {
    return statement.notAction() && coversAll(statement, service);
  }

  private static boolean isDenied(Collection<Policy> policies, String service) {
    return policies.stream()
        .flatMap(policy -> policy.statements().stream())
        .filter(statement -> statement.effect() == Effect.DENY && !statement.notAction())
        .filter(statement -> statement.conditions().isEmpty())
        .filter(statement -> !statement.notResource() && statement.resources().contains(ALL))
        .anyMatch(statement -> coversAll(statement, service));
  }

  private static boolean coversAll(Statement statement, String service) {
    return statement.actions().stream()
        .anyMatch(action -> action.equals(ALL) || lower(action).equals(service + ":*"));
  }

  /** The service that an action is of; empty where wildcards leave that open. */
  private static String serviceOf(String action) {
    var colon = action.indexOf(':');
    var service = colon < 0 ? "" : lower(action.substring(0, colon));
    return service.indexOf('*') >= 0 || service.indexOf('?') >= 0 ? "" : service;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
