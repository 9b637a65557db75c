package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A statement in the form that decisions run on. */
final class CompiledStatement {
  private static final ConditionTest[] NO_TESTS = {};
  private static final TextPattern[] ANY_RESOURCE = {};
  private static final List<String> ANYTHING = List.of("*");

  final Statement source;

  /** Patterns in lower case. */
  final Glob[] actions;

  /** None where the statement is about any resource. */
  private final TextPattern[] resources;

  /** The resource, where it is one without variables: the common case, kept close at hand. */
  private final @Nullable Glob onlyResource;

  private final PrincipalMatcher principals;
  private final ConditionTest[] conditions;
  private final boolean variables;

  private CompiledStatement(
      Statement source,
      Glob[] actions,
      TextPattern[] resources,
      PrincipalMatcher principals,
      ConditionTest[] conditions,
      boolean variables) {
    this.source = source;
    this.actions = actions;
    this.resources = resources;
    this.onlyResource =
        resources.length == 1 && !source.notResource() ? resources[0].fixed() : null;
    this.principals = principals;
    this.conditions = conditions;
    this.variables = variables;
  }

  static CompiledStatement of(Statement source, PolicyKind kind, boolean variables)
      throws PolicyException {
    var conditions = source.conditions();
    var tests = conditions.isEmpty() ? NO_TESTS : new ConditionTest[conditions.size()];
    for (int i = 0; i < tests.length; i++) {
      tests[i] =
          ConditionCompiler.compile(conditions.get(i), variables, source.effect() == Effect.DENY);
    }
    return new CompiledStatement(
        source,
        source.actions().stream().map(Shared::action).toArray(Glob[]::new),
        resources(source, variables),
        PrincipalMatcher.of(source.principals(), source.effect(), kind),
        tests,
        variables);
  }

  private static TextPattern[] resources(Statement source, boolean variables) {
    if (!source.notResource() && source.resources().equals(ANYTHING)) {
      return ANY_RESOURCE;
    }
    return source.resources().stream()
        .map(resource -> TextPattern.of(resource, variables))
        .toArray(TextPattern[]::new);
  }

  static String lowerCase(String action) {
    return action.toLowerCase(Locale.ROOT);
  }

  boolean isDeny() {
    return source.effect() == Effect.DENY;
  }

  boolean matchesAction(String lowerCaseAction) {
    for (var action : actions) {
      if (action.matches(lowerCaseAction)) {
        return !source.notAction();
      }
    }
    return source.notAction();
  }

  /** How a statement whose action is known to match covers the rest of the request. */
  Reach reach(Query query) {
    var request = query.request();
    if (!matchesResource(request)) {
      return Reach.NONE;
    }
    var reach = principals.reach(query);
    if (reach != Reach.NONE) {
      for (var condition : conditions) {
        if (!condition.holds(query)) {
          return Reach.NONE;
        }
      }
    }
    return reach;
  }

  /** What keeps a statement whose action matches from covering the request. */
  NearMiss nearMiss(PolicyType type, int level, PolicySource source, Query query) {
    var context = query.request().context();
    List<NearMiss.Failed> failed = new ArrayList<>();
    for (int i = 0; i < conditions.length; i++) {
      if (!conditions[i].holds(query)) {
        var condition = this.source.conditions().get(i);
        var value = context.get(condition.key());
        failed.add(new NearMiss.Failed(condition, value == null ? List.of() : value.values()));
      }
    }
    return new NearMiss(
        type,
        level,
        source,
        this.source,
        matchesResource(query.request()),
        principals.reach(query) != Reach.NONE,
        List.copyOf(failed));
  }

  /** Names each condition key that decides here, in conditions and in variables, as written. */
  void forEachKey(Consumer<String> consumer) {
    for (var resource : resources) {
      resource.forEachKey(consumer);
    }
    for (var condition : source.conditions()) {
      consumer.accept(condition.key());
      for (var value : condition.values()) {
        Template.of(value, variables, false).forEachKey(consumer);
      }
    }
  }

  /** As the match of the resource, where variables without a value stand for anything. */
  boolean mayMatchResource(Query query) {
    var request = query.request();
    if (matchesResource(request)) {
      return true;
    }
    for (var resource : resources) {
      if (resource.lacksValue(request.context())) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesResource(AuthorizationRequest request) {
    if (onlyResource != null) {
      return onlyResource.matches(request.resourceArn());
    }
    if (resources.length == 0) {
      return true;
    }
    for (var resource : resources) {
      if (resource.matches(request.resourceArn(), request.context())) {
        return !source.notResource();
      }
    }
    return source.notResource();
  }
}
