package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.DisablePolicyTypeRequest;
import dev.bulwark.api.organizations.DisablePolicyTypeResponse;
import dev.bulwark.api.organizations.EnablePolicyTypeRequest;
import dev.bulwark.api.organizations.EnablePolicyTypeResponse;
import dev.bulwark.api.organizations.ListRootsRequest;
import dev.bulwark.api.organizations.ListRootsResponse;
import dev.bulwark.api.organizations.PolicyTypeSummary;
import dev.bulwark.api.organizations.Root;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.List;

/** An organization's one root, and the types of policies that are enabled in it. */
final class Roots {
  static final String NAME = "Root";

  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;
  private final Joining joining;

  Roots(OrganizationTables tables, Standings standings, OrganizationTree tree, Joining joining) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
    this.joining = joining;
  }

  ListRootsResponse list(ListRootsRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var page =
                  OrganizationPages.of(
                      List.of(organization),
                      OrganizationRecord::rootId,
                      in.maxResults(),
                      in.nextToken());
              return new ListRootsResponse(page.map(Roots::view), page.next());
            });
  }

  EnablePolicyTypeResponse enable(EnablePolicyTypeRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = require(tx, call, in.rootId());
          if (!organization.allFeatures()) {
            throw OrganizationErrors.policyTypeNotAvailable();
          }
          if (organization.policyTypes().contains(in.policyType())) {
            throw OrganizationErrors.policyTypeEnabled();
          }
          var enabled = change(tx, organization, in.policyType(), true);
          for (var target : tree.everything(tx, enabled)) {
            joining.attachDefaults(tx, enabled, in.policyType(), target, call.time());
          }
          return new EnablePolicyTypeResponse(view(enabled));
        });
  }

  /** Whatever is attached of that type goes; enabled again, only AWS's own policies come back. */
  DisablePolicyTypeResponse disable(DisablePolicyTypeRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = require(tx, call, in.rootId());
          if (!organization.policyTypes().contains(in.policyType())) {
            throw OrganizationErrors.policyTypeNotEnabled();
          }
          OrganizationTables.all(tx, tables.attachments(), Key.prefix(organization.id())).stream()
              .filter(found -> found.type().equals(in.policyType()))
              .forEach(
                  found ->
                      tables
                          .attachments()
                          .delete(
                              tx, Key.of(organization.id(), found.targetId(), found.policyId())));
          return new DisablePolicyTypeResponse(
              view(change(tx, organization, in.policyType(), false)));
        });
  }

  private OrganizationRecord require(ReadTx tx, Call call, String rootId) {
    var organization = standings.delegate(tx, call).organization();
    if (!organization.rootId().equals(rootId)) {
      throw OrganizationErrors.noRoot();
    }
    return organization;
  }

  private OrganizationRecord change(
      WriteTx tx, OrganizationRecord organization, String type, boolean enabled) {
    var changed = organization.withPolicyType(type, enabled);
    tables.organizations().put(tx, changed.id(), changed);
    return changed;
  }

  private static Root view(OrganizationRecord organization) {
    return Root.builder()
        .id(organization.rootId())
        .arn(OrganizationArns.root(organization))
        .name(NAME)
        .policyTypes(
            organization.policyTypes().stream()
                .sorted()
                .map(type -> new PolicyTypeSummary(type, "ENABLED"))
                .toList())
        .build();
  }
}
