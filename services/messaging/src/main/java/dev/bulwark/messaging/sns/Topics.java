package dev.bulwark.messaging.sns;

import dev.bulwark.api.sns.AddPermissionInput;
import dev.bulwark.api.sns.CreateTopicInput;
import dev.bulwark.api.sns.CreateTopicResponse;
import dev.bulwark.api.sns.DeleteTopicInput;
import dev.bulwark.api.sns.GetTopicAttributesInput;
import dev.bulwark.api.sns.GetTopicAttributesResponse;
import dev.bulwark.api.sns.ListTopicsInput;
import dev.bulwark.api.sns.ListTopicsResponse;
import dev.bulwark.api.sns.RemovePermissionInput;
import dev.bulwark.api.sns.SetTopicAttributesInput;
import dev.bulwark.api.sns.Topic;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.PolicyStatements;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Topics: made, set, looked at and deleted. */
final class Topics {
  private static final String TYPE = "AWS::SNS::Topic";
  private static final int PAGE = 100;

  private static final Set<String> SHARED_ACTIONS =
      Set.of(
          "GetTopicAttributes",
          "SetTopicAttributes",
          "AddPermission",
          "RemovePermission",
          "DeleteTopic",
          "Subscribe",
          "ListSubscriptionsByTopic",
          "Publish",
          "Receive");

  private final SnsTables tables;
  private final PolicyPrincipals principals;
  private final PageTokens pages;

  Topics(SnsTables tables, PolicyPrincipals principals, PageTokens pages) {
    this.tables = tables;
    this.principals = principals;
    this.pages = pages;
  }

  /**
   * The topic of an ARN.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameter, NotFound
   */
  LoadedTopic require(@Nullable String arn, Call call) {
    var topic = tables.find(name(arn, call));
    if (topic == null) {
      throw SnsErrors.noSuchTopic();
    }
    return touched(topic, call);
  }

  /**
   * The topic of an ARN that comes with a token, which tells nobody whether there is a topic.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameter
   */
  LoadedTopic requireToConfirm(@Nullable String arn, Call call) {
    var name =
        TopicName.ofArn(Objects.requireNonNullElse(arn, ""))
            .filter(one -> one.region().equals(call.region()))
            .orElseThrow(() -> SnsErrors.invalid("Topic"));
    var topic = tables.find(name);
    if (topic == null) {
      throw SnsErrors.invalid("Token");
    }
    return touched(topic, call);
  }

  private static TopicName name(@Nullable String arn, Call call) {
    var name = name(Objects.requireNonNullElse(arn, ""));
    if (!name.region().equals(call.region())) {
      throw SnsErrors.invalid("TopicArn");
    }
    return name;
  }

  private static TopicName name(String arn) {
    return TopicName.ofArn(arn).orElseThrow(() -> SnsErrors.invalidArn("TopicArn", arn));
  }

  private static LoadedTopic touched(LoadedTopic topic, Call call) {
    if (!topic.accountId().equals(call.principal().accountId())) {
      call.inAccount(topic.accountId());
    }
    call.concerns(TYPE, topic.arn());
    return topic;
  }

  /** A topic as what deleting it is about, whether it is there or not. */
  Resource locate(String arn) {
    var name = name(arn);
    var topic = tables.find(name);
    return topic == null ? Resource.of(name.arn()).ownedBy(name.accountId()) : topic.resource();
  }

  static TopicName named(String name, Call call) {
    return new TopicName(call.principal().accountId(), call.region(), name);
  }

