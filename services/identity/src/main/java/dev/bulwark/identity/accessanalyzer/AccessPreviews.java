package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.AccessPreview;
import dev.bulwark.api.accessanalyzer.AccessPreviewFinding;
import dev.bulwark.api.accessanalyzer.AccessPreviewStatusReason;
import dev.bulwark.api.accessanalyzer.AccessPreviewSummary;
import dev.bulwark.api.accessanalyzer.Configuration;
import dev.bulwark.api.accessanalyzer.CreateAccessPreviewRequest;
import dev.bulwark.api.accessanalyzer.CreateAccessPreviewResponse;
import dev.bulwark.api.accessanalyzer.GetAccessPreviewRequest;
import dev.bulwark.api.accessanalyzer.GetAccessPreviewResponse;
import dev.bulwark.api.accessanalyzer.IamRoleConfiguration;
import dev.bulwark.api.accessanalyzer.ListAccessPreviewFindingsRequest;
import dev.bulwark.api.accessanalyzer.ListAccessPreviewFindingsResponse;
import dev.bulwark.api.accessanalyzer.ListAccessPreviewsRequest;
import dev.bulwark.api.accessanalyzer.ListAccessPreviewsResponse;
import dev.bulwark.api.accessanalyzer.S3BucketConfiguration;
import dev.bulwark.api.accessanalyzer.S3PublicAccessBlockConfiguration;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.identity.accessanalyzer.PreviewRecord.Previewed;
import dev.bulwark.identity.accessanalyzer.PreviewRecord.Proposed;
import dev.bulwark.identity.accessanalyzer.ResourcePolicies.Resource;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an analyzer would find if a resource had another configuration. Previews are complete when
 * they are created.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-access-preview.html">Previewing
 *     access</a>
 */
final class AccessPreviews {
  private static final String BUCKET = "AWS::S3::Bucket";
  private static final String INVALID = "INVALID_CONFIGURATION";

  private final AnalyzerTables tables;
  private final Analyzers analyzers;
  private final Findings findings;
  private final Analysis analysis;

  AccessPreviews(AnalyzerTables tables, Analyzers analyzers, Findings findings, Analysis analysis) {
    this.tables = tables;
    this.analyzers = analyzers;
    this.findings = findings;
    this.analysis = analysis;
  }

  CreateAccessPreviewResponse create(CreateAccessPreviewRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    if (!analyzer.type().equals("ACCOUNT")) {
      throw AnalyzerErrors.notSupported(
          "Access previews can be created only for analyzers of the type ACCOUNT");
    }
    if (in.configurations().size() != 1) {
      throw AnalyzerErrors.invalid("An access preview takes the configuration of one resource");
    }
    Map<String, Proposed> proposed = new LinkedHashMap<>();
    in.configurations().forEach((arn, c) -> proposed.put(arn, proposed(c)));
    List<Previewed> previewed = new ArrayList<>();
    String failure = null;
    for (var entry : proposed.entrySet()) {
      var resource = resource(analyzer, entry.getKey(), entry.getValue());
      if (isReadable(resource)) {
        preview(analyzer, resource, call, previewed);
      } else {
        failure = INVALID;
      }
    }
    var record =
        new PreviewRecord(Ids.uuid(), call.time(), proposed, failure, List.copyOf(previewed));
    return call.write(
        tx -> {
          tables.previews().insert(tx, key(analyzer, record.id()), record);
          return new CreateAccessPreviewResponse(record.id());
        });
  }

  private static String key(AnalyzerRecord analyzer, String id) {
    return Key.of(AnalyzerTables.analyzerKey(analyzer), id);
  }

  private static Proposed proposed(Configuration configuration) {
    var role = configuration.iamRole();
    if (role != null) {
      return new Proposed(RolePolicies.TYPE, role.trustPolicy(), null, null);
    }
    var bucket = configuration.s3Bucket();
    if (bucket != null && bucket.bucketAclGrants() == null && bucket.accessPoints() == null) {
      var block = bucket.bucketPublicAccessBlock();
      return new Proposed(
          BUCKET,
          bucket.bucketPolicy(),
          block == null ? null : block.ignorePublicAcls(),
          block == null ? null : block.restrictPublicBuckets());
    }
    throw AnalyzerErrors.notSupported(
        "Access previews are supported for role trust policies and bucket policies");
  }

  /** The resource as it is, apart from what was proposed. */
  private Resource resource(AnalyzerRecord analyzer, String arn, Proposed proposed) {
    var today = analysis.resource(analyzer, arn);
    if (today != null && !today.type().equals(proposed.type())) {
      throw AnalyzerErrors.invalid("The configuration is not one of the resource " + arn);
    }
    var policy = proposed.policy();
    var blocked = proposed.restrictPublic();
    return new Resource(
        arn,
        proposed.type(),
        analyzer.accountId(),
        analyzer.region(),
        today == null ? analyzer.created() : today.created(),
        policy == null ? (today == null ? null : today.policy()) : policy.isEmpty() ? null : policy,
        blocked == null ? today != null && today.publicBlocked() : blocked);
  }

  private static boolean isReadable(Resource resource) {
    var policy = resource.policy();
    if (policy == null) {
      return true;
    }
    try {
      return Policy.parse(policy, ExternalFindings.kind(resource)).statements().size() > 0;
    } catch (PolicyException e) {
      return false;
    }
  }

