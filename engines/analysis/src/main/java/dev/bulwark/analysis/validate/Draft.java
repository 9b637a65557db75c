package dev.bulwark.analysis.validate;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy as its author wrote it, whatever is wrong with it: the parts that have the right shape.
 *
 * @param resourceType what it is to be attached to, as in {@code AWS::S3::Bucket}; null where that
 *     is not said
 */
record Draft(
    PolicyType type,
    @Nullable String resourceType,
    String text,
    Location whole,
    @Nullable Literal version,
    List<Statement> statements) {

  static final String TRUST_POLICY = "AWS::IAM::AssumeRolePolicyDocument";
  static final String VERSION_2012 = "2012-10-17";
  static final String VERSION_2008 = "2008-10-17";

  private static final Set<String> TRUST_ACTIONS =
      Set.of(
          "sts:assumerole",
          "sts:assumerolewithsaml",
          "sts:assumerolewithwebidentity",
          "sts:tagsession",
          "sts:setsourceidentity",
          "sts:setcontext");

  /** A string of the policy. */
  record Literal(String text, Location location) {
    String lower() {
      return text.toLowerCase(Locale.ROOT);
    }

    boolean hasWildcard() {
      return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    boolean hasVariable() {
      return text.contains("${");
    }
  }

  /**
   * An element that lists strings.
   *
   * @param name {@code Action} or {@code NotAction}, for instance
   * @param location of its value
   */
  record Element(String name, Location location, List<Literal> values) {
    boolean isNegated() {
      return name.startsWith("Not");
    }
  }

  /**
   * The Principal or NotPrincipal element.
   *
   * @param groups by key; the key {@code *} for the bare star
   */
  record PrincipalElement(String name, Location location, List<PrincipalGroup> groups) {
    boolean isNegated() {
      return name.startsWith("Not");
    }

    Stream<Literal> values(String key) {
      return groups.stream()
          .filter(group -> group.key().equals(key))
          .flatMap(group -> group.values().stream());
    }

    Stream<Literal> values() {
      return groups.stream().flatMap(group -> group.values().stream());
    }
  }

  /** The principals of one key, such as {@code AWS}. */
  record PrincipalGroup(
      String key, Location keyLocation, Location location, List<Literal> values) {}

  /**
   * One key of one operator.
   *
   * @param operator null where the operator is not one
   * @param location of the value
   */
  record Condition(
      String operatorText,
      @Nullable Operator operator,
      Location operatorLocation,
      String key,
      Location keyLocation,
      Location location,
      List<Literal> values) {
    String lowerKey() {
      return key.toLowerCase(Locale.ROOT);
    }

    boolean isAbout(String lowerKey) {
      return lowerKey().equals(lowerKey);
    }
  }

  /** A statement; elements that it lacks are null. */
  record Statement(
      Location location,
      @Nullable Literal sid,
      @Nullable Literal effect,
      @Nullable PrincipalElement principal,
      @Nullable Element action,
      @Nullable Element resource,
      List<Condition> conditions) {
    boolean isAllow() {
      return effect != null && effect.text().equals("Allow");
    }

    boolean isDeny() {
      return effect != null && effect.text().equals("Deny");
    }

    boolean hasCondition(String lowerKey) {
      return conditions.stream().anyMatch(condition -> condition.isAbout(lowerKey));
    }

    List<Literal> actions() {
      return action == null || action.isNegated() ? List.of() : action.values();
    }
  }

  /** Whether variables are replaced, rather than taken as text. */
  boolean hasVariables() {
    return version != null && version.text().equals(VERSION_2012);
  }

  /**
   * Whether it is a role's trust policy: because it is said to be, or because it is about assuming
   * roles and names no resources.
   */
  boolean isTrustPolicy() {
    if (type != PolicyType.RESOURCE_POLICY) {
      return false;
    }
    if (resourceType != null) {
      return resourceType.equals(TRUST_POLICY);
    }
    return !statements.isEmpty() && statements.stream().allMatch(Draft::isAboutAssuming);
  }

  private static boolean isAboutAssuming(Statement statement) {
    var actions = statement.actions();
    return statement.resource() == null
        && !actions.isEmpty()
        && actions.stream().allMatch(action -> TRUST_ACTIONS.contains(action.lower()));
  }

  /** The resource type, for messages. */
  String attachedTo() {
    return Objects.requireNonNullElse(resourceType, "");
  }
}
