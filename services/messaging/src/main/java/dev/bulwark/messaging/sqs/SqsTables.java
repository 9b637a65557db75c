package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.Sequence;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What SQS stores, and under which keys. */
final class SqsTables {
  private static final int CACHED = 20_000;
  private static final String BY_DEAD_LETTERS = "dead_letters";
  private static final String BY_TIME = "time";

  /** That a message with this deduplication id came, and which one it was. */
  record Deduplication(long time, String messageId, long number) {}

  private final Store store;

  /** By account, Region and name. */
  final Table<QueueRecord> queues;

  /** When queues were deleted, by account, Region and name. */
  final Table<Instant> deleted;

  /** By queue id and number; contents beside them. */
  final Table<MessageRecord> messages;

  /** By queue id and number. */
  final Table<ReceiptRecord> receipts;

  /** By queue id and deduplication id, in queues that deduplicate in groups after the group. */
  final Table<Deduplication> deduplications;

  /** By queue id: up to which number its messages wait to be deleted. */
  final Table<Long> garbage;

  /** By account, Region, queue and number. */
  final Table<MoveTaskRecord> moveTasks;

  private final StoreCache<LoadedQueue> loaded;

  SqsTables(Store store) {
    this.store = store;
    queues =
        store.table(
            TableSpec.json(
                "sqs_queues",
                QueueRecord.class,
                Index.of(
                    BY_DEAD_LETTERS,
                    queue ->
                        LoadedQueue.of(queue)
                            .redrive()
                            .map(
                                redrive -> Key.of(redrive.deadLetterTargetArn(), key(queue.name())))
                            .orElse(null))));
    deleted = store.table(TableSpec.json("sqs_deleted", Instant.class));
    messages = store.table(TableSpec.of("sqs_messages", MessageRecord.CODEC).withAttachments());
    receipts = store.table(TableSpec.of("sqs_receipts", ReceiptRecord.CODEC));
    deduplications =
        store.table(
            TableSpec.json(
                "sqs_deduplications",
                Deduplication.class,
                Index.of(BY_TIME, one -> Sequence.text(one.time()))));
    garbage = store.table(TableSpec.of("sqs_garbage", longs()));
    moveTasks = store.table(TableSpec.json("sqs_move_tasks", MoveTaskRecord.class));
    loaded = queues.cached(CACHED, LoadedQueue::of);
  }

  private static Codec<Long> longs() {
    return Codec.of(
        number -> Codec.string().encode(Long.toString(number)),
        bytes -> Long.valueOf(Codec.string().decode(bytes)));
  }

  Store store() {
    return store;
  }

  static String key(QueueName name) {
    return Key.of(name.accountId(), name.region(), name.name());
  }

  static String key(String queueId, long number) {
    return Key.of(queueId, Sequence.text(number));
  }

  static long number(String messageKey) {
    return Long.parseLong(Key.last(messageKey, 2));
  }

  @Nullable LoadedQueue find(QueueName name) {
    return loaded.get(key(name));
  }

  Optional<LoadedQueue> findByArn(String arn) {
    return QueueName.ofArn(arn).map(this::find);
  }

  /** Whether some queue sends its dead letters to this one. */
  boolean takesDeadLetters(String arn) {
    return store.read(
        tx ->
            !queues
                .scanByIndex(tx, BY_DEAD_LETTERS, Scan.prefix(Key.prefix(arn)).limit(1))
                .isEmpty());
  }

  /** The queues that send their dead letters to this one, in order of their names. */
  List<dev.bulwark.state.Entry<QueueRecord>> deadLetterSources(
      ReadTx tx, String arn, @Nullable String after, int limit) {
    return queues.scanByIndex(
        tx, BY_DEAD_LETTERS, Scan.prefix(Key.prefix(arn)).after(after).limit(limit));
  }

  /** The keys of deduplication ids that came at that time or before. */
  List<String> deduplicationsUntil(ReadTx tx, long time, int limit) {
    return deduplications.scanByIndex(tx, BY_TIME, Scan.all().limit(limit)).stream()
        .filter(entry -> entry.value().time() <= time)
        .map(dev.bulwark.state.Entry::key)
        .toList();
  }
}