  private void preview(
      AnalyzerRecord analyzer, Resource resource, Call call, List<Previewed> previewed) {
    Map<String, FindingRecord> today = new HashMap<>();
    findings.all(analyzer).stream()
        .filter(finding -> finding.resource().equals(resource.arn()))
        .filter(finding -> finding.status() != Status.RESOLVED)
        .forEach(finding -> today.put(finding.id(), finding));
    var found =
        ExternalFindings.of(
            AnalyzerTables.analyzerKey(analyzer), resource, analysis.zone(analyzer), call.time());
    for (var finding : found) {
      var existing = today.remove(finding.id());
      if (existing == null) {
        boolean archived = Filters.matchesAny(analyzer.rules(), finding);
        previewed.add(
            new Previewed(
                Ids.uuid(),
                archived ? finding.withStatus(Status.ARCHIVED, call.time()) : finding,
                "NEW",
                null,
                null));
      } else {
        boolean same = Objects.equals(existing.access(), finding.access());
        previewed.add(
            new Previewed(
                Ids.uuid(),
                finding.withStatus(existing.status(), call.time()),
                same ? "UNCHANGED" : "CHANGED",
                existing.id(),
                existing.status()));
      }
    }
    for (var gone : today.values()) {
      previewed.add(
          new Previewed(
              Ids.uuid(),
              gone.withStatus(Status.RESOLVED, call.time()),
              "CHANGED",
              gone.id(),
              gone.status()));
    }
  }

  private PreviewRecord require(AnalyzerRecord analyzer, String id) {
    var found = tables.previews().get(key(analyzer, id));
    if (found == null) {
      throw AnalyzerErrors.noPreview(id);
    }
    return found;
  }

  GetAccessPreviewResponse get(GetAccessPreviewRequest in, Call call) {
    var analyzer = analyzers.requireArn(call, in.analyzerArn());
    var preview = require(analyzer, in.accessPreviewId());
    Map<String, Configuration> configurations = new LinkedHashMap<>();
    preview.configurations().forEach((arn, p) -> configurations.put(arn, view(p)));
    return new GetAccessPreviewResponse(
        new AccessPreview(
            preview.id(),
            analyzer.arn(),
            configurations,
            preview.created(),
            status(preview),
            reason(preview)));
  }

  private static Configuration view(Proposed proposed) {
    var configuration = Configuration.builder();
    if (proposed.type().equals(BUCKET)) {
      var ignore = proposed.ignoreAcls();
      var restrict = proposed.restrictPublic();
      configuration.s3Bucket(
          S3BucketConfiguration.builder()
              .bucketPolicy(proposed.policy())
              .bucketPublicAccessBlock(
                  ignore == null || restrict == null
                      ? null
                      : new S3PublicAccessBlockConfiguration(ignore, restrict))
              .build());
    } else {
      configuration.iamRole(new IamRoleConfiguration(proposed.policy()));
    }
    return configuration.build();
  }

  private static String status(PreviewRecord preview) {
    return preview.failure() == null ? "COMPLETED" : "FAILED";
  }

  private static @Nullable AccessPreviewStatusReason reason(PreviewRecord preview) {
    var failure = preview.failure();
    return failure == null ? null : new AccessPreviewStatusReason(failure);
  }

  ListAccessPreviewsResponse list(ListAccessPreviewsRequest in, Call call) {
    var analyzer = analyzers.requireArn(call, in.analyzerArn());
    var prefix = Key.prefix(AnalyzerTables.analyzerKey(analyzer));
    var all =
        tables.store().read(tx -> tables.previews().scan(tx, Scan.prefix(prefix))).stream()
            .map(row -> row.value())
            .toList();
    var page = Pages.of(all, in.maxResults(), in.nextToken());
    return new ListAccessPreviewsResponse(
        page.items().stream()
            .map(
                preview ->
                    new AccessPreviewSummary(
                        preview.id(),
                        analyzer.arn(),
                        preview.created(),
                        status(preview),
                        reason(preview)))
            .toList(),
        page.next());
  }

  ListAccessPreviewFindingsResponse findings(ListAccessPreviewFindingsRequest in, Call call) {
    var analyzer = analyzers.requireArn(call, in.analyzerArn());
    var conditions = Filters.read(Objects.requireNonNullElse(in.filter(), Map.of()));
    var all =
        require(analyzer, in.accessPreviewId()).findings().stream()
            .filter(previewed -> Filters.matches(conditions, previewed.finding()))
            .toList();
    var page = Pages.of(all, in.maxResults(), in.nextToken());
    return new ListAccessPreviewFindingsResponse(
        page.items().stream().map(AccessPreviews::view).toList(), page.next());
  }

  private static AccessPreviewFinding view(Previewed previewed) {
    var finding = previewed.finding();
    var access = finding.access();
    var status = previewed.existingStatus();
    var view =
        AccessPreviewFinding.builder()
            .id(previewed.id())
            .existingFindingId(previewed.existing())
            .existingFindingStatus(status == null ? null : status.name())
            .resource(finding.resource())
            .resourceType(finding.resourceType())
            .resourceOwnerAccount(finding.owner())
            .createdAt(finding.created())
            .changeType(previewed.change())
            .status(finding.status().name())
            .error(finding.error());
    if (access != null) {
      view.principal(access.principal())
          .action(access.actions())
          .condition(access.condition())
          .isPublic(access.isPublic())
          .sources(FindingViews.sources(access));
    }
    return view.build();
  }
}
