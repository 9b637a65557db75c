package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.AnalysisRule;
import dev.bulwark.api.accessanalyzer.AnalysisRuleCriteria;
import dev.bulwark.api.accessanalyzer.AnalyzerConfiguration;
import dev.bulwark.api.accessanalyzer.AnalyzerSummary;
import dev.bulwark.api.accessanalyzer.CreateAnalyzerRequest;
import dev.bulwark.api.accessanalyzer.CreateAnalyzerResponse;
import dev.bulwark.api.accessanalyzer.DeleteAnalyzerRequest;
import dev.bulwark.api.accessanalyzer.GetAnalyzerRequest;
import dev.bulwark.api.accessanalyzer.GetAnalyzerResponse;
import dev.bulwark.api.accessanalyzer.InlineArchiveRule;
import dev.bulwark.api.accessanalyzer.ListAnalyzersRequest;
import dev.bulwark.api.accessanalyzer.ListAnalyzersResponse;
import dev.bulwark.api.accessanalyzer.UnusedAccessConfiguration;
import dev.bulwark.api.accessanalyzer.UpdateAnalyzerRequest;
import dev.bulwark.api.accessanalyzer.UpdateAnalyzerResponse;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Analyzers: create, configure, list and find them. */
final class Analyzers {
  private static final int MOST_OF_A_TYPE = 1;
  private static final int MOST_UNUSED_ACCESS = 10;
  private static final int DEFAULT_AGE = 90;
  private static final int LONGEST_AGE = 365;

  private final AnalyzerTables tables;
  private final Analysis analysis;
  private final Organizations organizations;

  Analyzers(AnalyzerTables tables, Analysis analysis, Organizations organizations) {
    this.tables = tables;
    this.analysis = analysis;
    this.organizations = organizations;
  }

  CreateAnalyzerResponse create(CreateAnalyzerRequest in, Call call) {
    var analyzer = record(in, call);
    if (analyzer.isOfOrganization() && organizations.managedBy(call.accountId()).isEmpty()) {
      throw AnalyzerErrors.notSupported(
          "The account is not the management account or a delegated administrator of an"
              + " organization");
    }
    var key = AnalyzerTables.analyzerKey(analyzer);
    return call.write(
        tx -> {
          if (tables.analyzers().contains(tx, key)) {
            throw AnalyzerErrors.analyzerExists(analyzer.name());
          }
          long same =
              tables
                  .analyzers()
                  .scan(tx, Scan.prefix(Key.prefix(call.accountId(), call.region())))
                  .stream()
                  .filter(row -> row.value().type().equals(analyzer.type()))
                  .count();
          if (same >= (analyzer.isOfUnusedAccess() ? MOST_UNUSED_ACCESS : MOST_OF_A_TYPE)) {
            throw AnalyzerErrors.tooMany("Analyzer", analyzer.name());
          }
          tables.analyzers().insert(tx, key, analyzer);
          tell(call, tx, null, analyzer);
          return new CreateAnalyzerResponse(analyzer.arn());
        });
  }

  private static AnalyzerRecord record(CreateAnalyzerRequest in, Call call) {
    var unusedAccess = unusedAccess(in.configuration());
    boolean ofUnusedAccess = in.type().endsWith("_UNUSED_ACCESS");
    if (!ofUnusedAccess && unusedAccess != null) {
      throw AnalyzerErrors.invalid("External access analyzers do not support any configuration");
    }
    Integer age = null;
    if (ofUnusedAccess) {
      age =
          unusedAccess == null || unusedAccess.unusedAccessAge() == null
              ? Integer.valueOf(DEFAULT_AGE)
              : unusedAccess.unusedAccessAge();
      if (age < 1 || age > LONGEST_AGE) {
        throw AnalyzerErrors.invalid("unusedAccessAge must be between 1 and 365 days");
      }
    }
    var rule = unusedAccess == null ? null : unusedAccess.analysisRule();
    List<AnalyzerRecord.Rule> rules = new ArrayList<>();
    for (var inline : Objects.requireNonNullElse(in.archiveRules(), List.<InlineArchiveRule>of())) {
      rules.add(
          new AnalyzerRecord.Rule(
              inline.ruleName(), Filters.read(inline.filter()), call.time(), call.time()));
    }
    return new AnalyzerRecord(
        call.accountId(),
        call.region(),
        in.analyzerName(),
        in.type(),
        call.time(),
        AnalyzerTags.checked(Objects.requireNonNullElse(in.tags(), Map.of())),
        age,
        excludedAccounts(rule),
        excludedTags(rule),
        rules,
        null,
        null,
        null);
  }

  private static @Nullable UnusedAccessConfiguration unusedAccess(
      @Nullable AnalyzerConfiguration configuration) {
    return configuration == null ? null : configuration.unusedAccess();
  }

  private static List<AnalysisRuleCriteria> exclusions(@Nullable AnalysisRule rule) {
    return rule == null || rule.exclusions() == null ? List.of() : rule.exclusions();
  }

