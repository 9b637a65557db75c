package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.AnalyzedResource;
import dev.bulwark.api.accessanalyzer.AnalyzedResourceSummary;
import dev.bulwark.api.accessanalyzer.GetAnalyzedResourceRequest;
import dev.bulwark.api.accessanalyzer.GetAnalyzedResourceResponse;
import dev.bulwark.api.accessanalyzer.ListAnalyzedResourcesRequest;
import dev.bulwark.api.accessanalyzer.ListAnalyzedResourcesResponse;
import dev.bulwark.api.accessanalyzer.StartResourceScanRequest;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** The resources that analyzers look at. */
final class AnalyzedResources {
  private final Analyzers analyzers;
  private final Findings findings;
  private final Analysis analysis;

  AnalyzedResources(Analyzers analyzers, Findings findings, Analysis analysis) {
    this.analyzers = analyzers;
    this.findings = findings;
    this.analysis = analysis;
  }

  ListAnalyzedResourcesResponse list(ListAnalyzedResourcesRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    var all =
        analyzer.isOfUnusedAccess()
            ? List.<AnalyzedResourceSummary>of()
            : analysis.resources(analyzer).stream()
                .filter(r -> in.resourceType() == null || r.type().equals(in.resourceType()))
                .sorted(Comparator.comparing(ResourcePolicies.Resource::arn))
                .map(r -> new AnalyzedResourceSummary(r.arn(), r.accountId(), r.type()))
                .toList();
    var page = Pages.of(all, in.maxResults(), in.nextToken());
    return new ListAnalyzedResourcesResponse(page.items(), page.next());
  }

  GetAnalyzedResourceResponse get(GetAnalyzedResourceRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    var resource = analysis.resource(analyzer, in.resourceArn());
    if (resource == null) {
      throw AnalyzerErrors.noResource(in.resourceArn());
    }
    var of =
        findings.all(analyzer).stream()
            .filter(finding -> finding.resource().equals(resource.arn()))
            .filter(finding -> finding.status() != Status.RESOLVED)
            .toList();
    var analyzed = Objects.requireNonNullElse(analyzer.lastAnalysis(), call.time());
    var actions = new TreeSet<String>();
    var sources = new TreeSet<String>();
    boolean open = false;
    for (var finding : of) {
      var access = finding.access();
      if (access != null) {
        actions.addAll(access.actions());
        sources.addAll(access.sources());
        open |= access.isPublic();
      }
    }
    return new GetAnalyzedResourceResponse(
        AnalyzedResource.builder()
            .resourceArn(resource.arn())
            .resourceType(resource.type())
            .resourceOwnerAccount(resource.accountId())
            .createdAt(resource.created())
            .analyzedAt(latest(of, analyzed, false))
            .updatedAt(latest(of, resource.created(), true))
            .isPublic(open)
            .actions(actions.isEmpty() ? null : List.copyOf(actions))
            .sharedVia(sources.isEmpty() ? null : List.copyOf(sources))
            .status(of.isEmpty() ? null : of.getFirst().status().name())
            .build());
  }

  private static Instant latest(List<FindingRecord> findings, Instant otherwise, boolean updated) {
    return findings.stream()
        .map(finding -> updated ? finding.updated() : finding.analyzed())
        .max(Comparator.naturalOrder())
        .orElse(otherwise);
  }

  /** Looks again right away, so that the answer is the end of it. */
  Unit scan(StartResourceScanRequest in, Call call) {
    var analyzer = analyzers.requireArn(call, in.analyzerArn());
    if (analyzer.isOfUnusedAccess()) {
      throw AnalyzerErrors.notSupported(
          "Resource scans are supported only for external access analyzers");
    }
    var resource = analysis.resource(analyzer, in.resourceArn());
    if (resource == null) {
      throw AnalyzerErrors.noResource(in.resourceArn());
    }
    analysis.analyze(analyzer, resource.arn(), resource);
    return Unit.UNIT;
  }
}
