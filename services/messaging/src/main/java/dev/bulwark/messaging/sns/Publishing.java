package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.BatchResultErrorEntry;
import dev.bulwark.api.sns.MessageAttributeValue;
import dev.bulwark.api.sns.PublishBatchInput;
import dev.bulwark.api.sns.PublishBatchRequestEntry;
import dev.bulwark.api.sns.PublishBatchResponse;
import dev.bulwark.api.sns.PublishBatchResultEntry;
import dev.bulwark.api.sns.PublishInput;
import dev.bulwark.api.sns.PublishResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Publish and PublishBatch. */
final class Publishing {
  private static final int MOST_ENTRIES = 10;
  private static final long DEDUPLICATION_MILLIS = 5 * 60_000;
  private static final Pattern ENTRY_ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  /** What became of a publication. */
  private record Published(String messageId, @Nullable String sequenceNumber) {}

  private final SnsTables tables;
  private final Topics topics;
  private final Fanout fanout;
  private final MessageKeys keys;
  private final Sequence numbers;

  Publishing(SnsTables tables, Topics topics, Fanout fanout, MessageKeys keys, Sequence numbers) {
    this.tables = tables;
    this.topics = topics;
    this.fanout = fanout;
    this.keys = keys;
    this.numbers = numbers;
  }

  /** The topic to which a request publishes. */
  LoadedTopic target(PublishInput in, Call call) {
    if (in.phoneNumber() != null) {
      throw SnsErrors.unbuilt("Bulwark does not send text messages.");
    }
    var arn = in.topicArn() != null ? in.topicArn() : in.targetArn();
    if (arn == null) {
      throw SnsErrors.invalid("TopicArn or TargetArn Reason: no value for required parameter");
    }
    if (arn.contains(":endpoint/")) {
      // There are none, since Bulwark does not push messages to mobile devices.
      throw SnsErrors.invalid("TargetArn Reason: No endpoint found for the target arn specified");
    }
    return topics.require(arn, call);
  }

  PublishResponse publish(PublishInput in, Call call) {
    var topic = target(in, call);
    var publication =
        publication(
            topic,
            in.message(),
            in.subject(),
            in.messageStructure(),
            in.messageAttributes(),
            in.messageGroupId(),
            in.messageDeduplicationId(),
            call.time());
    requireKey(topic, call);
    var fan = fanout.prepare(publication);
    PublishResponse response;
    if (topic.record().fifo()) {
      response =
          call.write(
              tx -> {
                var published = write(tx, publication, fan);
                return response(published);
              });
    } else {
      response = response(new Published(publication.messageId(), null));
      call.write(response, tx -> fanout.write(tx, fan));
    }
    if (publication.messageId().equals(response.messageId())) {
      fanout.written(fan, call.time());
    }
    return response;
  }

  private static PublishResponse response(Published published) {
    return PublishResponse.builder()
        .messageId(published.messageId())
        .sequenceNumber(published.sequenceNumber())
        .build();
  }

  /** Publishes for another service of this installation, which may publish to the topic. */
  void publish(Caller caller, LoadedTopic topic, String message, @Nullable String subject) {
    var publication =
        publication(
            topic,
            message,
            subject,
            null,
            null,
            topic.record().fifo() ? "events" : null,
            topic.record().fifo() ? Ids.uuid() : null,
            caller.time());
    requireKey(topic, caller);
    var fan = fanout.prepare(publication);
    tables.store().run(tx -> fanout.write(tx, fan));
    fanout.written(fan, caller.time());
  }

  private Publication publication(
      LoadedTopic topic,
      String message,
      @Nullable String subject,
      @Nullable String structure,
      @Nullable Map<String, MessageAttributeValue> givenAttributes,
      @Nullable String groupId,
      @Nullable String deduplicationId,
      Instant time) {
    var attributes =
        givenAttributes == null ? Map.<String, MessageAttributeValue>of() : givenAttributes;
    PublicationChecks.message(message, attributes);
    PublicationChecks.subject(subject);
    var texts = PublicationChecks.texts(message, structure);
    boolean fifo = topic.record().fifo();
    return new Publication(
        topic,
        Ids.uuid(),
        message,
        texts,
        subject,
        attributes,
        groupId(fifo, groupId),
        deduplicationId(topic, message, deduplicationId),
        fifo ? "1" + Sequence.text(numbers.next()) : null,
        time);
  }

  private static @Nullable String groupId(boolean fifo, @Nullable String given) {
    if (fifo && given == null) {
      throw SnsErrors.invalid("The MessageGroupId parameter is required for FIFO topics");
    }
    if (given != null) {
      PublicationChecks.fifoId(given, "MessageGroupId");
    }
    return given;
  }

