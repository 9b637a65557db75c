package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.CancelMessageMoveTaskRequest;
import dev.bulwark.api.sqs.CancelMessageMoveTaskResult;
import dev.bulwark.api.sqs.ListMessageMoveTasksRequest;
import dev.bulwark.api.sqs.ListMessageMoveTasksResult;
import dev.bulwark.api.sqs.ListMessageMoveTasksResultEntry;
import dev.bulwark.api.sqs.StartMessageMoveTaskRequest;
import dev.bulwark.api.sqs.StartMessageMoveTaskResult;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tasks that move messages out of dead-letter queues. */
final class MoveTasks {
  private static final int MOST_LISTED = 10;
  private static final int HIGHEST_RATE = 500;

  private record Handle(String taskId, String sourceArn) {}

  private final SqsTables tables;
  private final QueueFinder finder;
  private final LiveQueues live;
  private final MoveRunner runner;

  MoveTasks(SqsTables tables, QueueFinder finder, LiveQueues live, MoveRunner runner) {
    this.tables = tables;
    this.finder = finder;
    this.live = live;
    this.runner = runner;
  }

  /** What is demanded of the queue of an ARN. */
  List<Permission> permissions(List<String> actions, @Nullable String arn, Call call) {
    var queue = arn == null ? null : finder.byArn(arn, call);
    if (queue == null) {
      throw SqsErrors.noSuchSource();
    }
    boolean own = queue.accountId().equals(call.principal().accountId());
    var resource = own ? queue.resource() : queue.ownersResource();
    return actions.stream().map(action -> Permission.of(action, resource)).toList();
  }

  List<Permission> permissions(String action, CancelMessageMoveTaskRequest in, Call call) {
    return permissions(List.of(action), read(in.taskHandle()).sourceArn(), call);
  }

  StartMessageMoveTaskResult start(StartMessageMoveTaskRequest in, Call call) {
    var source = finder.byArn(in.sourceArn(), call);
    if (source == null) {
      throw SqsErrors.noSuchSource();
    }
    if (!tables.takesDeadLetters(source.arn())) {
      throw SqsErrors.invalid("Source queue must be configured as a Dead Letter Queue.");
    }
    var rate = in.maxNumberOfMessagesPerSecond();
    if (rate != null && (rate < 1 || rate > HIGHEST_RATE)) {
      throw SqsErrors.invalid(
          rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.");
    }
    if (in.destinationArn() != null) {
      checkDestination(source, in.destinationArn(), call);
    }
    long number = call.time().toEpochMilli();
    var task =
        new MoveTaskRecord(
            Ids.uuid(),
            source.arn(),
            in.destinationArn(),
            rate,
            MoveTaskRecord.Status.RUNNING,
            0,
            live.of(source).counts(number).visible(),
            null,
            number);
    var key = key(source, task);
    var result = StartMessageMoveTaskResult.builder().taskHandle(write(task)).build();
    call.write(
        result,
        tx -> {
          if (newest(tx, source, MOST_LISTED).stream().anyMatch(MoveTaskRecord::isActive)) {
            throw SqsErrors.taskIsRunning();
          }
          tables.moveTasks.put(tx, key, task);
        });
    runner.start(key);
    return result;
  }

  private void checkDestination(LoadedQueue source, String arn, Call call) {
    var destination = finder.byArn(arn, call);
    if (destination == null) {
      throw SqsErrors.noSuchDestination();
    }
    call.require(Permission.of("sqs:SendMessage", destination.resource()));
    if (destination.arn().equals(source.arn())) {
      throw SqsErrors.invalid("Source queue arn and destination queue arn cannot be the same.");
    }
    if (destination.fifo() != source.fifo()) {
      throw SqsErrors.invalid(
          "The source and destination queues must be of the same type: both standard or both FIFO.");
    }
  }

  CancelMessageMoveTaskResult cancel(CancelMessageMoveTaskRequest in, Call call) {
    var handle = read(in.taskHandle());
    var source = finder.byArn(handle.sourceArn(), call);
    if (source == null) {
      throw SqsErrors.noSuchSource();
    }
    return call.write(
        tx -> {
          var task =
              newest(tx, source, MOST_LISTED).stream()
                  .filter(one -> one.id().equals(handle.taskId()))
                  .findFirst()
                  .orElseThrow(SqsErrors::noSuchTask);
          if (task.status() != MoveTaskRecord.Status.RUNNING) {
            throw SqsErrors.taskIsNotRunning();
          }
          tables.moveTasks.put(
              tx, key(source, task), task.withStatus(MoveTaskRecord.Status.CANCELLING, null));
          return CancelMessageMoveTaskResult.builder()
              .approximateNumberOfMessagesMoved(task.moved())
              .build();
        });
  }

  ListMessageMoveTasksResult list(ListMessageMoveTasksRequest in, Call call) {
    var source = finder.byArn(in.sourceArn(), call);
    if (source == null) {
      throw SqsErrors.noSuchSource();
    }
    int most = Objects.requireNonNullElse(in.maxResults(), 1);
    if (most < 1 || most > MOST_LISTED) {
      throw SqsErrors.invalid(most, "MaxResults", "Must be between 1 and 10, if provided.");
    }
    var tasks = tables.store().read(tx -> newest(tx, source, most));
    return ListMessageMoveTasksResult.builder()
        .results(tasks.stream().map(MoveTasks::view).toList())
        .build();
  }

  private static ListMessageMoveTasksResultEntry view(MoveTaskRecord task) {
    return ListMessageMoveTasksResultEntry.builder()
        .taskHandle(task.status() == MoveTaskRecord.Status.RUNNING ? write(task) : null)
        .status(task.status().name())
        .sourceArn(task.sourceArn())
        .destinationArn(task.destinationArn())
        .maxNumberOfMessagesPerSecond(task.rate())
        .approximateNumberOfMessagesMoved(task.moved())
        .approximateNumberOfMessagesToMove(task.toMove())
        .failureReason(task.failure())
        .startedTimestamp(task.started())
        .build();
  }

  private List<MoveTaskRecord> newest(ReadTx tx, LoadedQueue source, int most) {
    return tables
        .moveTasks
        .scan(tx, Scan.prefix(Key.prefix(source.arn())).reversed().limit(most))
        .stream()
        .map(dev.bulwark.state.Entry::value)
        .toList();
  }

  private static String key(LoadedQueue source, MoveTaskRecord task) {
    return Key.of(source.arn(), Sequence.text(task.started()), task.id());
  }

  private static String write(MoveTaskRecord task) {
    var handle = Json.object().put("taskId", task.id()).put("sourceArn", task.sourceArn());
    return Base64.getEncoder().encodeToString(Json.text(handle).getBytes(StandardCharsets.UTF_8));
  }

  private static Handle read(String text) {
    try {
      var decoded = Base64.getDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
      return Json.parseObject(new String(decoded, StandardCharsets.UTF_8))
          .map(json -> new Handle(text(json, "taskId"), text(json, "sourceArn")))
          .orElseThrow(SqsErrors::invalidTaskHandle);
    } catch (IllegalArgumentException e) {
      throw SqsErrors.invalidTaskHandle();
    }
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asString("");
  }
}
