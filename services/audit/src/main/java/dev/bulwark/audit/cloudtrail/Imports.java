package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.GetImportRequest;
import dev.bulwark.api.cloudtrail.GetImportResponse;
import dev.bulwark.api.cloudtrail.ImportFailureListItem;
import dev.bulwark.api.cloudtrail.ImportSource;
import dev.bulwark.api.cloudtrail.ImportStatistics;
import dev.bulwark.api.cloudtrail.ImportsListItem;
import dev.bulwark.api.cloudtrail.ListImportFailuresRequest;
import dev.bulwark.api.cloudtrail.ListImportFailuresResponse;
import dev.bulwark.api.cloudtrail.ListImportsRequest;
import dev.bulwark.api.cloudtrail.ListImportsResponse;
import dev.bulwark.api.cloudtrail.S3ImportSource;
import dev.bulwark.api.cloudtrail.StartImportRequest;
import dev.bulwark.api.cloudtrail.StartImportResponse;
import dev.bulwark.api.cloudtrail.StopImportRequest;
import dev.bulwark.api.cloudtrail.StopImportResponse;
import dev.bulwark.audit.cloudtrail.ImportRecord.Failure;
import dev.bulwark.audit.cloudtrail.ImportRecord.Progress;
import dev.bulwark.audit.cloudtrail.ImportRecord.Source;
import dev.bulwark.audit.cloudtrail.ImportRecord.Status;
import dev.bulwark.base.Arn;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Imports of trails' log files into event data stores, as the API has them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake-eds.html">Copy
 *     trail events to an event data store</a>
 */
final class Imports {
  private static final int MOST_LISTED = 1000;

  /** Of an account in a Region; the oldest are forgotten. */
  private static final int MOST_KEPT = 1000;

  private final ImportTables tables;
  private final EventDataStoreFinder finder;
  private final ImportRunner runner;
  private final LakeKeys keys;
  private final ServiceCalls calls;
  private final Clock clock;
  private final PageTokens tokens;

  Imports(
      ImportTables tables,
      EventDataStoreFinder finder,
      ImportRunner runner,
      LakeKeys keys,
      ServiceCalls calls,
      Clock clock,
      PageTokens tokens) {
    this.tables = tables;
    this.finder = finder;
    this.runner = runner;
    this.keys = keys;
    this.calls = calls;
    this.clock = clock;
    this.tokens = tokens;
  }

  /** The role that a new import hands over to CloudTrail; null for one that is tried again. */
  static @Nullable String role(StartImportRequest in) {
    var source = in.importSource();
    return source == null ? null : source.s3().s3BucketAccessRoleArn();
  }

  StartImportResponse start(StartImportRequest in, Call call) {
    var started = in.importId() == null ? begin(in, call) : again(in, in.importId(), call);
    runner.submit(started);
    return view(started);
  }

  private ImportRecord begin(StartImportRequest in, Call call) {
    if (in.destinations() == null || in.importSource() == null) {
      throw LakeErrors.parameter(
          "Destinations and ImportSource are required to start a new import.");
    }
    if (in.startEventTime() != null
        && in.endEventTime() != null
        && in.endEventTime().isBefore(in.startEventTime())) {
      throw LakeErrors.parameter("The start event time must be before the end event time.");
    }
    var arn = in.destinations().getFirst();
    var store = tables.store().read(tx -> destination(tx, arn, call));
    var from = in.importSource().s3();
    var source =
        new Source(from.s3LocationUri(), from.s3BucketRegion(), from.s3BucketAccessRoleArn());
    check(store, source);
    var made =
        new ImportRecord(
            call.accountId(),
            call.region(),
            Ids.uuid(),
            store.arn(),
            source,
            in.startEventTime(),
            in.endEventTime(),
            Status.INITIALIZING,
            Progress.NONE,
            call.time(),
            call.time());
    call.write(
        view(made),
        tx -> {
          destination(tx, arn, call);
          requireNone(tx, call);
          forgetOldest(tx, call);
          tables.put(tx, made);
        });
    return made;
  }

