package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.Sequence;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What SNS stores, and under which keys. */
final class SnsTables {
  static final String BY_OWNER = "owner";
  static final String BY_TIME = "time";

  private static final int CACHED = 20_000;

  /** That a message with this deduplication id came, and which one it was. */
  record Deduplication(long time, String messageId, String sequenceNumber) {}

  private final Store store;

  /** By account, Region and name. */
  final Table<TopicRecord> topics;

  /** By topic and id. */
  final Table<SubscriptionRecord> subscriptions;

  /** By topic and deduplication id. */
  final Table<Deduplication> deduplications;

  private final StoreCache<LoadedTopic> loadedTopics;
  private final StoreCache<List<Subscriber>> subscribers;

  SnsTables(Store store) {
    this.store = store;
    topics = store.table(TableSpec.json("sns_topics", TopicRecord.class));
    subscriptions =
        store.table(
            TableSpec.json(
                "sns_subscriptions",
                SubscriptionRecord.class,
                Index.of(BY_OWNER, one -> Key.of(one.owner(), one.region(), one.arn()))));
    deduplications =
        store.table(
            TableSpec.json(
                "sns_deduplications",
                Deduplication.class,
                Index.of(BY_TIME, one -> Sequence.text(one.time()))));
    loadedTopics = topics.cached(CACHED, LoadedTopic::of);
    subscribers = store.cache(CACHED, this::readSubscribers, subscriptions);
  }

  Store store() {
    return store;
  }

  static String key(TopicName name) {
    return Key.of(name.accountId(), name.region(), name.name());
  }

  static String key(SubscriptionRecord subscription) {
    return Key.of(subscription.topicArn(), subscription.id());
  }

  /** The key of a subscription's ARN; empty where it is none. */
  static Optional<String> keyOfSubscription(String arn) {
    int colon = arn.lastIndexOf(':');
    return colon < 0 || TopicName.ofArn(arn.substring(0, colon)).isEmpty()
        ? Optional.empty()
        : Optional.of(Key.of(arn.substring(0, colon), arn.substring(colon + 1)));
  }

  @Nullable LoadedTopic find(TopicName name) {
    return loadedTopics.get(key(name));
  }

  Optional<LoadedTopic> findByArn(String arn) {
    return TopicName.ofArn(arn).map(this::find);
  }

  Optional<SubscriptionRecord> findSubscription(String arn) {
    return keyOfSubscription(arn).map(subscriptions::get);
  }

  /** Who is told what is published to a topic. */
  List<Subscriber> subscribers(String topicArn) {
    var found = subscribers.get(topicArn);
    return found == null ? List.of() : found;
  }

  private List<Subscriber> readSubscribers(ReadTx tx, String topicArn) {
    var found = new ArrayList<Subscriber>();
    subscriptions.forEach(
        tx,
        Scan.prefix(Key.prefix(topicArn)),
        row -> {
          if (row.value().confirmed()) {
            found.add(Subscriber.of(row.value()));
          }
        });
    return List.copyOf(found);
  }

  /** All subscriptions of a topic. */
  List<SubscriptionRecord> subscriptionsOf(ReadTx tx, String topicArn) {
    var found = new ArrayList<SubscriptionRecord>();
    subscriptions.forEach(tx, Scan.prefix(Key.prefix(topicArn)), row -> found.add(row.value()));
    return found;
  }
}
