package dev.bulwark.audit.cloudtrail;

import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.lake.EventFiles;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.time.Clock;
import java.time.Duration;

/** CloudTrail: its API, and the delivery of events to the destinations of trails. */
public final class CloudTrail implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final CloudTrailService service;
  private final LoggingTrails logging;
  private final TrailDelivery delivery;
  private final Lake lake;
  private final AuditEvents data;
  private final QueryRunner queries;
  private final ImportRunner imports;

  /**
   * All of it.
   *
   * @param sealer makes paging tokens that nobody else can make, and seals signing keys
   * @param calls how CloudTrail reaches buckets, keys, topics and log groups
   */
  public CloudTrail(
      Store store,
      EventStreams events,
      Sealer sealer,
      ServiceCalls calls,
      TrailOrganizations organizations,
      CloudTrailQuotas quotas,
      Clock clock) {
    var tables = new TrailTables(store);
    var finder = new TrailFinder(tables, organizations);
    var destinations = new Destinations(calls);
    var keys = new SigningKeys(tables, sealer);
    var tokens = new PageTokens(sealer);
    var logGroups = new LogGroups(calls, clock);
    var requests = new TrailRequests(organizations, destinations, logGroups);
    var deliverer = new Deliverer(tables, destinations, logGroups);
    var insights = new InsightTables(store);
    var detector =
        new InsightDetector(insights, events, new InsightWatch(tables, organizations), clock);
    var lakeTables = new LakeTables(store);
    var policies = new ResourcePolicies(lakeTables);
    var stores = new EventDataStoreFinder(lakeTables, policies);
    var lakeKeys = new LakeKeys(calls, sealer);
    var lakeFiles =
        new LakeFiles(
            lakeTables,
            lakeKeys,
            new EventFiles(store.directory().resolve("lake"), store.isDurable()));
    var channels = new ChannelFinder(lakeTables, policies);
    var batches = new ChannelBatches(lakeTables, lakeFiles, sealer);
    lake = new Lake(lakeTables, lakeFiles, batches, events, organizations, clock);
    data = new AuditEvents(lakeTables, channels, batches);
    var results =
        new QueryResults(BlobStore.open(store.directory().resolve("lake/results")), sealer);
    var queryDelivery = new QueryDelivery(calls, results, keys);
    queries = new QueryRunner(lakeTables, lake, lakeFiles, results, queryDelivery, clock);
    var importTables = new ImportTables(store);
    imports = new ImportRunner(importTables, lakeTables, lake, calls, clock);
    var lakeLines = new LakeLines(stores);
    service =
        new CloudTrailService(
            new EventHistory(
                events,
                tokens,
                new LookupRate(quotas.lookupsPerSecond()),
                new InsightHistory(insights)),
            finder,
            new Trails(tables, finder, requests, tokens, quotas),
            new TrailLogging(tables, finder),
            new EventSelectors(tables, finder),
            new InsightSelectors(tables, finder, detector),
            new InsightMetrics(insights, tokens),
            new TrailTags(tables, finder, new LakeTags(lakeTables, stores, channels)),
            keys,
            lines -> {
              lakeLines.addStores(
                  lines,
                  new EventDataStores(
                      lakeTables,
                      stores,
                      new EventDataStoreRequests(organizations),
                      lakeKeys,
                      tokens));
              lakeLines.addPolicies(lines, policies);
              lakeLines.addChannels(
                  lines, channels, new Channels(lakeTables, channels, stores, tokens));
              lakeLines.addQueries(
                  lines,
                  new Queries(lakeTables, stores, queries, results, queryDelivery, tokens),
                  new SampleQueries(tokens));
              lakeLines.addImports(
                  lines,
                  new Imports(importTables, stores, imports, lakeKeys, calls, clock, tokens));
            });
    logging = new LoggingTrails(tables, organizations);
    delivery =
        new TrailDelivery(
            tables,
            events,
            logging,
            deliverer,
            new Digests(tables, destinations, keys),
            detector,
            new InsightDelivery(insights, tables, deliverer, clock),
            clock);
  }

  /** The operations. */
  public Service service() {
    return service;
  }

  /** The operations of CloudTrail Data. */
  public Service data() {
    return data;
  }

  /** Whether a trail logs an event: only then CloudTrail tells EventBridge of it, too. */
  public boolean isLogged(ApiCall call) {
    return !logging.of(call).isEmpty();
  }

  /** Begins to deliver. */
  public void start() {
    delivery.start(INTERVAL);
    queries.recover();
    imports.recover();
    lake.start(INTERVAL);
  }

  /** Delivers what is due at this time, of everything that has been answered before. */
  public void catchUp() {
    delivery.catchUp();
    lake.catchUp();
  }

  /** For a laboratory that forgets everything. */
  public void forget() {
    delivery.forget();
    lake.forget();
    queries.forget();
  }

  @Override
  public void close() {
    delivery.close();
    queries.close();
    imports.close();
    lake.close();
  }
}
