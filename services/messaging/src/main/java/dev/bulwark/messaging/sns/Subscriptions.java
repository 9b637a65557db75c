package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sns.GetSubscriptionAttributesInput;
import dev.bulwark.api.sns.GetSubscriptionAttributesResponse;
import dev.bulwark.api.sns.ListSubscriptionsByTopicInput;
import dev.bulwark.api.sns.ListSubscriptionsByTopicResponse;
import dev.bulwark.api.sns.ListSubscriptionsInput;
import dev.bulwark.api.sns.ListSubscriptionsResponse;
import dev.bulwark.api.sns.SetSubscriptionAttributesInput;
import dev.bulwark.api.sns.SubscribeInput;
import dev.bulwark.api.sns.SubscribeResponse;
import dev.bulwark.api.sns.Subscription;
import dev.bulwark.api.sns.UnsubscribeInput;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.sns.SubscriptionAttributes.Purpose;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Subscriptions: who is told what is published to a topic. */
final class Subscriptions {
  private static final int PAGE = 100;
  private static final String PENDING = "PendingConfirmation";
  private static final Pattern ID =
      Pattern.compile(":[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@<>\"\\p{Cntrl}]{1,64}@[A-Za-z0-9.-]{1,255}");

  private final SnsTables tables;
  private final Topics topics;
  private final Confirmations confirmations;
  private final Handshakes handshakes;
  private final QueueSender queues;
  private final PageTokens pages;
  private final boolean mails;

  /**
   * @param mails whether there is a server for e-mail
   */
  Subscriptions(
      SnsTables tables,
      Topics topics,
      Confirmations confirmations,
      Handshakes handshakes,
      QueueSender queues,
      PageTokens pages,
      boolean mails) {
    this.tables = tables;
    this.topics = topics;
    this.confirmations = confirmations;
    this.handshakes = handshakes;
    this.queues = queues;
    this.pages = pages;
    this.mails = mails;
  }

  SubscribeResponse subscribe(SubscribeInput in, Call call) {
    var topic = topics.require(in.topicArn(), call);
    var endpoint = Objects.requireNonNullElse(in.endpoint(), "");
    checkEndpoint(in.protocol(), endpoint, topic);
    var attributes =
        new LinkedHashMap<>(Objects.requireNonNullElse(in.attributes(), Map.<String, String>of()));
    SubscriptionAttributes.check(
        attributes, Purpose.subscribing(topic.arn(), in.protocol(), endpoint), queues);
    attributes.values().removeIf(String::isEmpty);
    attributes.putAll(SubscriptionAttributes.shown(attributes));
    boolean returnArn = Boolean.TRUE.equals(in.returnSubscriptionArn());
    var existing = existing(topic, in.protocol(), endpoint, call);
    if (existing != null) {
      if (!attributes.isEmpty()
          && !attributes.equals(SubscriptionAttributes.shown(existing.attributes()))) {
        throw SnsErrors.invalid(
            "Attributes Reason: Subscription already exists with different attributes");
      }
      if (!existing.confirmed()) {
        handshakes.ask(topic, existing, confirmations.token(existing, call.time()), call.time());
      }
      return answer(existing, returnArn);
    }
    boolean trusted = in.protocol().equals("sqs") && isOwn(endpoint, call);
    var record =
        new SubscriptionRecord(
            Ids.uuid(),
            topic.arn(),
            in.protocol(),
            endpoint,
            call.principal().accountId(),
            call.region(),
            attributes,
            trusted,
            trusted,
            false,
            call.time());
    var result = answer(record, returnArn);
    call.write(result, tx -> tables.subscriptions.insert(tx, SnsTables.key(record), record));
    if (!trusted) {
      handshakes.ask(topic, record, confirmations.token(record, call.time()), call.time());
    }
    return result;
  }

  private static SubscribeResponse answer(SubscriptionRecord record, boolean returnArn) {
    return SubscribeResponse.builder()
        .subscriptionArn(record.confirmed() || returnArn ? record.arn() : "pending confirmation")
        .build();
  }

  private @Nullable SubscriptionRecord existing(
      LoadedTopic topic, String protocol, String endpoint, Call call) {
    return tables.store().read(tx -> tables.subscriptionsOf(tx, topic.arn())).stream()
        .filter(one -> one.protocol().equals(protocol) && one.endpoint().equals(endpoint))
        .filter(one -> !one.isGone(call.time()))
        .findFirst()
        .orElse(null);
  }

  private static boolean isOwn(String queueArn, Call call) {
    return queueArn.split(":", -1)[4].equals(call.principal().accountId());
  }

