package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.CreateOrganizationalUnitRequest;
import dev.bulwark.api.organizations.CreateOrganizationalUnitResponse;
import dev.bulwark.api.organizations.DeleteOrganizationalUnitRequest;
import dev.bulwark.api.organizations.DescribeOrganizationalUnitRequest;
import dev.bulwark.api.organizations.DescribeOrganizationalUnitResponse;
import dev.bulwark.api.organizations.ListOrganizationalUnitsForParentRequest;
import dev.bulwark.api.organizations.ListOrganizationalUnitsForParentResponse;
import dev.bulwark.api.organizations.OrganizationalUnit;
import dev.bulwark.api.organizations.UpdateOrganizationalUnitRequest;
import dev.bulwark.api.organizations.UpdateOrganizationalUnitResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import org.jspecify.annotations.Nullable;

/** Organizational units. */
final class Units {
  static final String TYPE = "AWS::Organizations::OrganizationalUnit";

  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;
  private final Joining joining;

  Units(OrganizationTables tables, Standings standings, OrganizationTree tree, Joining joining) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
    this.joining = joining;
  }

  CreateOrganizationalUnitResponse create(CreateOrganizationalUnitRequest in, Call call) {
    var tags = OrganizationTags.read(in.tags());
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (!tree.hasParent(tx, organization, in.parentId())) {
            throw OrganizationErrors.noParent();
          }
          requireFreeName(tx, organization, in.parentId(), in.name());
          // The path to the parent begins with the root, which is no unit.
          if (tree.path(tx, organization, in.parentId()).size() > OrganizationQuotas.UNIT_DEPTH) {
            throw OrganizationErrors.tooDeep();
          }
          if (tables.units().count(tx, Key.prefix(organization.id())) >= OrganizationQuotas.UNITS) {
            throw OrganizationErrors.tooManyUnits();
          }
          var id = "ou-" + organization.rootId().substring(2) + "-" + Ids.base36(8);
          var unit = new UnitRecord(organization.id(), id, in.name(), in.parentId(), tags);
          tables.units().insert(tx, Key.of(organization.id(), id), unit);
          joining.attachDefaults(tx, organization, id, call.time());
          tell(tx, call, organization, id, null, unit);
          return new CreateOrganizationalUnitResponse(view(tx, organization, unit));
        });
  }

  private void requireFreeName(
      ReadTx tx, OrganizationRecord organization, String parentId, String name) {
    if (tables.unitsBelow(tx, organization.id(), parentId).stream()
        .anyMatch(unit -> unit.name().equals(name))) {
      throw OrganizationErrors.unitExists();
    }
  }

  DescribeOrganizationalUnitResponse describe(DescribeOrganizationalUnitRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              return new DescribeOrganizationalUnitResponse(
                  view(tx, organization, require(tx, organization, in.organizationalUnitId())));
            });
  }

  UpdateOrganizationalUnitResponse update(UpdateOrganizationalUnitRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var before = require(tx, organization, in.organizationalUnitId());
          var name = in.name();
          // AWS takes a name of spaces, and keeps the one that was there.
          if (name == null || name.isBlank() || name.equals(before.name())) {
            return new UpdateOrganizationalUnitResponse(view(tx, organization, before));
          }
          requireFreeName(tx, organization, before.parentId(), name);
          var after = before.withName(name);
          tables.units().put(tx, Key.of(organization.id(), after.id()), after);
          tell(tx, call, organization, after.id(), before, after);
          return new UpdateOrganizationalUnitResponse(view(tx, organization, after));
        });
  }

  Unit delete(DeleteOrganizationalUnitRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var unit = require(tx, organization, in.organizationalUnitId());
          if (!tables.unitsBelow(tx, organization.id(), unit.id()).isEmpty()
              || !tables.membersBelow(tx, organization.id(), unit.id()).isEmpty()) {
            throw OrganizationErrors.unitNotEmpty();
          }
          tables.units().delete(tx, Key.of(organization.id(), unit.id()));
          tables.attachments().deleteAll(tx, Key.prefix(organization.id(), unit.id()));
          tell(tx, call, organization, unit.id(), unit, null);
          return Unit.UNIT;
        });
  }

  ListOrganizationalUnitsForParentResponse list(
      ListOrganizationalUnitsForParentRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              if (!tree.hasParent(tx, organization, in.parentId())) {
                throw OrganizationErrors.noParent();
              }
              var page =
                  OrganizationPages.of(
                      tables.unitsBelow(tx, organization.id(), in.parentId()),
                      UnitRecord::id,
                      in.maxResults(),
                      in.nextToken());
              return new ListOrganizationalUnitsForParentResponse(
                  page.map(unit -> view(tx, organization, unit)), page.next());
            });
  }

  private UnitRecord require(ReadTx tx, OrganizationRecord organization, String id) {
    var unit = tree.unit(tx, organization, id);
    if (unit == null) {
      throw OrganizationErrors.noUnit();
    }
    return unit;
  }

  private static void tell(
      WriteTx tx,
      Call call,
      OrganizationRecord organization,
      String id,
      @Nullable UnitRecord before,
      @Nullable UnitRecord after) {
    call.changed(tx, TYPE, id, OrganizationArns.unit(organization, id), before, after);
  }

  private OrganizationalUnit view(ReadTx tx, OrganizationRecord organization, UnitRecord unit) {
    return OrganizationalUnit.builder()
        .id(unit.id())
        .arn(OrganizationArns.unit(organization, unit.id()))
        .name(unit.name())
        .path(tree.pathText(tx, organization, unit.id()))
        .build();
  }
}
