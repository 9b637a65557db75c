package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.Criterion;
import dev.bulwark.identity.accessanalyzer.AnalyzerRecord.Condition;
import dev.bulwark.identity.accessanalyzer.AnalyzerRecord.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Filters over findings: of archive rules and of lists.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html">Filter
 *     keys</a>
 */
final class Filters {
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "resource",
          "resourceType",
          "resourceOwnerAccount",
          "isPublic",
          "status",
          "error",
          "findingType",
          "principal.AWS",
          "principal.Federated",
          "principal.CanonicalUser",
          "createdAt",
          "updatedAt",
          "analyzedAt",
          "sources",
          "changeType",
          "existingFindingId",
          "existingFindingStatus");
  private static final String CONDITION = "condition.";

  private Filters() {}

  /**
   * A filter as stored.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException for a key that findings do not have
   */
  static Map<String, Condition> read(Map<String, Criterion> filter) {
    Map<String, Condition> conditions = new LinkedHashMap<>();
    filter.forEach(
        (key, criterion) -> {
          if (!KEYS.contains(key) && !key.startsWith(CONDITION)) {
            throw AnalyzerErrors.invalid("Invalid filter key: " + key);
          }
          if (criterion.eq() == null
              && criterion.neq() == null
              && criterion.contains() == null
              && criterion.exists() == null) {
            throw AnalyzerErrors.invalid("No criterion is given for the filter key " + key);
          }
          conditions.put(key, Condition.of(criterion));
        });
    return conditions;
  }

  static Map<String, Criterion> view(Map<String, Condition> filter) {
    Map<String, Criterion> view = new LinkedHashMap<>();
    filter.forEach((key, condition) -> view.put(key, condition.view()));
    return view;
  }

  static boolean matchesAny(List<Rule> rules, FindingRecord finding) {
    return rules.stream().anyMatch(rule -> matches(rule.filter(), finding));
  }

  /** Whether a finding fulfils all of a filter. */
  static boolean matches(Map<String, Condition> filter, FindingRecord finding) {
    return filter.entrySet().stream()
        .allMatch(entry -> matches(entry.getValue(), values(entry.getKey(), finding)));
  }

  private static boolean matches(Condition condition, List<String> values) {
    var eq = condition.eq();
    var neq = condition.neq();
    var contains = condition.contains();
    var exists = condition.exists();
    return (eq == null || values.stream().anyMatch(eq::contains))
        && (neq == null || values.stream().noneMatch(neq::contains))
        && (contains == null
            || values.stream().anyMatch(value -> contains.stream().anyMatch(value::contains)))
        && (exists == null || exists == !values.isEmpty());
  }

  private static List<String> values(String key, FindingRecord finding) {
    var access = finding.access();
    if (key.startsWith(CONDITION)) {
      var value = access == null ? null : access.condition().get(key.substring(CONDITION.length()));
      return value == null ? List.of() : List.of(value);
    }
    if (key.startsWith("principal.")) {
      var value =
          access == null ? null : access.principal().get(key.substring("principal.".length()));
      return value == null ? List.of() : List.of(value);
    }
    return switch (key) {
      case "id" -> List.of(finding.id());
      case "resource" -> List.of(finding.resource());
      case "resourceType" -> List.of(finding.resourceType());
      case "resourceOwnerAccount" -> List.of(finding.owner());
      case "status" -> List.of(finding.status().name());
      case "findingType" -> List.of(finding.type());
      case "isPublic" -> access == null ? List.of() : List.of(Boolean.toString(access.isPublic()));
      case "sources" -> access == null ? List.of() : access.sources();
      case "createdAt" -> List.of(finding.created().toString());
      case "updatedAt" -> List.of(finding.updated().toString());
      case "analyzedAt" -> List.of(finding.analyzed().toString());
      default -> {
        var error = finding.error();
        yield key.equals("error") && error != null ? List.of(error) : List.of();
      }
    };
  }
}
