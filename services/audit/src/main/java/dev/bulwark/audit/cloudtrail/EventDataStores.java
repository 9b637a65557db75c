package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.CreateEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.DeleteEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.DeleteEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.GetEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.GetEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.ListEventDataStoresRequest;
import dev.bulwark.api.cloudtrail.ListEventDataStoresResponse;
import dev.bulwark.api.cloudtrail.RestoreEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.RestoreEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.StartEventDataStoreIngestionRequest;
import dev.bulwark.api.cloudtrail.StartEventDataStoreIngestionResponse;
import dev.bulwark.api.cloudtrail.StopEventDataStoreIngestionRequest;
import dev.bulwark.api.cloudtrail.StopEventDataStoreIngestionResponse;
import dev.bulwark.api.cloudtrail.UpdateEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.UpdateEventDataStoreResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.List;

/**
 * Event data stores: made, changed, deleted, restored and shown.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html">CloudTrail
 *     Lake event data stores</a>
 */
final class EventDataStores {
  /** AWS's quota of an account in a Region, those that wait for deletion counted. */
  static final int MOST = 10;

  private static final int MOST_LISTED = 1000;

  private final LakeTables tables;
  private final EventDataStoreFinder finder;
  private final EventDataStoreRequests requests;
  private final LakeKeys keys;
  private final PageTokens tokens;

  EventDataStores(
      LakeTables tables,
      EventDataStoreFinder finder,
      EventDataStoreRequests requests,
      LakeKeys keys,
      PageTokens tokens) {
    this.tables = tables;
    this.finder = finder;
    this.requests = requests;
    this.keys = keys;
    this.tokens = tokens;
  }

  CreateEventDataStoreResponse create(CreateEventDataStoreRequest in, Call call) {
    var tags = TrailTags.of(in.tagsList());
    var settings = requests.settings(in, call);
    var now = call.time();
    var made =
        new EventDataStoreRecord(
            call.accountId(),
            Ids.uuid(),
            call.region(),
            settings,
            tags,
            false,
            List.of(),
            now,
            now,
            null);
    if (in.startIngestion() == null || in.startIngestion()) {
      made = made.isForChannels() ? made : made.withIngestion(true, now);
    } else if (made.isForChannels()) {
      throw LakeErrors.storeCategory(made.arn());
    }
    var store = keys.checked(made, null);
    var output = EventDataStoreViews.created(store, in.tagsList());
    return call.write(
        output,
        tx -> {
          requireName(tx, store);
          requireRoom(tx, store);
          tables.put(tx, call, null, store);
        });
  }

  private void requireName(ReadTx tx, EventDataStoreRecord store) {
    for (var other : tables.of(tx, store.accountId(), store.homeRegion())) {
      if (other.name().equals(store.name()) && !other.id().equals(store.id())) {
        throw LakeErrors.storeExists(store.name());
      }
    }
  }

  private void requireRoom(ReadTx tx, EventDataStoreRecord store) {
    if (tables.of(tx, store.accountId(), store.homeRegion()).size() >= MOST) {
      throw LakeErrors.tooManyStores(MOST);
    }
  }

  UpdateEventDataStoreResponse update(UpdateEventDataStoreRequest in, Call call) {
    if (in.name() == null
        && in.advancedEventSelectors() == null
        && in.multiRegionEnabled() == null
        && in.organizationEnabled() == null
        && in.retentionPeriod() == null
        && in.terminationProtectionEnabled() == null
        && in.kmsKeyId() == null
        && in.billingMode() == null) {
      throw LakeErrors.parameter("At least one parameter must be specified to update.");
    }
    var before = tables.store().read(tx -> requireOwn(tx, in.eventDataStore(), call));
    var settings = requests.settings(in, before, call);
    var checked = keys.checked(before.withSettings(settings, call.time()), before.settings());
    return call.write(
        tx -> {
          var current = requireOwn(tx, in.eventDataStore(), call);
          var after = current.withSettings(checked.settings(), call.time());
          requireName(tx, after);
          tables.put(tx, call, current, after);
          return EventDataStoreViews.updated(after);
        });
  }

  private EventDataStoreRecord requireOwn(ReadTx tx, String arnOrId, Call call) {
    var store = finder.require(tx, arnOrId, call);
    if (store.deleted() != null) {
      throw LakeErrors.inactiveStore(store.arn());
    }
    return store;
  }

  DeleteEventDataStoreResponse delete(DeleteEventDataStoreRequest in, Call call) {
    return call.write(
        tx -> {
          var store = requireOwn(tx, in.eventDataStore(), call);
          if (store.settings().terminationProtected()) {
            throw LakeErrors.terminationProtected(store.arn());
          }
          if (tables.isDestination(tx, store)) {
            throw LakeErrors.usedByChannel(store.arn());
          }
          tables.put(tx, call, store, store.withDeletion(call.time()));
          return new DeleteEventDataStoreResponse();
        });
  }

  RestoreEventDataStoreResponse restore(RestoreEventDataStoreRequest in, Call call) {
    return call.write(
        tx -> {
          var store = finder.require(tx, in.eventDataStore(), call);
          if (store.deleted() == null) {
            throw LakeErrors.storeStatus(store.arn(), store.status());
          }
          // It did not take events in while it was deleted, and goes on from now.
          var restored = store.restored(call.time());
          tables.put(tx, call, store, restored);
          return EventDataStoreViews.restored(restored);
        });
  }

  StartEventDataStoreIngestionResponse start(StartEventDataStoreIngestionRequest in, Call call) {
    return call.write(
        tx -> {
          switchTo(tx, in.eventDataStore(), true, call);
          return new StartEventDataStoreIngestionResponse();
        });
  }

  StopEventDataStoreIngestionResponse stop(StopEventDataStoreIngestionRequest in, Call call) {
    return call.write(
        tx -> {
          switchTo(tx, in.eventDataStore(), false, call);
          return new StopEventDataStoreIngestionResponse();
        });
  }

  private void switchTo(WriteTx tx, String arnOrId, boolean on, Call call) {
    var store = finder.require(tx, arnOrId, call);
    if (store.isForChannels()) {
      throw LakeErrors.storeCategory(store.arn());
    }
    if (store.deleted() != null || store.ingesting() == on) {
      throw LakeErrors.storeStatus(store.arn(), store.status());
    }
    tables.put(tx, call, store, store.withIngestion(on, call.time()));
  }

  GetEventDataStoreResponse get(GetEventDataStoreRequest in, Call call) {
    return EventDataStoreViews.of(
        tables.store().read(tx -> finder.require(tx, in.eventDataStore(), call)));
  }

  ListEventDataStoresResponse list(ListEventDataStoresRequest in, Call call) {
    var query = Key.of("ListEventDataStores", call.accountId(), call.region());
    var after = tokens.read(in.nextToken(), query);
    int most = in.maxResults() == null ? MOST_LISTED : in.maxResults();
    var all =
        tables.store().read(tx -> tables.of(tx, call.accountId(), call.region())).stream()
            .filter(store -> !store.isGone(call.time()))
            .filter(store -> after == null || store.id().compareTo(after) > 0)
            .toList();
    var page = all.subList(0, Math.min(most, all.size()));
    var next = page.size() < all.size() ? page.getLast().id() : null;
    return new ListEventDataStoresResponse(
        page.stream().map(EventDataStoreViews::listed).toList(), tokens.write(next, query));
  }
}
