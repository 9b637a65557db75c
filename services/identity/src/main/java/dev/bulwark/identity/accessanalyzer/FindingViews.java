package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.ExternalAccessDetails;
import dev.bulwark.api.accessanalyzer.Finding;
import dev.bulwark.api.accessanalyzer.FindingDetails;
import dev.bulwark.api.accessanalyzer.FindingSource;
import dev.bulwark.api.accessanalyzer.FindingSummary;
import dev.bulwark.api.accessanalyzer.FindingSummaryV2;
import dev.bulwark.api.accessanalyzer.UnusedAction;
import dev.bulwark.api.accessanalyzer.UnusedIamRoleDetails;
import dev.bulwark.api.accessanalyzer.UnusedIamUserAccessKeyDetails;
import dev.bulwark.api.accessanalyzer.UnusedIamUserPasswordDetails;
import dev.bulwark.api.accessanalyzer.UnusedPermissionDetails;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Access;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Unused;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Findings as the API shows them. */
final class FindingViews {
  private static final Access NOTHING = new Access(Map.of(), List.of(), Map.of(), false, List.of());

  private FindingViews() {}

  private static Access access(FindingRecord finding) {
    return Objects.requireNonNullElse(finding.access(), NOTHING);
  }

  static @Nullable List<FindingSource> sources(Access access) {
    return access.sources().isEmpty()
        ? null
        : access.sources().stream().map(type -> new FindingSource(type, null)).toList();
  }

  static FindingSummary summary(FindingRecord finding) {
    var access = access(finding);
    return FindingSummary.builder()
        .id(finding.id())
        .principal(access.principal())
        .action(access.actions())
        .resource(finding.resource())
        .isPublic(access.isPublic())
        .resourceType(finding.resourceType())
        .condition(access.condition())
        .createdAt(finding.created())
        .analyzedAt(finding.analyzed())
        .updatedAt(finding.updated())
        .status(finding.status().name())
        .resourceOwnerAccount(finding.owner())
        .error(finding.error())
        .sources(sources(access))
        .build();
  }

  static Finding full(FindingRecord finding) {
    var access = access(finding);
    return Finding.builder()
        .id(finding.id())
        .principal(access.principal())
        .action(access.actions())
        .resource(finding.resource())
        .isPublic(access.isPublic())
        .resourceType(finding.resourceType())
        .condition(access.condition())
        .createdAt(finding.created())
        .analyzedAt(finding.analyzed())
        .updatedAt(finding.updated())
        .status(finding.status().name())
        .resourceOwnerAccount(finding.owner())
        .error(finding.error())
        .sources(sources(access))
        .build();
  }

  static FindingSummaryV2 summaryV2(FindingRecord finding) {
    return FindingSummaryV2.builder()
        .id(finding.id())
        .resource(finding.resource())
        .resourceType(finding.resourceType())
        .resourceOwnerAccount(finding.owner())
        .status(finding.status().name())
        .error(finding.error())
        .createdAt(finding.created())
        .analyzedAt(finding.analyzed())
        .updatedAt(finding.updated())
        .findingType(finding.type())
        .build();
  }

  static List<FindingDetails> details(FindingRecord finding) {
    var access = finding.access();
    if (access != null) {
      return List.of(
          FindingDetails.builder()
              .externalAccessDetails(
                  new ExternalAccessDetails(
                      access.actions(),
                      access.condition(),
                      access.isPublic(),
                      access.principal(),
                      sources(access)))
              .build());
    }
    return finding.unused().stream().map(unused -> details(finding.type(), unused)).toList();
  }

  private static FindingDetails details(String type, Unused unused) {
    var details = FindingDetails.builder();
    switch (type) {
      case UnusedFindings.ROLE ->
          details.unusedIamRoleDetails(new UnusedIamRoleDetails(unused.lastAccessed()));
      case UnusedFindings.PASSWORD ->
          details.unusedIamUserPasswordDetails(
              new UnusedIamUserPasswordDetails(unused.lastAccessed()));
      case UnusedFindings.ACCESS_KEY ->
          details.unusedIamUserAccessKeyDetails(
              new UnusedIamUserAccessKeyDetails(unused.name(), unused.lastAccessed()));
      default ->
          details.unusedPermissionDetails(
              new UnusedPermissionDetails(
                  unused.actions().isEmpty()
                      ? null
                      : unused.actions().stream()
                          .map(action -> new UnusedAction(action.action(), action.lastAccessed()))
                          .toList(),
                  unused.name(),
                  unused.lastAccessed()));
    }
    return details.build();
  }
}
