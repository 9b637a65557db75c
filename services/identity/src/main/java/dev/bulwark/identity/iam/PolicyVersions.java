package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreatePolicyVersionRequest;
import dev.bulwark.api.iam.CreatePolicyVersionResponse;
import dev.bulwark.api.iam.DeletePolicyVersionRequest;
import dev.bulwark.api.iam.GetPolicyVersionRequest;
import dev.bulwark.api.iam.GetPolicyVersionResponse;
import dev.bulwark.api.iam.ListPolicyVersionsRequest;
import dev.bulwark.api.iam.ListPolicyVersionsResponse;
import dev.bulwark.api.iam.PolicyVersion;
import dev.bulwark.api.iam.SetDefaultPolicyVersionRequest;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The versions of managed policies, of which one is in force. */
final class PolicyVersions {
  private final IamTables tables;
  private final IamQuotas quotas;
  private final PolicyCatalog catalog;
  private final ManagedPolicies policies;

  PolicyVersions(
      IamTables tables, IamQuotas quotas, PolicyCatalog catalog, ManagedPolicies policies) {
    this.tables = tables;
    this.quotas = quotas;
    this.catalog = catalog;
    this.policies = policies;
  }

  CreatePolicyVersionResponse create(CreatePolicyVersionRequest input, Call call) {
    PolicyDocuments.check(input.policyDocument(), PolicyKind.IDENTITY);
    if (PolicyDocuments.size(input.policyDocument()) > quotas.policySize()) {
      throw IamErrors.quotaExceeded("PolicySize", quotas.policySize());
    }
    return call.write(
        tx -> {
          var before = policies.requireOwn(tx, call, input.policyArn());
          if (before.versions().size() >= quotas.versionsPerPolicy()) {
            throw IamErrors.tooManyVersions(quotas.versionsPerPolicy());
          }
          int number = before.lastVersion() + 1;
          var version =
              new PolicyRecord.Version("v" + number, input.policyDocument(), Times.of(call));
          var versions = new ArrayList<>(before.versions());
          versions.add(version);
          var after =
              before.withVersions(
                  versions,
                  Boolean.TRUE.equals(input.setAsDefault())
                      ? version.id()
                      : before.defaultVersionId(),
                  number,
                  Times.of(call));
          store(call, tx, before, after);
          return CreatePolicyVersionResponse.builder()
              .policyVersion(view(after, version).toBuilder().document(null).build())
              .build();
        });
  }

  GetPolicyVersionResponse get(GetPolicyVersionRequest input, Call call) {
    var policy = find(call, input.policyArn());
    var version =
        policy
            .version(input.versionId())
            .orElseThrow(() -> IamErrors.noPolicyVersion(input.policyArn(), input.versionId()));
    return GetPolicyVersionResponse.builder().policyVersion(view(policy, version)).build();
  }

  ListPolicyVersionsResponse list(ListPolicyVersionsRequest input, Call call) {
    var policy = find(call, input.policyArn());
    var page =
        Pages.of(
            newestFirst(policy),
            version -> position(version.id()),
            input.maxItems(),
            input.marker());
    return ListPolicyVersionsResponse.builder()
        .versions(page.map(version -> view(policy, version).toBuilder().document(null).build()))
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  Unit setDefault(SetDefaultPolicyVersionRequest input, Call call) {
    return call.write(
        tx -> {
          var before = policies.requireOwn(tx, call, input.policyArn());
          if (before.version(input.versionId()).isEmpty()) {
            throw IamErrors.noPolicyVersion(input.policyArn(), input.versionId());
          }
          store(
              call,
              tx,
              before,
              before.withVersions(
                  before.versions(), input.versionId(), before.lastVersion(), Times.of(call)));
          return Unit.UNIT;
        });
  }

  Unit delete(DeletePolicyVersionRequest input, Call call) {
    return call.write(
        tx -> {
          var before = policies.requireOwn(tx, call, input.policyArn());
          if (before.version(input.versionId()).isEmpty()) {
            throw IamErrors.noPolicyVersion(input.policyArn(), input.versionId());
          }
          if (before.defaultVersionId().equals(input.versionId())) {
            throw IamErrors.deleteDefaultVersion();
          }
          var versions = new ArrayList<>(before.versions());
          versions.removeIf(version -> version.id().equals(input.versionId()));
          store(
              call,
              tx,
              before,
              before.withVersions(
                  versions, before.defaultVersionId(), before.lastVersion(), Times.of(call)));
          return Unit.UNIT;
        });
  }

  private void store(Call call, WriteTx tx, PolicyRecord before, PolicyRecord after) {
    tables.policies().put(tx, IamTables.key(after.accountId(), after.name()), after);
    call.changed(tx, PolicyRecord.TYPE, after.id(), after.arn(), before, after);
  }

  private PolicyRecord find(Call call, String policyArn) {
    catalog.requireArn(policyArn);
    return tables.store().read(tx -> catalog.require(tx, call.accountId(), policyArn));
  }

  /** The versions of a policy, newest first, as AWS lists them. */
  static List<PolicyRecord.Version> newestFirst(PolicyRecord policy) {
    return policy.versions().stream()
        .sorted(Comparator.comparing(version -> position(version.id())))
        .toList();
  }

  /** A text by which newer versions come first. */
  private static String position(String versionId) {
    return "%010d".formatted(Integer.MAX_VALUE - Integer.parseInt(versionId.substring(1)));
  }

  static PolicyVersion view(PolicyRecord policy, PolicyRecord.Version version) {
    return PolicyVersion.builder()
        .document(PolicyDocuments.encode(version.document()))
        .versionId(version.id())
        .isDefaultVersion(version.id().equals(policy.defaultVersionId()))
        .createDate(version.created())
        .build();
  }
}
