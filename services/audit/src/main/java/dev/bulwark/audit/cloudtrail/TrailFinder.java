package dev.bulwark.audit.cloudtrail;

import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds trails as an account sees them: those of its own, in their home Region; as shadows, those
 * that log all Regions, elsewhere; and those of its organization.
 */
final class TrailFinder {
  private final TrailTables tables;
  private final TrailOrganizations organizations;

  TrailFinder(TrailTables tables, TrailOrganizations organizations) {
    this.tables = tables;
    this.organizations = organizations;
  }

  /**
   * What a request about a trail is authorized against. An organization's trail is as its members'
   * own to them; that they cannot change it has nothing to do with policies.
   */
  Resource resource(String nameOrArn, Call call) {
    var arn = TrailNames.arn(nameOrArn, call.accountId(), call.region());
    var trail = tables.trails().get(arn);
    return trail == null ? Resource.of(arn) : Resource.of(arn).withTags(trail.tags());
  }

  /** The trails that are there for an account in a Region, with shadows or without. */
  List<TrailRecord> visible(ReadTx tx, String accountId, String region, boolean shadows) {
    var found = new ArrayList<TrailRecord>();
    for (var trail : tables.of(tx, accountId)) {
      if (trail.homeRegion().equals(region) || (shadows && trail.settings().multiRegion())) {
        found.add(trail);
      }
    }
    if (shadows) {
      for (var trail : ofManagement(tx, accountId)) {
        if (trail.homeRegion().equals(region) || trail.settings().multiRegion()) {
          found.add(trail);
        }
      }
    }
    return found;
  }

  /** All trails of an account, whatever their Region, and those of its organization. */
  List<TrailRecord> listed(ReadTx tx, String accountId) {
    var found = new ArrayList<>(tables.of(tx, accountId));
    found.addAll(ofManagement(tx, accountId));
    return found;
  }

  private List<TrailRecord> ofManagement(ReadTx tx, String accountId) {
    var organization = organizations.of(accountId).orElse(null);
    if (organization == null || organization.managementAccountId().equals(accountId)) {
      return List.of();
    }
    return tables.of(tx, organization.managementAccountId()).stream()
        .filter(trail -> organization.id().equals(trail.settings().organizationId()))
        .toList();
  }

  /** A trail to read, by its name or ARN; null where the account sees none. */
  @Nullable TrailRecord find(ReadTx tx, String nameOrArn, Call call) {
    var arn = TrailNames.arn(nameOrArn, call.accountId(), call.region());
    for (var trail : visible(tx, call.accountId(), call.region(), true)) {
      if (trail.arn().equals(arn)) {
        return trail;
      }
    }
    return null;
  }

  /**
   * A trail to read, by its name or ARN.
   *
   * @throws dev.bulwark.schema.ApiException TrailNotFoundException
   */
  TrailRecord require(ReadTx tx, String nameOrArn, Call call) {
    var trail = find(tx, nameOrArn, call);
    if (trail == null) {
      throw CloudTrailErrors.unknownTrail(
          TrailNames.arn(nameOrArn, call.accountId(), call.region()), call.accountId());
    }
    return trail;
  }

  /**
   * A trail to change: the account's own, in its home Region.
   *
   * @throws dev.bulwark.schema.ApiException TrailNotFoundException, InvalidHomeRegionException,
   *     NotOrganizationMasterAccountException
   */
  TrailRecord requireOwn(ReadTx tx, String nameOrArn, Call call) {
    var trail = require(tx, nameOrArn, call);
    if (!trail.accountId().equals(call.accountId())) {
      throw CloudTrailErrors.notManagementAccount();
    }
    if (!trail.homeRegion().equals(call.region())) {
      throw CloudTrailErrors.notHomeRegion(trail.arn(), trail.homeRegion());
    }
    return trail;
  }
}