  private static @Nullable String deduplicationId(
      LoadedTopic topic, String message, @Nullable String given) {
    if (!topic.record().fifo()) {
      if (given != null) {
        throw SnsErrors.invalid(
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type");
      }
      return null;
    }
    if (given != null) {
      PublicationChecks.fifoId(given, "MessageDeduplicationId");
      return given;
    }
    if (!"true".equals(topic.record().attributes().get(TopicAttributes.DEDUPLICATION))) {
      throw SnsErrors.invalid(
          "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
    }
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(message.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }

  /** Who publishes to a topic under a key of KMS has to be allowed to use the key. */
  private void requireKey(LoadedTopic topic, Caller caller) {
    var key = topic.record().attributes().get(TopicAttributes.KMS_KEY);
    if (key == null) {
      return;
    }
    var asking = caller.via("sns.amazonaws.com");
    var context = Map.of("aws:sns:topicArn", topic.arn());
    try {
      var made = keys.generate(asking, key, context);
      keys.decrypt(asking, made.ciphertext(), context);
    } catch (ApiException e) {
      throw SnsErrors.ofKms(e);
    }
  }

  /** Writes the deliveries, unless a message with this deduplication id came lately. */
  private Published write(WriteTx tx, Publication publication, Fanout.Fan fan) {
    var deduplicationId = publication.deduplicationId();
    var sequenceNumber = publication.sequenceNumber();
    if (deduplicationId != null && sequenceNumber != null) {
      var topic = publication.topic();
      boolean inGroups =
          "MessageGroup".equals(topic.record().attributes().get(TopicAttributes.THROUGHPUT_SCOPE));
      var key =
          inGroups
              ? Key.of(topic.arn(), Objects.requireNonNull(publication.groupId()), deduplicationId)
              : Key.of(topic.arn(), deduplicationId);
      long now = publication.time().toEpochMilli();
      var before = tables.deduplications.get(tx, key);
      if (before != null && before.time() > now - DEDUPLICATION_MILLIS) {
        return new Published(before.messageId(), before.sequenceNumber());
      }
      tables.deduplications.put(
          tx, key, new SnsTables.Deduplication(now, publication.messageId(), sequenceNumber));
    }
    fanout.write(tx, fan);
    return new Published(publication.messageId(), sequenceNumber);
  }

  // Batches

  private record Prepared(
      PublishBatchRequestEntry entry, Publication publication, Fanout.Fan fan) {}

  PublishBatchResponse publishBatch(PublishBatchInput in, Call call) {
    var topic = topics.require(in.topicArn(), call);
    checkBatch(in.publishBatchRequestEntries());
    requireKey(topic, call);
    var prepared = new ArrayList<Prepared>();
    var failed = new ArrayList<BatchResultErrorEntry>();
    for (var entry : in.publishBatchRequestEntries()) {
      var failure = failure(entry);
      if (failure != null) {
        failed.add(failure);
        continue;
      }
      var publication =
          publication(
              topic,
              entry.message(),
              entry.subject(),
              entry.messageStructure(),
              entry.messageAttributes(),
              entry.messageGroupId(),
              entry.messageDeduplicationId(),
              call.time());
      prepared.add(new Prepared(entry, publication, fanout.prepare(publication)));
    }
    var response =
        call.write(
            tx ->
                PublishBatchResponse.builder()
                    .successful(prepared.stream().map(one -> result(tx, one)).toList())
                    .failed(failed)
                    .build());
    var written = new HashSet<@Nullable String>();
    response.successful().forEach(entry -> written.add(entry.messageId()));
    for (var one : prepared) {
      if (written.contains(one.publication().messageId())) {
        fanout.written(one.fan(), call.time());
      }
    }
    return response;
  }

  /**
   * What is wrong with the text of an entry, which the others do not suffer for; null where it is
   * fine. Whatever else is wrong with an entry fails the whole batch.
   */
  private static @Nullable BatchResultErrorEntry failure(PublishBatchRequestEntry entry) {
    try {
      PublicationChecks.text(entry.message());
      PublicationChecks.subject(entry.subject());
      PublicationChecks.texts(entry.message(), entry.messageStructure());
      return null;
    } catch (ApiException e) {
      return BatchResultErrorEntry.builder()
          .id(entry.id())
          .code(e.code())
          .message(e.getMessage())
          .senderFault(true)
          .build();
    }
  }

  private PublishBatchResultEntry result(WriteTx tx, Prepared one) {
    var published = write(tx, one.publication(), one.fan());
    return PublishBatchResultEntry.builder()
        .id(one.entry().id())
        .messageId(published.messageId())
        .sequenceNumber(published.sequenceNumber())
        .build();
  }

  private static void checkBatch(List<PublishBatchRequestEntry> entries) {
    if (entries.isEmpty()) {
      throw SnsErrors.emptyBatch();
    }
    if (entries.size() > MOST_ENTRIES) {
      throw SnsErrors.tooManyEntries();
    }
    var ids = new HashSet<String>();
    int bytes = 0;
    for (var entry : entries) {
      if (!ENTRY_ID.matcher(entry.id()).matches()) {
        throw SnsErrors.invalidEntryId();
      }
      if (!ids.add(entry.id())) {
        throw SnsErrors.idsNotDistinct();
      }
      bytes += PublicationChecks.size(entry.message(), entry.messageAttributes());
    }
    if (bytes > PublicationChecks.MOST_BYTES) {
      throw SnsErrors.batchTooLong();
    }
  }
}
