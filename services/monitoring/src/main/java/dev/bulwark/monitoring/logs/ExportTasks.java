package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.CancelExportTaskRequest;
import dev.bulwark.api.logs.CreateExportTaskRequest;
import dev.bulwark.api.logs.CreateExportTaskResponse;
import dev.bulwark.api.logs.DescribeExportTasksRequest;
import dev.bulwark.api.logs.DescribeExportTasksResponse;
import dev.bulwark.api.logs.ExportTask;
import dev.bulwark.api.logs.ExportTaskExecutionInfo;
import dev.bulwark.api.logs.ExportTaskStatus;
import dev.bulwark.api.logs.ExportTaskStatusCode;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.Comparator;

/** Export tasks: made, shown and cancelled. */
final class ExportTasks {
  private static final String PREFIX = "exportedlogs";
  private static final int PAGE = 50;

  /** Of an account's Region; the oldest go first. */
  private static final int MOST_KEPT = 1_000;

  private final LogsTables tables;
  private final Groups groups;
  private final ExportBucket bucket;
  private final ExportRunner runner;

  ExportTasks(LogsTables tables, Groups groups, ExportBucket bucket, ExportRunner runner) {
    this.tables = tables;
    this.groups = groups;
    this.bucket = bucket;
    this.runner = runner;
  }

  private static String scope(Call call) {
    return Key.prefix(call.accountId(), call.region());
  }

  CreateExportTaskResponse create(CreateExportTaskRequest in, Call call) {
    var group = groups.require(in.logGroupName(), call);
    if (in.from() > in.to()) {
      throw LogsErrors.invalid("The start time of an export task has to be before its end time.");
    }
    if (in.to() < group.created()) {
      throw LogsErrors.invalid("The end time is earlier than the log group was created.");
    }
    var task =
        new ExportRecord(
            Ids.uuid(),
            call.accountId(),
            call.region(),
            in.taskName(),
            group.name(),
            in.logStreamNamePrefix(),
            in.from(),
            in.to() + 1,
            in.destination(),
            in.destinationPrefix() == null ? PREFIX : in.destinationPrefix(),
            ExportTaskStatusCode.PENDING,
            "Pending",
            call.time().toEpochMilli(),
            null);
    bucket.check(task);
    var response =
        call.write(
            tx -> {
              makeRoom(tx, call);
              tables.exports().put(tx, task.key(), task);
              return new CreateExportTaskResponse(task.id());
            });
    runner.start(task.key());
    return response;
  }

  private void makeRoom(WriteTx tx, Call call) {
    var all = tables.exports().scan(tx, Scan.prefix(scope(call)).limit(MOST_KEPT + 1));
    if (all.stream().anyMatch(row -> row.value().isActive())) {
      throw LogsErrors.limitExceeded();
    }
    if (all.size() >= MOST_KEPT) {
      all.stream()
          .min(Comparator.comparingLong((Entry<ExportRecord> row) -> row.value().created()))
          .ifPresent(oldest -> tables.exports().delete(tx, oldest.key()));
    }
  }

  DescribeExportTasksResponse describe(DescribeExportTasksRequest in, Call call) {
    int limit = in.limit() == null ? PAGE : in.limit();
    var after = Pages.read(in.nextToken());
    var page =
        tables
            .store()
            .read(
                tx ->
                    Pages.of(
                        tables.exports(),
                        tx,
                        Scan.prefix(scope(call)).after(after),
                        limit,
                        task ->
                            (in.taskId() == null || in.taskId().equals(task.id()))
                                && (in.statusCode() == null
                                    || in.statusCode().equals(task.status().value()))));
    return new DescribeExportTasksResponse(
        page.rows().stream().map(row -> view(row.value())).toList(),
        page.more() ? Pages.write(page.rows().getLast().key()) : null);
  }

  private static ExportTask view(ExportRecord task) {
    return ExportTask.builder()
        .taskId(task.id())
        .taskName(task.name())
        .logGroupName(task.group())
        .from(task.from())
        .to(task.until() - 1)
        .destination(task.bucket())
        .destinationPrefix(task.prefix())
        .status(new ExportTaskStatus(task.status().value(), task.message()))
        .executionInfo(new ExportTaskExecutionInfo(task.created(), task.completed()))
        .build();
  }

  Unit cancel(CancelExportTaskRequest in, Call call) {
    var key = ExportRecord.key(call.accountId(), call.region(), in.taskId());
    return call.write(
        tx -> {
          var task = tables.exports().get(tx, key);
          if (task == null) {
            throw LogsErrors.noExport();
          }
          if (!task.isActive()) {
            throw LogsErrors.exportIsOver();
          }
          tables
              .exports()
              .put(tx, key, task.with(ExportTaskStatusCode.PENDING_CANCEL, "Cancelling", null));
          return Unit.UNIT;
        });
  }
}
