package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateTrailRequest;
import dev.bulwark.api.cloudtrail.CreateTrailResponse;
import dev.bulwark.api.cloudtrail.DeleteTrailRequest;
import dev.bulwark.api.cloudtrail.DeleteTrailResponse;
import dev.bulwark.api.cloudtrail.DescribeTrailsRequest;
import dev.bulwark.api.cloudtrail.DescribeTrailsResponse;
import dev.bulwark.api.cloudtrail.GetTrailRequest;
import dev.bulwark.api.cloudtrail.GetTrailResponse;
import dev.bulwark.api.cloudtrail.ListTrailsRequest;
import dev.bulwark.api.cloudtrail.ListTrailsResponse;
import dev.bulwark.api.cloudtrail.TrailInfo;
import dev.bulwark.api.cloudtrail.UpdateTrailRequest;
import dev.bulwark.api.cloudtrail.UpdateTrailResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;

/**
 * Trails: made, changed, deleted and shown.
 *
 * @see <a href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trails.html">
 *     Trails</a>
 */
final class Trails {
  private static final int MOST_LISTED = 100;

  private final TrailTables tables;
  private final TrailFinder finder;
  private final TrailRequests requests;
  private final PageTokens tokens;
  private final CloudTrailQuotas quotas;

  Trails(
      TrailTables tables,
      TrailFinder finder,
      TrailRequests requests,
      PageTokens tokens,
      CloudTrailQuotas quotas) {
    this.tables = tables;
    this.finder = finder;
    this.requests = requests;
    this.tokens = tokens;
    this.quotas = quotas;
  }

  CreateTrailResponse create(CreateTrailRequest in, Call call) {
    TrailNames.check(in.name());
    var tags = TrailTags.of(in.tagsList());
    requireNew(in.name(), call);
    var trail =
        requests.verified(
            TrailRecord.of(
                call.accountId(), in.name(), call.region(), requests.settings(in, call), tags),
            null);
    var output = TrailViews.created(trail);
    return call.write(
        output,
        tx -> {
          if (tables.trails().contains(tx, trail.arn())) {
            throw CloudTrailErrors.trailExists(trail.name(), trail.accountId());
          }
          requireRoom(tx, trail);
          tables.put(tx, call, null, trail);
        });
  }

  private void requireNew(String name, Call call) {
    if (tables.trails().get(TrailRecord.arn(call.region(), call.accountId(), name)) != null) {
      throw CloudTrailErrors.trailExists(name, call.accountId());
    }
  }

  private void requireRoom(WriteTx tx, TrailRecord trail) {
    int there = finder.visible(tx, trail.accountId(), trail.homeRegion(), true).size();
    if (there >= quotas.trailsOfRegion()) {
      throw CloudTrailErrors.tooManyTrails(trail.accountId(), there, trail.homeRegion());
    }
  }

  UpdateTrailResponse update(UpdateTrailRequest in, Call call) {
    var before = tables.store().read(tx -> finder.requireOwn(tx, in.name(), call));
    var trail =
        requests.verified(
            before.withSettings(requests.settings(in, before, call)), before.settings());
    var output = TrailViews.updated(trail);
    return call.write(
        output,
        tx -> {
          // Selectors or logging may have changed while the destinations were tried.
          var current = finder.requireOwn(tx, in.name(), call);
          tables.put(tx, call, current, current.withSettings(trail.settings()));
        });
  }

  DeleteTrailResponse delete(DeleteTrailRequest in, Call call) {
    return call.write(
        tx -> {
          var trail = finder.requireOwn(tx, in.name(), call);
          call.concerns(TrailRecord.TYPE, trail.arn());
          tables.trails().delete(tx, trail.arn());
          var rows = Key.prefix(trail.arn());
          tables.progress().deleteAll(tx, rows);
          tables.logProgress().deleteAll(tx, rows);
          tables.statuses().deleteAll(tx, rows);
          tables.digests().deleteAll(tx, rows);
          tables.files().deleteAll(tx, rows);
          call.changed(tx, TrailRecord.TYPE, trail.name(), trail.arn(), trail, null);
          return new DeleteTrailResponse();
        });
  }

  GetTrailResponse get(GetTrailRequest in, Call call) {
    var trail = tables.store().read(tx -> finder.require(tx, in.name(), call));
    return new GetTrailResponse(TrailViews.trail(trail));
  }

  /** Names that are nobody's are passed over. */
  DescribeTrailsResponse describe(DescribeTrailsRequest in, Call call) {
    boolean shadows = in.includeShadowTrails() == null || in.includeShadowTrails();
    var names = in.trailNameList() == null ? List.<String>of() : in.trailNameList();
    var arns = new ArrayList<String>();
    for (var name : names) {
      arns.add(TrailNames.arn(name, call.accountId(), call.region()));
    }
    var found =
        tables
            .store()
            .read(tx -> finder.visible(tx, call.accountId(), call.region(), shadows))
            .stream()
            .filter(trail -> names.isEmpty() || isNamed(trail, names, arns, call.accountId()))
            .map(TrailViews::trail)
            .toList();
    return new DescribeTrailsResponse(found);
  }

  /** A shadow of a trail of the account's own goes by the trail's name, too. */
  private static boolean isNamed(
      TrailRecord trail, List<String> names, List<String> arns, String accountId) {
    return arns.contains(trail.arn())
        || (names.contains(trail.name()) && trail.accountId().equals(accountId));
  }

  ListTrailsResponse list(ListTrailsRequest in, Call call) {
    var query = Key.of("ListTrails", call.accountId());
    var after = tokens.read(in.nextToken(), query);
    var all =
        tables.store().read(tx -> finder.listed(tx, call.accountId())).stream()
            .filter(trail -> after == null || trail.arn().compareTo(after) > 0)
            .sorted((one, other) -> one.arn().compareTo(other.arn()))
            .toList();
    var page = all.subList(0, Math.min(MOST_LISTED, all.size()));
    var next = page.size() < all.size() ? page.getLast().arn() : null;
    return new ListTrailsResponse(
        page.stream()
            .map(trail -> new TrailInfo(trail.arn(), trail.name(), trail.homeRegion()))
            .toList(),
        tokens.write(next, query));
  }
}
