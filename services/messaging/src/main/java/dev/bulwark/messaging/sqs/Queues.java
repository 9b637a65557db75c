package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.CreateQueueRequest;
import dev.bulwark.api.sqs.CreateQueueResult;
import dev.bulwark.api.sqs.DeleteQueueRequest;
import dev.bulwark.api.sqs.GetQueueAttributesRequest;
import dev.bulwark.api.sqs.GetQueueAttributesResult;
import dev.bulwark.api.sqs.GetQueueUrlRequest;
import dev.bulwark.api.sqs.GetQueueUrlResult;
import dev.bulwark.api.sqs.PurgeQueueRequest;
import dev.bulwark.api.sqs.SetQueueAttributesRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Queues: made, set, looked at, purged and deleted. */
final class Queues {
  private static final String TYPE = "AWS::SQS::Queue";
  private static final Duration REST = Duration.ofSeconds(60);

  private final SqsTables tables;
  private final QueueFinder finder;
  private final LiveQueues live;
  private final PolicyPrincipals principals;

  /** When queues were purged last, by their ids; a restart lets them be purged at once. */
  private final Map<String, Instant> purged = new ConcurrentHashMap<>();

  Queues(SqsTables tables, QueueFinder finder, LiveQueues live, PolicyPrincipals principals) {
    this.tables = tables;
    this.finder = finder;
    this.live = live;
    this.principals = principals;
  }

  static QueueName named(String name, Call call) {
    return new QueueName(call.principal().accountId(), call.region(), name);
  }

  CreateQueueResult create(CreateQueueRequest in, Call call) {
    var given =
        new LinkedHashMap<>(Objects.requireNonNullElse(in.attributes(), Map.<String, String>of()));
    boolean fifo = "true".equals(given.get(QueueAttributes.FIFO));
    if (!QueueName.isValid(in.queueName(), fifo)) {
      throw fifo ? SqsErrors.invalidFifoName() : SqsErrors.invalidName();
    }
    var name = named(in.queueName(), call);
    var attributes = QueueAttributes.changed(QueueAttributes.defaults(fifo), given, fifo);
    var policy = bindPolicy(attributes.remove(QueueAttributes.POLICY));
    checkRedrive(name, fifo, attributes, call);
    var tags = QueueTags.checked(Map.of(), in.tags(), in.queueName());
    var result = CreateQueueResult.builder().queueUrl(QueueFinder.url(name, call)).build();
    call.concerns(TYPE, name.arn());
    if (tables.find(name) != null) {
      requireSame(name, given, attributes, tags);
      return result;
    }
    var record =
        new QueueRecord(Ids.hex(8), name, call.time(), call.time(), attributes, policy, tags, 0);
    call.write(
        result,
        tx -> {
          var deleted = tables.deleted.get(tx, SqsTables.key(name));
          if (deleted != null && deleted.plus(REST).isAfter(call.time())) {
            throw SqsErrors.deletedRecently();
          }
          if (tables.queues.contains(tx, SqsTables.key(name))) {
            return;
          }
          tables.deleted.delete(tx, SqsTables.key(name));
          tables.queues.insert(tx, SqsTables.key(name), record);
          changed(tx, call, null, record);
        });
    return result;
  }

  private static void changed(
      WriteTx tx, Call call, @Nullable QueueRecord before, @Nullable QueueRecord after) {
    var name = Objects.requireNonNull(after != null ? after : before).name();
    call.changed(tx, TYPE, name.name(), name.arn(), before, after);
  }

  /** Creating a queue again is no error, unless it would be another one. */
  private void requireSame(
      QueueName name,
      Map<String, String> given,
      Map<String, String> attributes,
      Map<String, String> tags) {
    var existing = finderRecord(name);
    for (var attribute : given.keySet()) {
      boolean same =
          attribute.equals(QueueAttributes.POLICY)
              ? Objects.equals(existing.policy(), bindPolicy(given.get(attribute)))
              : Objects.equals(existing.attributes().get(attribute), attributes.get(attribute));
      if (!same) {
        throw SqsErrors.nameExists(attribute);
      }
    }
    if (!tags.isEmpty() && !tags.equals(existing.tags())) {
      throw SqsErrors.nameExistsWithTags();
    }
  }

  private QueueRecord finderRecord(QueueName name) {
    return Objects.requireNonNull(tables.find(name)).record();
  }

  private @Nullable String bindPolicy(@Nullable String document) {
    return document == null || document.isEmpty()
        ? null
        : principals
            .bind(document)
            .orElseThrow(() -> SqsErrors.invalidValue(QueueAttributes.POLICY));
  }

  /** A dead-letter queue has to be there, of the same kind, account and Region, and willing. */
  private void checkRedrive(
      QueueName name, boolean fifo, Map<String, String> attributes, Call call) {
    var text = attributes.get(QueueAttributes.REDRIVE);
    if (text == null) {
      return;
    }
    var arn = Redrive.parse(text).orElseThrow().deadLetterTargetArn();
    var target = QueueName.ofArn(arn).orElse(null);
    if (target == null
        || !target.accountId().equals(name.accountId())
        || !target.region().equals(call.region())
        || target.equals(name)) {
      throw SqsErrors.badRedrive(text, "Invalid value for deadLetterTargetArn.");
    }
    var queue = tables.find(target);
    if (queue == null) {
      throw SqsErrors.badRedrive(text, "Dead letter target does not exist.");
    }
    if (queue.fifo() != fifo) {
      throw SqsErrors.badRedrive(
          text, "Dead-letter queue must be same type of queue as the source.");
    }
    var allow = queue.record().attributes().get(QueueAttributes.REDRIVE_ALLOW);
    if (allow != null && !Redrive.allows(allow, name.arn())) {
      throw SqsErrors.badRedrive(
          text, "Queue specified in RedrivePolicy does not allow this queue to use it.");
    }
  }