  CreateTopicResponse create(CreateTopicInput in, Call call) {
    var given =
        new LinkedHashMap<>(Objects.requireNonNullElse(in.attributes(), Map.<String, String>of()));
    boolean fifo = "true".equals(given.get(TopicAttributes.FIFO));
    if (!TopicName.isValid(in.name(), fifo)) {
      throw SnsErrors.invalid("Topic Name");
    }
    if (in.dataProtectionPolicy() != null) {
      throw SnsErrors.unbuilt("Bulwark does not look into messages for data to protect yet.");
    }
    given.forEach((name, value) -> TopicAttributes.check(name, value, fifo));
    var name = named(in.name(), call);
    call.concerns(TYPE, name.arn());
    var tags = TopicTags.checked(Map.of(), in.tags());
    var result = CreateTopicResponse.builder().topicArn(name.arn()).build();
    var policy = bind(given.remove(TopicAttributes.POLICY));
    var existing = tables.find(name);
    if (existing != null) {
      requireSame(existing.record(), given, tags);
      return result;
    }
    given.values().removeIf(String::isEmpty);
    var record = new TopicRecord(name, given, policy, tags, 0);
    call.write(
        result,
        tx -> {
          if (!tables.topics.contains(tx, SnsTables.key(name))) {
            tables.topics.insert(tx, SnsTables.key(name), record);
            changed(tx, call, null, record);
          }
        });
    return result;
  }

  private static void requireSame(
      TopicRecord existing, Map<String, String> given, Map<String, String> tags) {
    given.forEach(
        (name, value) -> {
          if (!value.equals(existing.attributes().getOrDefault(name, value))) {
            throw SnsErrors.invalid(
                "Attributes Reason: Topic already exists with different attributes");
          }
        });
    if (!tags.isEmpty() && !tags.equals(existing.tags())) {
      throw SnsErrors.invalid("Tags Reason: Topic already exists with different tags");
    }
  }

  private @Nullable String bind(@Nullable String document) {
    return document == null || document.isEmpty()
        ? null
        : principals
            .bind(document)
            .orElseThrow(() -> SnsErrors.invalid("Policy Error: PrincipalNotFound"));
  }

  private static void changed(
      WriteTx tx, Call call, @Nullable TopicRecord before, @Nullable TopicRecord after) {
    var name = Objects.requireNonNull(after != null ? after : before).name();
    call.changed(tx, TYPE, name.arn(), name.arn(), before, after);
  }

  Unit change(LoadedTopic topic, Call call, UnaryOperator<TopicRecord> change) {
    return call.write(
        tx -> {
          var key = SnsTables.key(topic.record().name());
          var before = tables.topics.get(tx, key);
          if (before == null) {
            throw SnsErrors.noSuchTopic();
          }
          var after = change.apply(before);
          tables.topics.put(tx, key, after);
          changed(tx, call, before, after);
          return Unit.UNIT;
        });
  }

  Unit set(SetTopicAttributesInput in, Call call) {
    var topic = require(in.topicArn(), call);
    var value = Objects.requireNonNullElse(in.attributeValue(), "");
    if (in.attributeName().equals(TopicAttributes.FIFO)) {
      throw SnsErrors.invalid("AttributeName");
    }
    TopicAttributes.check(in.attributeName(), value, topic.record().fifo());
    if (in.attributeName().equals(TopicAttributes.POLICY)) {
      var policy = bind(value);
      return change(topic, call, record -> record.withPolicy(policy));
    }
    return change(topic, call, record -> record.withAttribute(in.attributeName(), value));
  }

  GetTopicAttributesResponse get(GetTopicAttributesInput in, Call call) {
    var topic = require(in.topicArn(), call);
    var record = topic.record();
    var subscriptions =
        tables.store().read(tx -> tables.subscriptionsOf(tx, topic.arn())).stream()
            .filter(one -> !one.isGone(call.time()))
            .toList();
    long confirmed = subscriptions.stream().filter(SubscriptionRecord::confirmed).count();
    var shown = new LinkedHashMap<String, String>();
    shown.put("TopicArn", topic.arn());
    shown.put("Owner", topic.accountId());
    shown.put(
        TopicAttributes.POLICY,
        record.policy() == null
            ? TopicAttributes.defaultPolicy(record.name())
            : principals.show(record.policy()));
    shown.put("DisplayName", "");
    shown.put("SubscriptionsConfirmed", Long.toString(confirmed));
    shown.put("SubscriptionsPending", Long.toString(subscriptions.size() - confirmed));
    shown.put("SubscriptionsDeleted", Long.toString(record.deleted()));
    shown.put("EffectiveDeliveryPolicy", effectiveDeliveryPolicy(record));
    if (record.fifo()) {
      shown.put(TopicAttributes.DEDUPLICATION, "false");
    }
    shown.putAll(record.attributes());
    return GetTopicAttributesResponse.builder().attributes(shown).build();
  }

