package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.ApplyArchiveRuleRequest;
import dev.bulwark.api.accessanalyzer.ArchiveRuleSummary;
import dev.bulwark.api.accessanalyzer.CreateArchiveRuleRequest;
import dev.bulwark.api.accessanalyzer.DeleteArchiveRuleRequest;
import dev.bulwark.api.accessanalyzer.GetArchiveRuleRequest;
import dev.bulwark.api.accessanalyzer.GetArchiveRuleResponse;
import dev.bulwark.api.accessanalyzer.ListArchiveRulesRequest;
import dev.bulwark.api.accessanalyzer.ListArchiveRulesResponse;
import dev.bulwark.api.accessanalyzer.UpdateArchiveRuleRequest;
import dev.bulwark.identity.accessanalyzer.AnalyzerRecord.Rule;
import dev.bulwark.identity.accessanalyzer.AnalyzerTables.Found;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Archive rules: findings that fulfil one are archived when they come about. Those that are there
 * already are archived when the rule is applied.
 */
final class ArchiveRules {
  private static final int MOST = 100;

  private final AnalyzerTables tables;
  private final Analyzers analyzers;
  private final Analysis analysis;

  ArchiveRules(AnalyzerTables tables, Analyzers analyzers, Analysis analysis) {
    this.tables = tables;
    this.analyzers = analyzers;
    this.analysis = analysis;
  }

  Unit create(CreateArchiveRuleRequest in, Call call) {
    var rule = new Rule(in.ruleName(), Filters.read(in.filter()), call.time(), call.time());
    return change(
        call,
        in.analyzerName(),
        rules -> {
          if (find(rules, rule.name()).isPresent()) {
            throw AnalyzerErrors.ruleExists(rule.name());
          }
          if (rules.size() >= MOST) {
            throw AnalyzerErrors.tooMany("ArchiveRule", rule.name());
          }
          return with(rules, rule);
        });
  }

  Unit update(UpdateArchiveRuleRequest in, Call call) {
    var filter = Filters.read(in.filter());
    return change(
        call,
        in.analyzerName(),
        rules -> {
          var before = require(rules, in.ruleName());
          return with(rules, new Rule(before.name(), filter, before.created(), call.time()));
        });
  }

  Unit delete(DeleteArchiveRuleRequest in, Call call) {
    return change(
        call,
        in.analyzerName(),
        rules -> {
          var gone = require(rules, in.ruleName());
          return rules.stream().filter(rule -> rule != gone).toList();
        });
  }

  private Unit change(Call call, String analyzerName, UnaryOperator<List<Rule>> change) {
    return analyzers.change(
        call,
        analyzers.require(call, analyzerName),
        before -> before.withRules(change.apply(before.rules())),
        after -> Unit.UNIT);
  }

  private static Optional<Rule> find(List<Rule> rules, String name) {
    return rules.stream().filter(rule -> rule.name().equals(name)).findFirst();
  }

  private static Rule require(List<Rule> rules, String name) {
    return find(rules, name).orElseThrow(() -> AnalyzerErrors.noRule(name));
  }

  private static List<Rule> with(List<Rule> rules, Rule rule) {
    List<Rule> more = new ArrayList<>(rules);
    more.removeIf(other -> other.name().equals(rule.name()));
    more.add(rule);
    return more;
  }

  GetArchiveRuleResponse get(GetArchiveRuleRequest in, Call call) {
    var analyzer = analyzers.require(call, in.analyzerName());
    return new GetArchiveRuleResponse(view(require(analyzer.rules(), in.ruleName())));
  }

  ListArchiveRulesResponse list(ListArchiveRulesRequest in, Call call) {
    var rules = analyzers.require(call, in.analyzerName()).rules();
    var page = Pages.of(rules, in.maxResults(), in.nextToken());
    return new ListArchiveRulesResponse(
        page.items().stream().map(ArchiveRules::view).toList(), page.next());
  }

  private static ArchiveRuleSummary view(Rule rule) {
    return new ArchiveRuleSummary(
        rule.name(), Filters.view(rule.filter()), rule.created(), rule.updated());
  }

  Unit apply(ApplyArchiveRuleRequest in, Call call) {
    analysis.catchUp();
    var analyzer = analyzers.requireArn(call, in.analyzerArn());
    var rule = require(analyzer.rules(), in.ruleName());
    var key = AnalyzerTables.analyzerKey(analyzer);
    return call.write(
        tx -> {
          List<Found> matching = new ArrayList<>();
          tables
              .findings()
              .forEach(
                  tx,
                  Scan.prefix(Key.prefix(key)),
                  row -> {
                    var finding = row.value().finding();
                    if (finding.status() == Status.ACTIVE
                        && Filters.matches(rule.filter(), finding)) {
                      matching.add(row.value());
                    }
                  });
          for (var found : matching) {
            var finding = found.finding();
            tables
                .findings()
                .put(
                    tx,
                    AnalyzerTables.findingKey(key, finding.id()),
                    new Found(key, finding.withStatus(Status.ARCHIVED, call.time())));
          }
          return Unit.UNIT;
        });
  }
}
