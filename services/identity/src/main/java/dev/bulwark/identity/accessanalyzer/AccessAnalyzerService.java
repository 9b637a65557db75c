package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.generate.LeastPrivilege;
import dev.bulwark.analysis.validate.PolicyValidator;
import dev.bulwark.api.accessanalyzer.AccessAnalyzerApi;
import dev.bulwark.base.Region;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.iam.IamInventory;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * IAM Access Analyzer: the table of its operations.
 *
 * @see <a href="https://docs.aws.amazon.com/access-analyzer/latest/APIReference/">Access Analyzer
 *     API reference</a>
 */
public final class AccessAnalyzerService implements Service, AutoCloseable {
  private final AnalyzerTables tables;
  private final Analysis analysis;
  private final PolicyGenerations generations;
  private final ServiceTable table;

  /**
   * The service.
   *
   * @param resources the resources, beside roles, whose policies can let someone in
   * @param use what principals have used
   */
  public AccessAnalyzerService(
      Store store,
      EventStreams events,
      IamInventory inventory,
      ActionUse use,
      List<ResourcePolicies> resources,
      Organizations organizations,
      Clock clock) {
    var reference = AuthorizationReference.bundled();
    var leastPrivilege = new LeastPrivilege(reference);
    List<ResourcePolicies> all = new ArrayList<>(resources);
    all.add(new RolePolicies(inventory));
    tables = new AnalyzerTables(store);
    analysis =
        new Analysis(
            tables,
            events,
            all,
            new UnusedFindings(inventory, use, leastPrivilege),
            organizations,
            clock);
    generations = new PolicyGenerations(tables, inventory, use, reference, leastPrivilege, clock);
    var lines = ServiceTable.of(AccessAnalyzerApi.MODEL);
    addChecks(lines, new PolicyChecks(new PolicyValidator(reference, Region::isKnown)));
    addGenerations(lines);
    var analyzers = new Analyzers(tables, analysis, organizations);
    addAnalyzers(lines, analyzers, new AnalyzerTags(analyzers));
    addRules(lines, new ArchiveRules(tables, analyzers, analysis));
    var findings = new Findings(tables, analyzers, analysis);
    addFindings(lines, findings, new Statistics(findings));
    addRecommendations(
        lines, new Recommendations(tables, findings, inventory, new PolicyReduction(reference)));
    addResources(lines, new AnalyzedResources(analyzers, findings, analysis));
    addPreviews(lines, new AccessPreviews(tables, analyzers, findings, analysis));
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  /** Follows the changes of resources, and goes on with jobs that a stop has interrupted. */
  public void start() {
    analysis.start();
    generations.resume();
  }

  @Override
  public void close() {
    analysis.close();
  }

  private static void addChecks(ServiceTable.Builder lines, PolicyChecks checks) {
    lines
        .on(AccessAnalyzerApi.VALIDATE_POLICY)
        .action("access-analyzer:ValidatePolicy")
        .anyResource()
        .handle(checks::validate)
        .on(AccessAnalyzerApi.CHECK_NO_NEW_ACCESS)
        .action("access-analyzer:CheckNoNewAccess")
        .anyResource()
        .readOnly(true)
        .handle(checks::noNewAccess)
        .on(AccessAnalyzerApi.CHECK_ACCESS_NOT_GRANTED)
        .action("access-analyzer:CheckAccessNotGranted")
        .anyResource()
        .readOnly(true)
        .handle(checks::accessNotGranted)
        .on(AccessAnalyzerApi.CHECK_NO_PUBLIC_ACCESS)
        .action("access-analyzer:CheckNoPublicAccess")
        .anyResource()
        .readOnly(true)
        .handle(checks::noPublicAccess);
  }

  private void addGenerations(ServiceTable.Builder lines) {
    lines
        .on(AccessAnalyzerApi.START_POLICY_GENERATION)
        .permissions(generations::permissions)
        .handle(generations::start)
        .on(AccessAnalyzerApi.GET_GENERATED_POLICY)
        .action("access-analyzer:GetGeneratedPolicy")
        .anyResource()
        .handle(generations::get)
        .on(AccessAnalyzerApi.LIST_POLICY_GENERATIONS)
        .action("access-analyzer:ListPolicyGenerations")
        .anyResource()
        .handle(generations::list)
        .on(AccessAnalyzerApi.CANCEL_POLICY_GENERATION)
        .action("access-analyzer:CancelPolicyGeneration")
        .anyResource()
        .handle(generations::cancel);
  }

  private void addAnalyzers(ServiceTable.Builder lines, Analyzers analyzers, AnalyzerTags tags) {
    lines
        .on(AccessAnalyzerApi.CREATE_ANALYZER)
        .action("access-analyzer:CreateAnalyzer")
        .resource((in, call) -> named(in.analyzerName(), call), (in, call) -> keys(in.tags()))
        .handle(analyzers::create)
        .on(AccessAnalyzerApi.UPDATE_ANALYZER)
        .action("access-analyzer:UpdateAnalyzer")
        .resource((in, call) -> named(in.analyzerName(), call))
        .handle(analyzers::update)
        .on(AccessAnalyzerApi.DELETE_ANALYZER)
        .action("access-analyzer:DeleteAnalyzer")
        .resource((in, call) -> named(in.analyzerName(), call))
        .handle(analyzers::delete)
        .on(AccessAnalyzerApi.GET_ANALYZER)
        .action("access-analyzer:GetAnalyzer")
        .resource((in, call) -> named(in.analyzerName(), call))
        .handle(analyzers::get)
        .on(AccessAnalyzerApi.LIST_ANALYZERS)
        .action("access-analyzer:ListAnalyzers")
        .anyResource()
        .handle(analyzers::list)
        .on(AccessAnalyzerApi.TAG_RESOURCE)
        .action("access-analyzer:TagResource")
        .resource((in, call) -> analyzer(in.resourceArn(), call), (in, call) -> keys(in.tags()))
        .handle(tags::tag)
        .on(AccessAnalyzerApi.UNTAG_RESOURCE)
        .action("access-analyzer:UntagResource")
        .resource(
            (in, call) -> analyzer(in.resourceArn(), call),
            (in, call) -> Context.builder().putAll("aws:TagKeys", in.tagKeys()).build())
        .handle(tags::untag)
        .on(AccessAnalyzerApi.LIST_TAGS_FOR_RESOURCE)
        .action("access-analyzer:ListTagsForResource")
        .resource((in, call) -> analyzer(in.resourceArn(), call))
        .handle(tags::list);
  }

  private void addRules(ServiceTable.Builder lines, ArchiveRules rules) {
    lines
        .on(AccessAnalyzerApi.CREATE_ARCHIVE_RULE)
        .action("access-analyzer:CreateArchiveRule")
        .resource((in, call) -> rule(in.analyzerName(), in.ruleName(), call))
        .handle(rules::create)
        .on(AccessAnalyzerApi.UPDATE_ARCHIVE_RULE)
        .action("access-analyzer:UpdateArchiveRule")
        .resource((in, call) -> rule(in.analyzerName(), in.ruleName(), call))
        .handle(rules::update)
        .on(AccessAnalyzerApi.DELETE_ARCHIVE_RULE)
        .action("access-analyzer:DeleteArchiveRule")
        .resource((in, call) -> rule(in.analyzerName(), in.ruleName(), call))
        .handle(rules::delete)
        .on(AccessAnalyzerApi.GET_ARCHIVE_RULE)
        .action("access-analyzer:GetArchiveRule")
        .resource((in, call) -> rule(in.analyzerName(), in.ruleName(), call))
        .handle(rules::get)
        .on(AccessAnalyzerApi.LIST_ARCHIVE_RULES)
        .action("access-analyzer:ListArchiveRules")
        .resource((in, call) -> named(in.analyzerName(), call))
        .handle(rules::list)
        .on(AccessAnalyzerApi.APPLY_ARCHIVE_RULE)
        .action("access-analyzer:ApplyArchiveRule")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(rules::apply);
  }

  private void addFindings(ServiceTable.Builder lines, Findings findings, Statistics statistics) {
    lines
        .on(AccessAnalyzerApi.LIST_FINDINGS)
        .action("access-analyzer:ListFindings")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(findings::list)
        .on(AccessAnalyzerApi.LIST_FINDINGS_V2)
        .action("access-analyzer:ListFindings")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(findings::listV2)
        .on(AccessAnalyzerApi.GET_FINDING)
        .action("access-analyzer:GetFinding")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(findings::get)
        .on(AccessAnalyzerApi.GET_FINDING_V2)
        .action("access-analyzer:GetFinding")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(findings::getV2)
        .on(AccessAnalyzerApi.UPDATE_FINDINGS)
        .action("access-analyzer:UpdateFindings")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(findings::update)
        .on(AccessAnalyzerApi.GET_FINDINGS_STATISTICS)
        .action("access-analyzer:GetFindingsStatistics")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(statistics::get);
  }

  private void addRecommendations(ServiceTable.Builder lines, Recommendations recommendations) {
    lines
        .on(AccessAnalyzerApi.GENERATE_FINDING_RECOMMENDATION)
        .action("access-analyzer:GenerateFindingRecommendation")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(recommendations::generate)
        .on(AccessAnalyzerApi.GET_FINDING_RECOMMENDATION)
        .action("access-analyzer:GetFindingRecommendation")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(recommendations::get);
  }

  private void addResources(ServiceTable.Builder lines, AnalyzedResources resources) {
    lines
        .on(AccessAnalyzerApi.START_RESOURCE_SCAN)
        .action("access-analyzer:StartResourceScan")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(resources::scan)
        .on(AccessAnalyzerApi.LIST_ANALYZED_RESOURCES)
        .action("access-analyzer:ListAnalyzedResources")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(resources::list)
        .on(AccessAnalyzerApi.GET_ANALYZED_RESOURCE)
        .action("access-analyzer:GetAnalyzedResource")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(resources::get);
  }

  private void addPreviews(ServiceTable.Builder lines, AccessPreviews previews) {
    lines
        .on(AccessAnalyzerApi.CREATE_ACCESS_PREVIEW)
        .action("access-analyzer:CreateAccessPreview")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(previews::create)
        .on(AccessAnalyzerApi.GET_ACCESS_PREVIEW)
        .action("access-analyzer:GetAccessPreview")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(previews::get)
        .on(AccessAnalyzerApi.LIST_ACCESS_PREVIEWS)
        .action("access-analyzer:ListAccessPreviews")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(previews::list)
        .on(AccessAnalyzerApi.LIST_ACCESS_PREVIEW_FINDINGS)
        .action("access-analyzer:ListAccessPreviewFindings")
        .resource((in, call) -> analyzer(in.analyzerArn(), call))
        .handle(previews::findings);
  }

  // What operations are authorized against

  private Resource named(String name, Call call) {
    return analyzer(AnalyzerRecord.arn(call.region(), call.accountId(), name), call);
  }

  private Resource rule(String analyzer, String rule, Call call) {
    var arn = AnalyzerRecord.arn(call.region(), call.accountId(), analyzer);
    return Resource.of(arn + "/archive-rule/" + rule);
  }

  private Resource analyzer(String arn, Call call) {
    int slash = arn.indexOf(":analyzer/");
    var name = slash < 0 ? "" : arn.substring(slash + ":analyzer/".length());
    var found =
        tables.analyzers().get(AnalyzerTables.analyzerKey(call.accountId(), call.region(), name));
    return found == null ? Resource.of(arn) : Resource.of(arn).withTags(found.tags());
  }

  private static Context keys(@Nullable Map<String, String> tags) {
    var keys = Context.builder();
    if (tags != null && !tags.isEmpty()) {
      tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, value));
      keys.putAll("aws:TagKeys", List.copyOf(tags.keySet()));
    }
    return keys.build();
  }
}