  static RetryPolicy retries(TopicRecord topic) {
    var given = topic.attributes().get(TopicAttributes.DELIVERY_POLICY);
    return given == null
        ? RetryPolicy.DEFAULT
        : Json.parseObject(given).flatMap(RetryPolicy::ofTopic).orElse(RetryPolicy.DEFAULT);
  }

  private static String effectiveDeliveryPolicy(TopicRecord topic) {
    var http = Json.object();
    http.set("defaultHealthyRetryPolicy", retries(topic).json());
    http.put("disableSubscriptionOverrides", false);
    http.putObject("defaultRequestPolicy").put("headerContentType", "text/plain; charset=UTF-8");
    var policy = Json.object();
    policy.set("http", http);
    return Json.text(policy);
  }

  Unit delete(DeleteTopicInput in, Call call) {
    var name = name(in.topicArn(), call);
    call.concerns(TYPE, name.arn());
    if (tables.find(name) == null) {
      // Deleting what is not there is no error.
      return Unit.UNIT;
    }
    return call.write(
        tx -> {
          var before = tables.topics.get(tx, SnsTables.key(name));
          if (before != null) {
            tables.topics.delete(tx, SnsTables.key(name));
            tables.subscriptions.deleteAll(tx, Key.prefix(name.arn()));
            tables.deduplications.deleteAll(tx, Key.prefix(name.arn()));
            changed(tx, call, before, null);
          }
          return Unit.UNIT;
        });
  }

  ListTopicsResponse list(ListTopicsInput in, Call call) {
    var prefix = Key.prefix(call.principal().accountId(), call.region());
    var after = pages.read(in.nextToken(), prefix, () -> SnsErrors.invalid("NextToken"));
    var found =
        tables
            .store()
            .read(tx -> tables.topics.scan(tx, Scan.prefix(prefix).after(after).limit(PAGE + 1)));
    return ListTopicsResponse.builder()
        .topics(
            found.stream()
                .limit(PAGE)
                .map(row -> Topic.builder().topicArn(row.value().arn()).build())
                .toList())
        .nextToken(found.size() > PAGE ? pages.write(found.get(PAGE - 1).cursor(), prefix) : null)
        .build();
  }

  // The policy, written for who does not want to

  Unit addPermission(AddPermissionInput in, Call call) {
    var topic = require(in.topicArn(), call);
    if (in.actionName().isEmpty() || in.awsAccountId().isEmpty()) {
      throw SnsErrors.invalid("Statement must have at least one action and one principal");
    }
    for (var action : in.actionName()) {
      if (!SHARED_ACTIONS.contains(action) && !action.equals("*")) {
        throw SnsErrors.invalid("Policy statement action out of service scope!");
      }
    }
    return changePolicy(
        topic,
        call,
        policy -> {
          var actions = in.actionName().stream().map(action -> "SNS:" + action).toList();
          if (!policy.allow(in.label(), in.awsAccountId(), actions, topic.arn())) {
            throw SnsErrors.invalid("Statement already exists");
          }
        });
  }

  Unit removePermission(RemovePermissionInput in, Call call) {
    var topic = require(in.topicArn(), call);
    return changePolicy(topic, call, policy -> policy.remove(in.label()));
  }

  private interface PolicyChange {
    void apply(PolicyStatements policy);
  }

  private Unit changePolicy(LoadedTopic topic, Call call, PolicyChange change) {
    var before = topic.record().policy();
    var statements =
        PolicyStatements.of(
            before != null ? before : TopicAttributes.defaultPolicy(topic.record().name()),
            "2008-10-17",
            "__default_policy_ID");
    change.apply(statements);
    var after = bind(statements.document());
    return change(
        topic,
        call,
        record -> {
          if (!Objects.equals(record.policy(), before)) {
            throw SnsErrors.concurrent();
          }
          return record.withPolicy(after);
        });
  }
}
