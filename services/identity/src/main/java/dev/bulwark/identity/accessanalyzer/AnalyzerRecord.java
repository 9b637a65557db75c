package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.Criterion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An analyzer as stored.
 *
 * @param type as in the API: {@code ACCOUNT}, for instance
 * @param unusedAccessAge in days; null for analyzers of external access
 * @param excludedAccounts accounts of which an analyzer of unused access finds nothing
 * @param excludedTags tags of users and roles of which it finds nothing, alternatives
 * @param lastAnalysis when all that it looks at was looked at
 */
record AnalyzerRecord(
    String accountId,
    String region,
    String name,
    String type,
    Instant created,
    Map<String, String> tags,
    @Nullable Integer unusedAccessAge,
    List<String> excludedAccounts,
    List<Map<String, String>> excludedTags,
    List<Rule> rules,
    @Nullable String lastResource,
    @Nullable Instant lastResourceAt,
    @Nullable Instant lastAnalysis) {
  static final String TYPE = "AWS::AccessAnalyzer::Analyzer";

  /** An archive rule. */
  record Rule(String name, Map<String, Condition> filter, Instant created, Instant updated) {}

  /** What a filter asks of a property; parts that are null ask nothing. */
  record Condition(
      @Nullable List<String> eq,
      @Nullable List<String> neq,
      @Nullable List<String> contains,
      @Nullable Boolean exists) {
    static Condition of(Criterion criterion) {
      return new Condition(
          criterion.eq(), criterion.neq(), criterion.contains(), criterion.exists());
    }

    Criterion view() {
      return new Criterion(eq, neq, contains, exists);
    }
  }

  String arn() {
    return arn(region, accountId, name);
  }

  static String arn(String region, String accountId, String name) {
    return "arn:aws:access-analyzer:" + region + ":" + accountId + ":analyzer/" + name;
  }

  boolean isOfUnusedAccess() {
    return type.endsWith("_UNUSED_ACCESS");
  }

  boolean isOfOrganization() {
    return type.startsWith("ORGANIZATION");
  }

  AnalyzerRecord withTags(Map<String, String> newTags) {
    return new AnalyzerRecord(
        accountId,
        region,
        name,
        type,
        created,
        newTags,
        unusedAccessAge,
        excludedAccounts,
        excludedTags,
        rules,
        lastResource,
        lastResourceAt,
        lastAnalysis);
  }

  AnalyzerRecord withRules(List<Rule> newRules) {
    return new AnalyzerRecord(
        accountId,
        region,
        name,
        type,
        created,
        tags,
        unusedAccessAge,
        excludedAccounts,
        excludedTags,
        newRules,
        lastResource,
        lastResourceAt,
        lastAnalysis);
  }

  AnalyzerRecord withExclusions(List<String> accounts, List<Map<String, String>> someTags) {
    return new AnalyzerRecord(
        accountId,
        region,
        name,
        type,
        created,
        tags,
        unusedAccessAge,
        accounts,
        someTags,
        rules,
        lastResource,
        lastResourceAt,
        null);
  }

  AnalyzerRecord analyzed(@Nullable String resource, Instant time, boolean all) {
    return new AnalyzerRecord(
        accountId,
        region,
        name,
        type,
        created,
        tags,
        unusedAccessAge,
        excludedAccounts,
        excludedTags,
        rules,
        resource == null ? lastResource : resource,
        resource == null ? lastResourceAt : time,
        all ? time : lastAnalysis);
  }
}
