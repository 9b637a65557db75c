package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.GenerateServiceLastAccessedDetailsResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports in the making and made. One is made behind the answer that names it, and kept for a day.
 * One that a stop of the program broke off is made again when it is asked for.
 */
final class AccessJobs {
  private static final System.Logger LOG = System.getLogger(AccessJobs.class.getName());
  private static final Duration KEPT = Duration.ofHours(24);

  private final AccessTables tables;
  private final AccessReports reports;
  private final AccessUses uses;
  private final Clock clock;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  AccessJobs(AccessTables tables, AccessReports reports, AccessUses uses, Clock clock) {
    this.tables = tables;
    this.reports = reports;
    this.uses = uses;
    this.clock = clock;
  }

  /**
   * Begins a report.
   *
   * @param owner who may read it
   * @return its id
   * @throws ApiException where there is nothing of that ARN
   */
  String begin(Call call, String owner, String arn, boolean actions) {
    tables.store().read(tx -> reports.subject(tx, call.accountId(), arn));
    var job =
        new AccessJobRecord(
            call.accountId(),
            Ids.uuid(),
            owner,
            arn,
            actions,
            Times.of(call),
            null,
            List.of(),
            List.of());
    call.write(
        tx -> {
          var account = Key.prefix(call.accountId());
          tables.jobs().scan(tx, Scan.prefix(account)).stream()
              .filter(row -> isExpired(row.value(), call.time()))
              .forEach(row -> tables.jobs().delete(tx, row.key()));
          tables.jobs().put(tx, key(job), job);
          return new GenerateServiceLastAccessedDetailsResponse(job.jobId());
        });
    make(job);
    return job.jobId();
  }

  private static String key(AccessJobRecord job) {
    return Key.of(job.accountId(), job.jobId());
  }

  private static boolean isExpired(AccessJobRecord job, Instant now) {
    return job.created().plus(KEPT).isBefore(now);
  }

  private void make(AccessJobRecord job) {
    if (running.add(job.jobId())) {
      Thread.ofVirtual().name("access-report").start(() -> complete(job));
    }
  }

  private void complete(AccessJobRecord job) {
    try {
      uses.catchUp();
      finish(tables.store().read(tx -> reports.made(tx, job, now())));
    } catch (ApiException e) {
      // What the report is about was deleted in the meantime: there is nothing to tell of it.
      finish(job.completed(now(), List.of(), List.of()));
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
    tables.store().write(tx -> tables.jobs().put(tx, key(made), made));
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