  private EventDataStoreRecord destination(ReadTx tx, String arn, Call call) {
    var store = finder.requireActive(tx, arn, call);
    if (store.isForChannels()) {
      throw LakeErrors.storeCategory(store.arn());
    }
    return store;
  }

  /** Whether CloudTrail can use the store's key, and the role, and find the bucket in that. */
  private void check(EventDataStoreRecord store, Source source) {
    var key = store.settings().keyArn();
    try {
      keys.create(store);
    } catch (ApiException e) {
      throw LakeErrors.encryptionPolicy(String.valueOf(key));
    }
    if (Arn.tryParse(source.roleArn())
        .filter(role -> role.service().equals("iam") && role.resource().startsWith("role/"))
        .isEmpty()) {
      throw LakeErrors.importSource("The role ARN is not valid: " + source.roleArn());
    }
    var bucket = new ImportBucket(calls, clock, store, source);
    try {
      bucket.list(null, 1);
    } catch (ApiException e) {
      throw LakeErrors.importSource(
          "CloudTrail cannot list "
              + source.uri()
              + " in the role "
              + source.roleArn()
              + ": "
              + e.getMessage());
    }
  }

  private void requireNone(ReadTx tx, Call call) {
    for (var other : tables.of(tx, call.accountId(), call.region())) {
      if (!other.status().isEnd()) {
        throw LakeErrors.ongoingImport(other.id());
      }
    }
  }

  private void forgetOldest(WriteTx tx, Call call) {
    var all = tables.of(tx, call.accountId(), call.region());
    if (all.size() >= MOST_KEPT) {
      all.stream()
          .min(Comparator.comparing(ImportRecord::created))
          .ifPresent(oldest -> tables.delete(tx, oldest));
    }
  }

  /** Tries what has failed again, and goes on with what is left. */
  private ImportRecord again(StartImportRequest in, String id, Call call) {
    if (in.destinations() != null
        || in.importSource() != null
        || in.startEventTime() != null
        || in.endEventTime() != null) {
      throw LakeErrors.parameter("ImportId cannot be combined with parameters of a new import.");
    }
    var found = tables.store().read(tx -> require(tx, id, call));
    var output = view(found.with(Status.INITIALIZING, call.time()));
    call.write(
        output,
        tx -> {
          var current = require(tx, id, call);
          if (current.status() != Status.FAILED && current.status() != Status.STOPPED) {
            throw current.status().isEnd()
                ? LakeErrors.importStatus(id, current.status().name())
                : LakeErrors.ongoingImport(id);
          }
          destination(tx, current.storeArn(), call);
          requireNone(tx, call);
          retryFailures(tx, current, call);
          tables.put(tx, current.with(Status.INITIALIZING, call.time()));
        });
    return found.with(Status.INITIALIZING, call.time());
  }

  private void retryFailures(WriteTx tx, ImportRecord of, Call call) {
    tables
        .failures(tx, of)
        .forEach(
            (key, failure) -> {
              if (key.isEmpty()) {
                tables.deleteFailure(tx, of, key);
              } else if (failure.status().equals(Failure.FAILED)) {
                tables.put(tx, of, key, failure.with(Failure.RETRY, call.time()));
              }
            });
  }

  private ImportRecord require(ReadTx tx, String id, Call call) {
    var found = tables.find(tx, call.accountId(), call.region(), id);
    if (found == null) {
      throw LakeErrors.noImport(id);
    }
    return found;
  }

  StopImportResponse stop(StopImportRequest in, Call call) {
    return call.write(
        tx -> {
          var found = require(tx, in.importId(), call);
          if (found.status().isEnd()) {
            throw LakeErrors.importStatus(found.id(), found.status().name());
          }
          var stopped = found.with(Status.STOPPED, call.time());
          tables.put(tx, stopped);
          return StopImportResponse.builder()
              .importId(stopped.id())
              .importSource(source(stopped))
              .destinations(List.of(stopped.storeArn()))
              .importStatus(stopped.status().name())
              .createdTimestamp(stopped.created())
              .updatedTimestamp(stopped.updated())
              .startEventTime(stopped.from())
              .endEventTime(stopped.to())
              .importStatistics(statistics(tx, stopped))
              .build();
        });
  }