  private void checkEndpoint(String protocol, String endpoint, LoadedTopic topic) {
    switch (protocol) {
      case "sqs" -> {
        if (!queues.exists(endpoint)) {
          throw SnsErrors.invalid("SQS endpoint ARN");
        }
        if (!topic.record().fifo() && queues.isFifo(endpoint)) {
          // AWS says "Invalid parameter" twice.
          throw SnsErrors.invalid(
              "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
        }
      }
      case "http", "https" -> {
        if (!isUrl(endpoint, protocol)) {
          throw SnsErrors.invalid("Endpoint must match the specified protocol");
        }
      }
      case "email", "email-json" -> {
        if (!EMAIL.matcher(endpoint).matches()) {
          throw SnsErrors.invalid("Email address");
        }
        if (!mails) {
          throw SnsErrors.unbuilt(
              "Bulwark sends e-mail through a server that its operator names: start it with --smtp host:port.");
        }
      }
      case "sms", "application", "lambda", "firehose" ->
          throw SnsErrors.unbuilt("Bulwark does not deliver to the protocol " + protocol + ".");
      default ->
          throw SnsErrors.invalid("Amazon SNS does not support this protocol string: " + protocol);
    }
    if (topic.record().fifo() && !protocol.equals("sqs")) {
      throw SnsErrors.invalid(
          "Invalid protocol type: " + protocol + ": Must be one of SQS for FIFO topics");
    }
  }

  private static boolean isUrl(String endpoint, String scheme) {
    try {
      var uri = new URI(endpoint);
      return scheme.equals(uri.getScheme()) && uri.getHost() != null && endpoint.length() <= 2048;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * What is demanded of who ends a subscription: nothing of who comes by the link in a message,
   * unless the subscription is guarded.
   */
  List<Permission> permissions(String action, @Nullable String arn, Call call) {
    var subscription = find(arn, call);
    if (call.principal() instanceof Principal.Anonymous && action.equals("sns:Unsubscribe")) {
      if (subscription != null && subscription.guarded()) {
        throw new dev.bulwark.api.sns.AuthorizationErrorException(
            "Subscription deletion requires authentication");
      }
      return List.of();
    }
    if (subscription == null && action.equals("sns:Unsubscribe")) {
      // Ending what is not there is no error.
      return List.of(Permission.of(action, Resource.of(topicArn(Objects.requireNonNull(arn)))));
    }
    if (subscription == null) {
      throw SnsErrors.noSuchSubscription();
    }
    var topic = topics.require(subscription.topicArn(), call);
    return subscription.owner().equals(call.principal().accountId())
        ? List.of(
            Permission.of(action, topic.resource().ownedBy(subscription.owner()).withPolicy(null)))
        : List.of(Permission.of(action, topic.resource()));
  }

  private @Nullable SubscriptionRecord find(@Nullable String arn, Call call) {
    var text = Objects.requireNonNullElse(arn, "");
    if (text.isEmpty()) {
      throw SnsErrors.invalid("SubscriptionArn Reason: no value for required parameter");
    }
    if (text.split(":", -1).length < 6) {
      throw SnsErrors.invalidArn("SubscriptionArn", text);
    }
    if (SnsTables.keyOfSubscription(text).isEmpty() || !ID.matcher(text).find()) {
      throw SnsErrors.invalid("SubscriptionId");
    }
    return tables.findSubscription(text).filter(one -> !one.isGone(call.time())).orElse(null);
  }

  private static String topicArn(String subscriptionArn) {
    return subscriptionArn.substring(0, subscriptionArn.lastIndexOf(':'));
  }

  private SubscriptionRecord require(@Nullable String arn, Call call) {
    var found = find(arn, call);
    if (found == null) {
      throw SnsErrors.noSuchSubscription();
    }
    return found;
  }

  Unit unsubscribe(UnsubscribeInput in, Call call) {
    var subscription = find(in.subscriptionArn(), call);
    if (subscription == null) {
      return Unit.UNIT;
    }
    var topic = tables.findByArn(subscription.topicArn());
    call.write(
        tx -> {
          if (tables.subscriptions.delete(tx, SnsTables.key(subscription))) {
            topic.ifPresent(
                one ->
                    tables.topics.update(
                        tx, SnsTables.key(one.record().name()), TopicRecord::withOneMoreDeleted));
          }
          return Unit.UNIT;
        });
    if (call.principal() instanceof Principal.Anonymous
        && !subscription.protocol().startsWith("email")) {
      topic.ifPresent(
          one ->
              handshakes.farewell(
                  one, subscription, confirmations.token(subscription, call.time()), call.time()));
    }
    return Unit.UNIT;
  }

  GetSubscriptionAttributesResponse get(GetSubscriptionAttributesInput in, Call call) {
    var subscription = require(in.subscriptionArn(), call);
    var shown = new LinkedHashMap<String, String>();
    shown.put("SubscriptionArn", subscription.arn());
    shown.put("TopicArn", subscription.topicArn());
    shown.put("Protocol", subscription.protocol());
    shown.put("Endpoint", subscription.endpoint());
    shown.put("Owner", subscription.owner());
    shown.put("ConfirmationWasAuthenticated", Boolean.toString(subscription.authenticated()));
    shown.put("PendingConfirmation", Boolean.toString(!subscription.confirmed()));
    shown.put(SubscriptionAttributes.RAW, "false");
    shown.put("SubscriptionPrincipal", "arn:aws:iam::" + subscription.owner() + ":root");
    shown.putAll(SubscriptionAttributes.shown(subscription.attributes()));
    if (subscription.attributes().containsKey(SubscriptionAttributes.FILTER)) {
      shown.putIfAbsent(SubscriptionAttributes.FILTER_SCOPE, "MessageAttributes");
    } else {
      shown.remove(SubscriptionAttributes.FILTER_SCOPE);
    }
    if (subscription.protocol().startsWith("http")) {
      shown.put("EffectiveDeliveryPolicy", effectiveDeliveryPolicy(subscription));
    }
    return GetSubscriptionAttributesResponse.builder().attributes(shown).build();
  }

  private String effectiveDeliveryPolicy(SubscriptionRecord subscription) {
    var topic = tables.findByArn(subscription.topicArn());
    var retries =
        Subscriber.of(subscription)
            .retries()
            .or(() -> topic.map(one -> Topics.retries(one.record())))
            .orElse(RetryPolicy.DEFAULT);
    var policy = Json.object();
    policy.set("healthyRetryPolicy", retries.json());
    return Json.text(policy);
  }

  Unit set(SetSubscriptionAttributesInput in, Call call) {
    var subscription = require(in.subscriptionArn(), call);
    var value = Objects.requireNonNullElse(in.attributeValue(), "");
    var scope =
        in.attributeName().equals(SubscriptionAttributes.FILTER_SCOPE)
            ? value
            : subscription
                .attributes()
                .getOrDefault(SubscriptionAttributes.FILTER_SCOPE, "MessageAttributes");
    var toCheck = new LinkedHashMap<String, String>();
    toCheck.put(in.attributeName(), value);
    toCheck.put(SubscriptionAttributes.FILTER_SCOPE, scope);
    SubscriptionAttributes.check(toCheck, Purpose.setting(subscription), queues);
    var kept =
        in.attributeName().equals(SubscriptionAttributes.FILTER)
            ? SubscriptionAttributes.compact(value)
            : value;
    return call.write(
        tx -> {
          var after =
              tables.subscriptions.update(
                  tx,
                  SnsTables.key(subscription),
                  record -> record.withAttribute(in.attributeName(), kept));
          if (after == null) {
            throw SnsErrors.noSuchSubscription();
          }
          return Unit.UNIT;
        });
  }

  ListSubscriptionsResponse list(ListSubscriptionsInput in, Call call) {
    var prefix = Key.prefix(call.principal().accountId(), call.region());
    var after = pages.read(in.nextToken(), "s" + prefix, () -> SnsErrors.invalid("NextToken"));
    var found =
        tables
            .store()
            .read(
                tx ->
                    tables.subscriptions.scanByIndex(
                        tx, SnsTables.BY_OWNER, Scan.prefix(prefix).after(after).limit(PAGE + 1)));
    return ListSubscriptionsResponse.builder()
        .subscriptions(views(found, call))
        .nextToken(next(found, "s" + prefix))
        .build();
  }

  ListSubscriptionsByTopicResponse listByTopic(ListSubscriptionsByTopicInput in, Call call) {
    var topic = topics.require(in.topicArn(), call);
    var prefix = Key.prefix(topic.arn());
    var after = pages.read(in.nextToken(), "t" + prefix, () -> SnsErrors.invalid("NextToken"));
    var found =
        tables
            .store()
            .read(
                tx ->
                    tables.subscriptions.scan(
                        tx, Scan.prefix(prefix).after(after).limit(PAGE + 1)));
    return ListSubscriptionsByTopicResponse.builder()
        .subscriptions(views(found, call))
        .nextToken(next(found, "t" + prefix))
        .build();
  }

  private @Nullable String next(List<Entry<SubscriptionRecord>> found, String list) {
    return found.size() > PAGE ? pages.write(found.get(PAGE - 1).cursor(), list) : null;
  }

  private static List<Subscription> views(List<Entry<SubscriptionRecord>> found, Call call) {
    return found.stream()
        .limit(PAGE)
        .map(Entry::value)
        .filter(one -> !one.isGone(call.time()))
        .map(
            one ->
                Subscription.builder()
                    .subscriptionArn(one.confirmed() ? one.arn() : PENDING)
                    .owner(one.owner())
                    .protocol(one.protocol())
                    .endpoint(one.endpoint())
                    .topicArn(one.topicArn())
                    .build())
        .toList();
  }
}