  GetQueueUrlResult url(GetQueueUrlRequest in, Call call) {
    var name = owned(in, call);
    if (tables.find(name) == null) {
      throw SqsErrors.noSuchQueue(call);
    }
    return GetQueueUrlResult.builder().queueUrl(QueueFinder.url(name, call)).build();
  }

  static QueueName owned(GetQueueUrlRequest in, Call call) {
    var owner = in.queueOwnerAWSAccountId();
    return owner == null
        ? named(in.queueName(), call)
        : new QueueName(owner, call.region(), in.queueName());
  }

  Unit set(SetQueueAttributesRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var fifo = in.attributes().get(QueueAttributes.FIFO);
    if (fifo != null && !queue.fifo()) {
      throw SqsErrors.unknownAttribute(QueueAttributes.FIFO);
    }
    if (fifo != null && !fifo.equals("true")) {
      throw SqsErrors.fixedFifo();
    }
    var given = in.attributes();
    var attributes = QueueAttributes.changed(queue.record().attributes(), given, queue.fifo());
    attributes.remove(QueueAttributes.POLICY);
    var policy = bindPolicy(given.get(QueueAttributes.POLICY));
    if (given.containsKey(QueueAttributes.REDRIVE)) {
      checkRedrive(queue.record().name(), queue.fifo(), attributes, call);
    }
    var result =
        change(
            queue,
            call,
            record -> {
              // Again, since another change may have come between.
              var after = QueueAttributes.changed(record.attributes(), given, queue.fifo());
              after.remove(QueueAttributes.POLICY);
              return record.withAttributes(
                  after,
                  given.containsKey(QueueAttributes.POLICY) ? policy : record.policy(),
                  call.time());
            });
    live.of(queue).wake();
    return result;
  }

  /** Changes a queue that is still there. */
  Unit change(LoadedQueue queue, Call call, UnaryOperator<QueueRecord> change) {
    return call.write(
        tx -> {
          var key = SqsTables.key(queue.record().name());
          var before = tables.queues.get(tx, key);
          if (before == null || !before.id().equals(queue.id())) {
            throw SqsErrors.noSuchQueue();
          }
          var after = change.apply(before);
          tables.queues.put(tx, key, after);
          changed(tx, call, before, after);
          return Unit.UNIT;
        });
  }

  GetQueueAttributesResult get(GetQueueAttributesRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var names = new LinkedHashSet<>(Objects.requireNonNullElse(in.attributeNames(), List.of()));
    for (var name : names) {
      if (!name.equals("All")
          && !QueueAttributes.isKnown(name)
          && !QueueAttributes.COMPUTED.contains(name)) {
        throw SqsErrors.unknownAttribute(name);
      }
    }
    var shown = new LinkedHashMap<String, String>();
    if (!names.isEmpty()) {
      all(queue, call.time())
          .forEach(
              (name, value) -> {
                if (names.contains("All") || names.contains(name)) {
                  shown.put(name, value);
                }
              });
    }
    return GetQueueAttributesResult.builder().attributes(shown.isEmpty() ? null : shown).build();
  }

  private Map<String, String> all(LoadedQueue queue, Instant now) {
    var record = queue.record();
    var counts = live.of(queue).counts(now.toEpochMilli());
    var all = new LinkedHashMap<String, String>();
    all.put("QueueArn", queue.arn());
    all.put("ApproximateNumberOfMessages", Integer.toString(counts.visible()));
    all.put("ApproximateNumberOfMessagesNotVisible", Integer.toString(counts.inFlight()));
    all.put("ApproximateNumberOfMessagesDelayed", Integer.toString(counts.delayed()));
    all.put("CreatedTimestamp", Long.toString(record.created().getEpochSecond()));
    all.put("LastModifiedTimestamp", Long.toString(record.modified().getEpochSecond()));
    all.putAll(record.attributes());
    if (record.policy() != null) {
      all.put(QueueAttributes.POLICY, principals.show(record.policy()));
    }
    if (queue.kmsKey() != null) {
      all.put(QueueAttributes.KMS_REUSE, Integer.toString(queue.keyReuse()));
    }
    return all;
  }

  Unit purge(PurgeQueueRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var last = purged.get(queue.id());
    if (last != null && last.plus(REST).isAfter(call.time())) {
      throw SqsErrors.purgeInProgress(queue.record().name().name());
    }
    var working = live.of(queue);
    long through = working.lastNumber();
    var result =
        call.write(
            tx -> {
              var key = SqsTables.key(queue.record().name());
              var updated =
                  tables.queues.update(tx, key, record -> record.withPurgedThrough(through));
              if (updated == null) {
                throw SqsErrors.noSuchQueue();
              }
              tables.garbage.put(tx, queue.id(), through);
              return Unit.UNIT;
            });
    purged.put(queue.id(), call.time());
    working.removeThrough(through);
    return result;
  }

  Unit delete(DeleteQueueRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    var key = SqsTables.key(queue.record().name());
    call.write(
        tx -> {
          if (!tables.queues.delete(tx, key)) {
            throw SqsErrors.noSuchQueue();
          }
          tables.deleted.put(tx, key, call.time());
          tables.garbage.put(tx, queue.id(), Long.MAX_VALUE);
          changed(tx, call, queue.record(), null);
          return Unit.UNIT;
        });
    live.close(queue.id());
    purged.remove(queue.id());
    return Unit.UNIT;
  }
}