  GetImportResponse get(GetImportRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var found = require(tx, in.importId(), call);
              return GetImportResponse.builder()
                  .importId(found.id())
                  .destinations(List.of(found.storeArn()))
                  .importSource(source(found))
                  .startEventTime(found.from())
                  .endEventTime(found.to())
                  .importStatus(found.status().name())
                  .createdTimestamp(found.created())
                  .updatedTimestamp(found.updated())
                  .importStatistics(statistics(tx, found))
                  .build();
            });
  }

  private ImportStatistics statistics(ReadTx tx, ImportRecord of) {
    var progress = of.progress();
    return new ImportStatistics(
        progress.folders(),
        progress.foldersCompleted(),
        progress.files(),
        progress.events(),
        tables.failed(tx, of));
  }

  private static ImportSource source(ImportRecord of) {
    var source = of.source();
    return new ImportSource(
        new S3ImportSource(source.uri(), source.bucketRegion(), source.roleArn()));
  }

  private static StartImportResponse view(ImportRecord started) {
    return StartImportResponse.builder()
        .importId(started.id())
        .destinations(List.of(started.storeArn()))
        .importSource(source(started))
        .startEventTime(started.from())
        .endEventTime(started.to())
        .importStatus(started.status().name())
        .createdTimestamp(started.created())
        .updatedTimestamp(started.updated())
        .build();
  }

  ListImportsResponse list(ListImportsRequest in, Call call) {
    var store = in.destination() == null ? null : EventDataStoreFinder.arn(in.destination(), call);
    var query =
        Key.of(
            "ListImports",
            call.accountId(),
            call.region(),
            String.valueOf(store),
            String.valueOf(in.importStatus()));
    var after = tokens.read(in.nextToken(), query);
    var found =
        tables.store().read(tx -> tables.of(tx, call.accountId(), call.region())).stream()
            .filter(one -> store == null || one.storeArn().equals(store))
            .filter(
                one -> in.importStatus() == null || one.status().name().equals(in.importStatus()))
            .filter(one -> after == null || order(one).compareTo(after) < 0)
            .sorted(Comparator.comparing(Imports::order).reversed())
            .toList();
    var page = found.subList(0, Math.min(most(in.maxResults()), found.size()));
    return new ListImportsResponse(
        page.stream()
            .map(
                one ->
                    new ImportsListItem(
                        one.id(),
                        one.status().name(),
                        List.of(one.storeArn()),
                        one.created(),
                        one.updated()))
            .toList(),
        tokens.write(page.size() < found.size() ? order(page.getLast()) : null, query));
  }

  private static String order(ImportRecord one) {
    return "%016x%s".formatted(one.created().toEpochMilli(), one.id());
  }

  private static int most(@Nullable Integer wanted) {
    return wanted == null ? MOST_LISTED : wanted;
  }

  ListImportFailuresResponse failures(ListImportFailuresRequest in, Call call) {
    var query = Key.of("ListImportFailures", call.accountId(), call.region(), in.importId());
    var after = tokens.read(in.nextToken(), query);
    var all =
        tables
            .store()
            .read(
                tx -> {
                  var found = tables.find(tx, call.accountId(), call.region(), in.importId());
                  if (found == null) {
                    // The operation has no error of its own for that.
                    throw LakeErrors.parameter(
                        "The specified import was not found: " + in.importId());
                  }
                  return tables.failures(tx, found);
                });
    var keys =
        all.keySet().stream().filter(key -> after == null || key.compareTo(after) > 0).toList();
    var page = keys.subList(0, Math.min(most(in.maxResults()), keys.size()));
    return new ListImportFailuresResponse(
        page.stream()
            .map(all::get)
            .map(
                failure ->
                    new ImportFailureListItem(
                        failure.location(),
                        failure.status(),
                        failure.type(),
                        failure.message(),
                        failure.updated()))
            .toList(),
        tokens.write(page.size() < keys.size() ? page.getLast() : null, query));
  }
}
