package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.compare.ZoneOfTrust;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.accessanalyzer.AnalyzerTables.Found;
import dev.bulwark.identity.accessanalyzer.AnalyzerTables.Place;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.identity.accessanalyzer.ResourcePolicies.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps findings true: reads the stream of resource changes from where it left off, and looks at
 * what has changed for each analyzer. Whoever reads findings has it catch up first, so that an
 * answer includes the change before it; a timer does the same for those who only listen. Unused
 * access also comes about by time alone: it is looked at again after a minute of the installation's
 * clock.
 */
final class Analysis implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Analysis.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration USE_STAYS_TRUE = Duration.ofMinutes(1);
  private static final int BATCH = 1_000;
  private static final String PLACE = "changes";

  private final AnalyzerTables tables;
  private final EventStreams events;
  private final Map<String, ResourcePolicies> resources;
  private final UnusedFindings unused;
  private final Organizations organizations;
  private final Clock clock;
  private @Nullable ScheduledExecutorService timer;

  Analysis(
      AnalyzerTables tables,
      EventStreams events,
      List<ResourcePolicies> resources,
      UnusedFindings unused,
      Organizations organizations,
      Clock clock) {
    this.tables = tables;
    this.events = events;
    this.resources =
        resources.stream().collect(Collectors.toMap(ResourcePolicies::type, Function.identity()));
    this.unused = unused;
    this.organizations = organizations;
    this.clock = clock;
  }

  /** Follows the stream from now on. */
  synchronized void start() {
    if (timer == null) {
      timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("access-analyzer").factory());
      timer.scheduleWithFixedDelay(
          this::catchUpQuietly, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void catchUpQuietly() {
    try {
      catchUp();
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "Access could not be analyzed", e);
    }
  }

  /** Looks at everything that has changed. */
  synchronized void catchUp() {
    var found = tables.places().get(PLACE);
    long sequence = found == null ? 0 : found.sequence();
    while (true) {
      var changes = events.changesAfter(sequence, BATCH);
      if (changes.isEmpty()) {
        break;
      }
      sequence = Long.parseLong(changes.getLast().key());
      Set<String> arns = new LinkedHashSet<>();
      for (var change : changes) {
        if (resources.containsKey(change.value().type())) {
          arns.add(change.value().type() + "\n" + change.value().arn());
        }
      }
      var place = new Place(sequence);
      var analyzers = analyzers();
      arns.forEach(arn -> changed(arn, analyzers));
      tables.store().run(tx -> tables.places().put(tx, PLACE, place));
    }
    for (var analyzer : analyzers()) {
      var last = analyzer.lastAnalysis();
      if (last == null
          || (analyzer.isOfUnusedAccess() && last.plus(USE_STAYS_TRUE).isBefore(now()))) {
        analyze(analyzer);
      }
    }
  }

  private Instant now() {
    return clock.instant();
  }

  private List<AnalyzerRecord> analyzers() {
    return tables
        .store()
        .read(tx -> tables.analyzers().scan(tx, Scan.all()).stream().map(r -> r.value()).toList());
  }

  private void changed(String typeAndArn, List<AnalyzerRecord> analyzers) {
    int line = typeAndArn.indexOf('\n');
    var type = typeAndArn.substring(0, line);
    var arn = typeAndArn.substring(line + 1);
    var source = resources.get(type);
    if (source == null || analyzers.stream().allMatch(AnalyzerRecord::isOfUnusedAccess)) {
      return;
    }
    var resource = source.find(arn).orElse(null);
    for (var analyzer : analyzers) {
      if (!analyzer.isOfUnusedAccess()) {
        analyze(analyzer, arn, resource);
      }
    }
  }

  /** The accounts that an analyzer looks at. */
  ZoneOfTrust zone(AnalyzerRecord analyzer) {
    var own = new ZoneOfTrust(Set.of(analyzer.accountId()), null);
    return analyzer.isOfOrganization()
        ? organizations.managedBy(analyzer.accountId()).orElse(own)
        : own;
  }

  /** The resources that an analyzer looks at. */
  List<Resource> resources(AnalyzerRecord analyzer) {
    List<Resource> all = new ArrayList<>();
    for (var accountId : zone(analyzer).accounts()) {
      for (var source : resources.values()) {
        all.addAll(source.ofAccount(accountId, analyzer.region()));
      }
    }
    return all;
  }

  /** The resource of an ARN, where an analyzer looks at it. */
  @Nullable Resource resource(AnalyzerRecord analyzer, String arn) {
    return resources.values().stream()
        .flatMap(source -> source.find(arn).stream())
        .filter(resource -> isLookedAt(analyzer, resource))
        .findFirst()
        .orElse(null);
  }

  private boolean isLookedAt(AnalyzerRecord analyzer, Resource resource) {
    var region = resource.region();
    return (region == null || region.equals(analyzer.region()))
        && zone(analyzer).accounts().contains(resource.accountId());
  }

  /** Looks at one resource again. */
  synchronized void analyze(AnalyzerRecord analyzer, String arn, @Nullable Resource resource) {
    var key = AnalyzerTables.analyzerKey(analyzer);
    var found =
        resource == null || !isLookedAt(analyzer, resource)
            ? List.<FindingRecord>of()
            : ExternalFindings.of(key, resource, zone(analyzer), now());
    tables
        .store()
        .run(
            tx -> {
              var current = tables.analyzers().get(tx, key);
              if (current != null) {
                settle(tx, current, Set.of(arn), found);
                tables.analyzers().put(tx, key, current.analyzed(arn, now(), false));
              }
            });
  }

  /** Looks at everything that concerns an analyzer. */
  synchronized void analyze(AnalyzerRecord analyzer) {
    var key = AnalyzerTables.analyzerKey(analyzer);
    var zone = zone(analyzer);
    var time = now();
    List<FindingRecord> found = new ArrayList<>();
    String last = null;
    if (analyzer.isOfUnusedAccess()) {
      for (var accountId : zone.accounts()) {
        found.addAll(unused.of(key, analyzer, accountId, time));
      }
    } else {
      for (var resource : resources(analyzer)) {
        found.addAll(ExternalFindings.of(key, resource, zone, time));
        last = resource.arn();
      }
    }
    var lastResource = last;
    tables
        .store()
        .run(
            tx -> {
              var current = tables.analyzers().get(tx, key);
              if (current != null) {
                settle(tx, current, null, found);
                tables.analyzers().put(tx, key, current.analyzed(lastResource, time, true));
              }
            });
  }

  /**
   * Writes what was found, and resolves what was not found again.
   *
   * @param of the resources that were looked at; null for all
   */
  private void settle(
      WriteTx tx, AnalyzerRecord analyzer, @Nullable Set<String> of, List<FindingRecord> found) {
    var key = AnalyzerTables.analyzerKey(analyzer);
    Map<String, FindingRecord> known = new HashMap<>();
    if (of == null) {
      tables
          .findings()
          .forEach(
              tx,
              Scan.prefix(Key.prefix(key)),
              row -> known.put(row.value().finding().id(), row.value().finding()));
    } else {
      for (var resource : of) {
        tables
            .findings()
            .scanByIndex(
                tx,
                AnalyzerTables.BY_RESOURCE,
                Scan.equal(AnalyzerTables.resourceKey(key, resource)))
            .forEach(row -> known.put(row.value().finding().id(), row.value().finding()));
      }
    }
    for (var finding : found) {
      var before = known.remove(finding.id());
      put(tx, key, before == null ? fresh(finding, analyzer) : again(before, finding, analyzer));
    }
    for (var gone : known.values()) {
      if (gone.status() != Status.RESOLVED) {
        put(tx, key, gone.withStatus(Status.RESOLVED, now()));
      }
    }
  }

  private void put(WriteTx tx, String analyzerKey, FindingRecord finding) {
    tables
        .findings()
        .put(
            tx,
            AnalyzerTables.findingKey(analyzerKey, finding.id()),
            new Found(analyzerKey, finding));
  }

  private static FindingRecord fresh(FindingRecord finding, AnalyzerRecord analyzer) {
    return Filters.matchesAny(analyzer.rules(), finding)
        ? finding.withStatus(Status.ARCHIVED, finding.updated())
        : finding;
  }

  private static FindingRecord again(
      FindingRecord before, FindingRecord finding, AnalyzerRecord analyzer) {
    var status =
        before.status() == Status.RESOLVED ? fresh(finding, analyzer).status() : before.status();
    return before.again(finding, status);
  }

  @Override
  public synchronized void close() {
    if (timer != null) {
      timer.shutdownNow();
      timer = null;
    }
  }
}
