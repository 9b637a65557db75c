package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sns.SnsApi;
import dev.bulwark.api.sns.Tag;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * SNS: which operation is authorized against what, and who handles it. Messages are data, and so
 * are the events about them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html">Actions,
 *     resources, and condition keys for Amazon SNS</a>
 */
final class SnsService implements Service {
  private final ServiceTable table;
  private final Topics topics;

  SnsService(
      Topics topics,
      TopicTags tags,
      Subscriptions subscriptions,
      Confirmations confirmations,
      Publishing publishing) {
    this.topics = topics;
    var lines = ServiceTable.of(SnsApi.MODEL);
    addTopics(lines, tags);
    addSubscriptions(lines, subscriptions, confirmations);
    lines
        .on(SnsApi.PUBLISH)
        .action("sns:Publish")
        .resource((in, call) -> publishing.target(in, call).resource())
        .dataEvent()
        .handle(publishing::publish)
        .on(SnsApi.PUBLISH_BATCH)
        .action("sns:Publish")
        .resource((in, call) -> topic(in.topicArn(), call))
        .dataEvent()
        .handle(publishing::publishBatch);
    this.table = lines.build();
  }

  private Resource topic(@Nullable String arn, Call call) {
    return topics.require(arn, call).resource();
  }

  private void addTopics(ServiceTable.Builder lines, TopicTags tags) {
    lines
        .on(SnsApi.CREATE_TOPIC)
        .permissions((in, call) -> creating(in.name(), in.tags(), call))
        .handle(topics::create)
        .on(SnsApi.SET_TOPIC_ATTRIBUTES)
        .action("sns:SetTopicAttributes")
        .resource((in, call) -> topic(in.topicArn(), call))
        .handle(topics::set)
        .on(SnsApi.GET_TOPIC_ATTRIBUTES)
        .action("sns:GetTopicAttributes")
        .resource((in, call) -> topic(in.topicArn(), call))
        .handle(topics::get)
        .on(SnsApi.DELETE_TOPIC)
        .action("sns:DeleteTopic")
        .resource((in, call) -> topics.locate(in.topicArn()))
        .handle(topics::delete)
        .on(SnsApi.LIST_TOPICS)
        .action("sns:ListTopics")
        .anyResource()
        .handle(topics::list)
        .on(SnsApi.ADD_PERMISSION)
        .action("sns:AddPermission")
        .resource((in, call) -> topic(in.topicArn(), call))
        .handle(topics::addPermission)
        .on(SnsApi.REMOVE_PERMISSION)
        .action("sns:RemovePermission")
        .resource((in, call) -> topic(in.topicArn(), call))
        .handle(topics::removePermission)
        .on(SnsApi.TAG_RESOURCE)
        .action("sns:TagResource")
        .resource(
            (in, call) -> tags.find(in.resourceArn(), call).resource(),
            (in, call) -> TagKeys.of(in.tags(), Tag::key, Tag::value))
        .handle(tags::tag)
        .on(SnsApi.UNTAG_RESOURCE)
        .action("sns:UntagResource")
        .resource(
            (in, call) -> tags.find(in.resourceArn(), call).resource(),
            (in, call) -> Context.builder().putAll("aws:TagKeys", in.tagKeys()).build())
        .handle(tags::untag)
        .on(SnsApi.LIST_TAGS_FOR_RESOURCE)
        .action("sns:ListTagsForResource")
        .resource((in, call) -> tags.find(in.resourceArn(), call).resource())
        .handle(tags::list);
  }

  private static List<Permission> creating(String name, @Nullable List<Tag> tags, Call call) {
    var resource = Resource.of(Topics.named(name, call).arn());
    var permissions = new ArrayList<Permission>(2);
    permissions.add(
        new Permission("sns:CreateTopic", resource, TagKeys.of(tags, Tag::key, Tag::value)));
    if (tags != null && !tags.isEmpty()) {
      permissions.add(
          new Permission("sns:TagResource", resource, TagKeys.of(tags, Tag::key, Tag::value)));
    }
    return permissions;
  }

  private void addSubscriptions(
      ServiceTable.Builder lines, Subscriptions subscriptions, Confirmations confirmations) {
    lines
        .on(SnsApi.SUBSCRIBE)
        .action("sns:Subscribe")
        .resource(
            (in, call) -> topic(in.topicArn(), call),
            (in, call) ->
                Context.builder()
                    .put("sns:Protocol", in.protocol())
                    .put("sns:Endpoint", Objects.requireNonNullElse(in.endpoint(), ""))
                    .build())
        .handle(subscriptions::subscribe)
        .on(SnsApi.CONFIRM_SUBSCRIPTION)
        .permissions(
            (in, call) ->
                call.principal() instanceof Principal.Anonymous
                    ? List.of()
                    : List.of(
                        Permission.of("sns:ConfirmSubscription", confirmable(in.topicArn(), call))))
        .handle(confirmations::confirm)
        .on(SnsApi.UNSUBSCRIBE)
        .permissions(
            (in, call) -> subscriptions.permissions("sns:Unsubscribe", in.subscriptionArn(), call))
        .handle(subscriptions::unsubscribe)
        .on(SnsApi.GET_SUBSCRIPTION_ATTRIBUTES)
        .permissions(
            (in, call) ->
                subscriptions.permissions(
                    "sns:GetSubscriptionAttributes", in.subscriptionArn(), call))
        .handle(subscriptions::get)
        .on(SnsApi.SET_SUBSCRIPTION_ATTRIBUTES)
        .permissions(
            (in, call) ->
                subscriptions.permissions(
                    "sns:SetSubscriptionAttributes", in.subscriptionArn(), call))
        .handle(subscriptions::set)
        .on(SnsApi.LIST_SUBSCRIPTIONS)
        .action("sns:ListSubscriptions")
        .anyResource()
        .handle(subscriptions::list)
        .on(SnsApi.LIST_SUBSCRIPTIONS_BY_TOPIC)
        .action("sns:ListSubscriptionsByTopic")
        .resource((in, call) -> topic(in.topicArn(), call))
        .handle(subscriptions::listByTopic);
  }

  /** The token is what lets an endpoint of another account agree; its own account has to, too. */
  private Resource confirmable(@Nullable String arn, Call call) {
    var topic = topics.requireToConfirm(arn, call);
    return topic.resource().ownedBy(call.principal().accountId());
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
