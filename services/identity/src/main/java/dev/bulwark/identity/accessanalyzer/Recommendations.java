package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.catalog.Action;
import dev.bulwark.api.accessanalyzer.GenerateFindingRecommendationRequest;
import dev.bulwark.api.accessanalyzer.GetFindingRecommendationRequest;
import dev.bulwark.api.accessanalyzer.GetFindingRecommendationResponse;
import dev.bulwark.api.accessanalyzer.RecommendationType;
import dev.bulwark.api.accessanalyzer.RecommendedRemediationAction;
import dev.bulwark.api.accessanalyzer.RecommendedStep;
import dev.bulwark.api.accessanalyzer.UnusedPermissionsRecommendedStep;
import dev.bulwark.identity.accessanalyzer.RecommendationRecord.Step;
import dev.bulwark.identity.iam.IamInventory;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What to do about unused permissions: which policies of the user or role to detach, and which to
 * put in the place of others. Policies that it has by its groups are others' too, and stay.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GenerateFindingRecommendation.html">GenerateFindingRecommendation</a>
 */
final class Recommendations {
  private final AnalyzerTables tables;
  private final Findings findings;
  private final IamInventory inventory;
  private final PolicyReduction reduction;

  Recommendations(
      AnalyzerTables tables, Findings findings, IamInventory inventory, PolicyReduction reduction) {
    this.tables = tables;
    this.findings = findings;
    this.inventory = inventory;
    this.reduction = reduction;
  }

  /** A recommendation is there at once; a later one takes its place. */
  Unit generate(GenerateFindingRecommendationRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    var finding = findings.require(analyzer, in.id());
    if (!finding.type().equals(UnusedFindings.PERMISSION)) {
      throw AnalyzerErrors.notSupported(
          "Recommendations are supported for findings of unused permissions");
    }
    var record =
        new RecommendationRecord(
            finding.id(), finding.resource(), call.time(), call.time(), steps(finding));
    var key = AnalyzerTables.findingKey(AnalyzerTables.analyzerKey(analyzer), finding.id());
    return call.write(
        tx -> {
          tables.recommendations().put(tx, key, record);
          return Unit.UNIT;
        });
  }

  private List<Step> steps(FindingRecord finding) {
    var unused = unused(finding);
    var steps = new ArrayList<Step>();
    for (var policy : inventory.ownPolicies(finding.resource())) {
      var reduced = reduction.without(policy.document(), unused);
      if (reduced.changed()) {
        steps.add(
            new Step(
                policy.id(), policy.updated(), reduced.allowing() ? reduced.document() : null));
      }
    }
    return steps;
  }

  private static Predicate<Action> unused(FindingRecord finding) {
    return action ->
        finding.unused().stream()
            .anyMatch(
                unused ->
                    unused.name().equals(action.fullName().split(":", 2)[0])
                        && (unused.actions().isEmpty()
                            || unused.actions().stream()
                                .anyMatch(one -> one.action().equals(action.name()))));
  }

  GetFindingRecommendationResponse get(GetFindingRecommendationRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    var finding = findings.require(analyzer, in.id());
    var record =
        tables
            .recommendations()
            .get(AnalyzerTables.findingKey(AnalyzerTables.analyzerKey(analyzer), finding.id()));
    if (record == null) {
      throw AnalyzerErrors.noRecommendation(in.id());
    }
    var page = Pages.of(record.steps(), in.maxResults(), in.nextToken());
    return GetFindingRecommendationResponse.builder()
        .startedAt(record.started())
        .completedAt(record.completed())
        .resourceArn(record.resourceArn())
        .recommendationType(RecommendationType.UNUSED_PERMISSION_RECOMMENDATION.value())
        .status("SUCCEEDED")
        .recommendedSteps(page.items().stream().map(Recommendations::view).toList())
        .nextToken(page.next())
        .build();
  }

  private static RecommendedStep view(Step step) {
    var action =
        step.replacement() == null
            ? RecommendedRemediationAction.DETACH_POLICY
            : RecommendedRemediationAction.CREATE_POLICY;
    return RecommendedStep.builder()
        .unusedPermissionsRecommendedStep(
            UnusedPermissionsRecommendedStep.builder()
                .recommendedAction(action.value())
                .existingPolicyId(step.policyId())
                .policyUpdatedAt(step.updated())
                .recommendedPolicy(step.replacement())
                .build())
        .build();
  }
}
