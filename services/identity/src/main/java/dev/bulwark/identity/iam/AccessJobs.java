package dev.bulwark.identity.iam;

import dev.bulwark.base.Ids;
import dev.bulwark.identity.iam.AccessJobRecord.Failure;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reports in the making and made. One is made behind the answer that names it, and kept for a day.
 * One that a stop of the program broke off is made again when it is asked for.
 */
final class AccessJobs {
  private static final System.Logger LOG = System.getLogger(AccessJobs.class.getName());
  private static final Duration KEPT = Duration.ofHours(24);

  /** Of an account; beyond that the oldest go. */
  private static final int MOST_KEPT = 200;

  private final AccessTables tables;
  private final Maker maker;
  private final AccessUses uses;
  private final Clock clock;

  /** The reports in the making, and the accounts that asked for them. */
  private final ConcurrentMap<String, String> running = new ConcurrentHashMap<>();

  /** Makes reports of one kind. */
  @FunctionalInterface
  interface Maker {

    /**
     * The report, made.
     *
     * @throws ApiException why it cannot be made
     */
    AccessJobRecord made(ReadTx tx, AccessJobRecord job, Instant time);
  }

  AccessJobs(AccessTables tables, Maker maker, AccessUses uses, Clock clock) {
    this.tables = tables;
    this.maker = maker;
    this.uses = uses;
    this.clock = clock;
  }

  /**
   * Begins a report.
   *
   * @param owner who may read it
   * @param subject what it is about
   * @param answer what is answered, by the report's id
   */
  <O extends Structure> O begin(
      Call call,
      String owner,
      String subject,
      @Nullable String policyId,
      boolean actions,
      Function<String, O> answer) {
    var job =
        new AccessJobRecord(
            call.accountId(),
            Ids.uuid(),
            owner,
            subject,
            policyId,
            actions,
            Times.of(call),
            null,
            null,
            List.of(),
            List.of());
    var outdated = outdated(call);
    var begun =
        call.write(
            tx -> {
              outdated.forEach(old -> tables.jobs().delete(tx, old));
              tables.jobs().put(tx, key(job), job);
              return answer.apply(job.jobId());
            });
    make(job);
    return begun;
  }

  /** Found before the transaction: reports are long, and the store's one writer is for all. */
  private List<String> outdated(Call call) {
    var rows =
        tables
            .store()
            .read(tx -> tables.jobs().scan(tx, Scan.prefix(Key.prefix(call.accountId()))));
    var latestFirst =
        Comparator.comparing((Entry<AccessJobRecord> row) -> row.value().created()).reversed();
    var kept =
        rows.stream()
            .filter(row -> !isExpired(row.value(), call.time()))
            .sorted(latestFirst)
            .limit(MOST_KEPT - 1)
            .map(Entry::key)
            .collect(Collectors.toSet());
    return rows.stream().map(Entry::key).filter(key -> !kept.contains(key)).toList();
  }

  /** How many reports are being made for an account. */
  long running(String accountId) {
    return running.values().stream().filter(accountId::equals).count();
  }

  private static String key(AccessJobRecord job) {
    return Key.of(job.accountId(), job.jobId());
  }

  private static boolean isExpired(AccessJobRecord job, Instant now) {
    return job.created().plus(KEPT).isBefore(now);
  }

  private void make(AccessJobRecord job) {
    if (running.putIfAbsent(job.jobId(), job.accountId()) == null) {
      Thread.ofVirtual().name("access-report").start(() -> complete(job));
    }
  }

  private void complete(AccessJobRecord job) {
    try {
      uses.catchUp();
      finish(tables.store().read(tx -> maker.made(tx, job, now())));
    } catch (ApiException e) {
      finish(job.failed(now(), new Failure(e.code(), String.valueOf(e.getMessage()))));
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "A report of the access advisor was not made", e);
    } finally {
      running.remove(job.jobId());
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private void finish(AccessJobRecord made) {
    tables.store().run(tx -> tables.jobs().update(tx, key(made), job -> made));
  }

  /**
   * A report, finished or not.
   *
   * @throws ApiException where there is none, or it is somebody else's
   */
  AccessJobRecord require(Call call, String owner, String jobId) {
    var job = tables.jobs().get(Key.of(call.accountId(), jobId));
    if (job == null || !job.owner().equals(owner) || isExpired(job, call.time())) {
      throw AccessErrors.noJob(jobId);
    }
    if (job.completed() == null) {
      make(job);
    }
    return job;
  }
}