  private static List<String> excludedAccounts(@Nullable AnalysisRule rule) {
    return exclusions(rule).stream()
        .map(AnalysisRuleCriteria::accountIds)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Map<String, String>> excludedTags(@Nullable AnalysisRule rule) {
    return exclusions(rule).stream()
        .map(AnalysisRuleCriteria::resourceTags)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .toList();
  }

  UpdateAnalyzerResponse update(UpdateAnalyzerRequest in, Call call) {
    var before = require(call, in.analyzerName());
    var unusedAccess = unusedAccess(in.configuration());
    if (unusedAccess == null || !before.isOfUnusedAccess()) {
      throw AnalyzerErrors.invalid("Only the configuration of unused access can be updated");
    }
    if (unusedAccess.unusedAccessAge() != null
        && !unusedAccess.unusedAccessAge().equals(before.unusedAccessAge())) {
      throw AnalyzerErrors.invalid("unusedAccessAge cannot be updated");
    }
    var rule = unusedAccess.analysisRule();
    return change(
        call,
        before,
        current -> current.withExclusions(excludedAccounts(rule), excludedTags(rule)),
        after -> new UpdateAnalyzerResponse(configuration(after)));
  }

  Unit delete(DeleteAnalyzerRequest in, Call call) {
    var analyzer = require(call, in.analyzerName());
    var key = AnalyzerTables.analyzerKey(analyzer);
    return call.write(
        tx -> {
          tables.analyzers().delete(tx, key);
          tables.findings().deleteAll(tx, Key.prefix(key));
          tables.previews().deleteAll(tx, Key.prefix(key));
          tables.recommendations().deleteAll(tx, Key.prefix(key));
          tell(call, tx, analyzer, null);
          return Unit.UNIT;
        });
  }

  GetAnalyzerResponse get(GetAnalyzerRequest in, Call call) {
    analysis.catchUp();
    return new GetAnalyzerResponse(view(require(call, in.analyzerName())));
  }

  ListAnalyzersResponse list(ListAnalyzersRequest in, Call call) {
    analysis.catchUp();
    var all =
        tables
            .store()
            .read(
                tx ->
                    tables
                        .analyzers()
                        .scan(tx, Scan.prefix(Key.prefix(call.accountId(), call.region())))
                        .stream()
                        .map(row -> row.value())
                        .filter(a -> in.type() == null || a.type().equals(in.type()))
                        .map(this::view)
                        .toList());
    var page = Pages.of(all, in.maxResults(), in.nextToken());
    return new ListAnalyzersResponse(page.items(), page.next());
  }

  /** An analyzer of an organization is off where its account no longer manages that. */
  private AnalyzerSummary view(AnalyzerRecord analyzer) {
    var off =
        analyzer.isOfOrganization() && organizations.managedBy(analyzer.accountId()).isEmpty();
    return AnalyzerSummary.builder()
        .arn(analyzer.arn())
        .name(analyzer.name())
        .type(analyzer.type())
        .createdAt(analyzer.created())
        .lastResourceAnalyzed(analyzer.lastResource())
        .lastResourceAnalyzedAt(analyzer.lastResourceAt())
        .tags(analyzer.tags())
        .status(off ? "DISABLED" : "ACTIVE")
        .configuration(configuration(analyzer))
        .build();
  }

  private static @Nullable AnalyzerConfiguration configuration(AnalyzerRecord analyzer) {
    if (!analyzer.isOfUnusedAccess()) {
      return null;
    }
    List<AnalysisRuleCriteria> exclusions = new ArrayList<>();
    if (!analyzer.excludedAccounts().isEmpty()) {
      exclusions.add(new AnalysisRuleCriteria(analyzer.excludedAccounts(), null));
    }
    if (!analyzer.excludedTags().isEmpty()) {
      exclusions.add(new AnalysisRuleCriteria(null, analyzer.excludedTags()));
    }
    return new AnalyzerConfiguration(
        new UnusedAccessConfiguration(
            analyzer.unusedAccessAge(),
            exclusions.isEmpty() ? null : new AnalysisRule(exclusions)));
  }

  // Changing and finding analyzers

  /** Changes an analyzer as it is when it is changed. */
  <O extends Structure> O change(
      Call call,
      AnalyzerRecord analyzer,
      UnaryOperator<AnalyzerRecord> change,
      Function<AnalyzerRecord, O> answer) {
    var key = AnalyzerTables.analyzerKey(analyzer);
    return call.write(
        tx -> {
          var before = tables.analyzers().get(tx, key);
          if (before == null) {
            throw AnalyzerErrors.noAnalyzer(analyzer.name());
          }
          var after = change.apply(before);
          tables.analyzers().put(tx, key, after);
          tell(call, tx, before, after);
          return answer.apply(after);
        });
  }

  /**
   * The analyzer of a name.
   *
   * @throws dev.bulwark.schema.ApiException ResourceNotFoundException
   */
  AnalyzerRecord require(Call call, String name) {
    var found =
        tables.analyzers().get(AnalyzerTables.analyzerKey(call.accountId(), call.region(), name));
    if (found == null) {
      throw AnalyzerErrors.noAnalyzer(name);
    }
    return found;
  }

  /** The analyzer of an ARN, in the caller's account and the Region of the call. */
  AnalyzerRecord requireArn(Call call, String arn) {
    int slash = arn.indexOf(":analyzer/");
    var name = slash < 0 ? "" : arn.substring(slash + ":analyzer/".length());
    var found =
        tables.analyzers().get(AnalyzerTables.analyzerKey(call.accountId(), call.region(), name));
    if (found == null || !found.arn().equals(arn)) {
      throw AnalyzerErrors.noAnalyzer(arn);
    }
    return found;
  }

  private static void tell(
      Call call, WriteTx tx, @Nullable AnalyzerRecord before, @Nullable AnalyzerRecord after) {
    var analyzer = after == null ? before : after;
    if (analyzer != null) {
      call.concerns(AnalyzerRecord.TYPE, analyzer.arn());
      call.changed(tx, AnalyzerRecord.TYPE, analyzer.name(), analyzer.arn(), before, after);
    }
  }
}
