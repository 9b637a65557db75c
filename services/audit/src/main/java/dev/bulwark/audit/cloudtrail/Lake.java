package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.LakeTables.Place;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.lake.LakeException;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows the stream of API calls and keeps them for event data stores: a consumer of its own pace,
 * as the delivery of trails is. It also writes the events of channels into files, and tidies files
 * up.
 */
final class Lake implements PacedReader.Work, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Lake.class.getName());

  /** How much longer the reader rests than it works. */
  private static final int RESTS = 10;

  private static final long PLACE_KEPT_AFTER = 10_000;
  private static final String PLACE = "calls";
  private static final String ALL = "all";

  private final LakeTables tables;
  private final LakeFiles files;
  private final ChannelBatches batches;
  private final EventStreams events;
  private final TrailOrganizations organizations;
  private final Clock clock;
  private final StoreCache<List<EventDataStoreRecord>> stores;
  private final Map<String, LakeIntake> intakes = new HashMap<>();
  private final PacedReader reader;
  private long place = -1;
  private long keptPlace;
  private long readSinceKept;

  Lake(
      LakeTables tables,
      LakeFiles files,
      ChannelBatches batches,
      EventStreams events,
      TrailOrganizations organizations,
      Clock clock) {
    this.tables = tables;
    this.files = files;
    this.batches = batches;
    this.events = events;
    this.organizations = organizations;
    this.clock = clock;
    this.stores = tables.store().cache(1, (tx, key) -> tables.all(tx), tables.stores());
    this.reader = new PacedReader("cloudtrail-lake", RESTS, clock, this);
  }

  /** Whether a store takes an event of its own account in. */
  static boolean selects(EventDataStoreRecord store, ApiCall call) {
    var settings = store.settings();
    return store.ingestedAt(call.time())
        && (settings.multiRegion() || store.homeRegion().equals(call.region()))
        && EventSelection.selects(settings.selectors(), call);
  }

  private boolean concerns(EventDataStoreRecord store, ApiCall call) {
    if (store.accountId().equals(call.accountId())) {
      return true;
    }
    var organization = store.settings().organizationId();
    return organization != null
        && organizations
            .of(call.accountId())
            .filter(found -> found.id().equals(organization))
            .isPresent();
  }

  /** Reads from time to time, until it is closed. */
  void start(Duration interval) {
    reader.start(interval);
  }

  /** Keeps everything that has been answered before, and does what is due at this time. */
  void catchUp() {
    catchUp(arn -> true);
  }

  /** The same for some event data stores, by ARN; for others only what is due. */
  synchronized void catchUp(Predicate<String> wanted) {
    events.flush();
    while (step() != null) {
      // All that was answered before is to be read.
    }
    keepDue(wanted);
  }

  /**
   * Keeps events from elsewhere for an event data store, but for those that it has already.
   *
   * @param done what else the transaction does that makes them known
   * @throws LakeException where the engine cannot
   * @throws ApiException where KMS refuses the store's key
   */
  synchronized void keep(EventDataStoreRecord store, List<byte[]> records, Consumer<WriteTx> done)
      throws LakeException {
    // What is in a log file was in the stream before: it would come again from there.
    catchUp(store.arn()::equals);
    files.add(store, records, done);
  }

  /** Reads some of the stream; null at its end, else the newest call that was read. */
  @Override
  public synchronized @Nullable ApiCall step() {
    open();
    // Asked before the stores, so that none is made between the two.
    var newest = place >= 0 && !intakes.isEmpty() ? 0 : events.newestCall();
    var all = stores.get(ALL);
    if (all == null || all.stream().allMatch(store -> store.periods().isEmpty())) {
      place = Math.max(place, newest);
      return null;
    }
    var calls = events.nextCalls(place);
    if (calls.isEmpty()) {
      return null;
    }
    var now = clock.instant();
    for (var call : calls) {
      for (var store : all) {
        if (concerns(store, call) && selects(store, call)) {
          intake(store.arn()).add(store, call, now);
        }
      }
    }
    place = calls.getLast().sequence();
    readSinceKept += calls.size();
    return calls.getLast();
  }

  /** Goes on where the process before has left off. */
  private void open() {
    if (place < 0) {
      files.sweep();
      var kept = tables.places().get(PLACE);
      place = kept == null ? 0 : kept.sequence();
      keptPlace = place;
    }
  }

  private LakeIntake intake(String arn) {
    return intakes.computeIfAbsent(arn, key -> new LakeIntake(arn, tables, files, events));
  }

  @Override
  public void due() {
    keepDue(arn -> false);
  }

  private synchronized void keepDue(Predicate<String> wanted) {
    var now = clock.instant();
    var all = stores.get(ALL);
    for (var store : all == null ? List.<EventDataStoreRecord>of() : all) {
      if (store.isGone(now)) {
        files.remove(store);
        intakes.remove(store.arn());
        continue;
      }
      try {
        var intake = intakes.get(store.arn());
        if (intake != null) {
          intake.keepDue(store, now, place, wanted.test(store.arn()));
        }
        if (store.isForChannels() && store.deleted() == null) {
          batches.keep(store, wanted.test(store.arn()));
        }
        files.tidy(store, now);
      } catch (LakeException | ApiException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            () -> "Files of " + store.arn() + " cannot be tidied up: " + e.getMessage());
      }
    }
    keepPlace();
  }

  /** The place before all that has been read and is in no file. */
  private void keepPlace() {
    var safe = place;
    for (var intake : intakes.values()) {
      safe = Math.min(safe, intake.safePlace(place));
    }
    if (safe > keptPlace && readSinceKept >= PLACE_KEPT_AFTER) {
      keptPlace = safe;
      readSinceKept = 0;
      var kept = new Place(safe);
      tables.store().run(tx -> tables.places().put(tx, PLACE, kept));
    }
  }

  /** For a laboratory that forgets everything. */
  synchronized void forget() {
    intakes.clear();
    place = -1;
  }

  @Override
  public void close() {
    reader.close();
  }
}
