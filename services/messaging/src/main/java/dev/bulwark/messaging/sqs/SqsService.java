package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.SqsApi;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SQS: which operation is authorized against what, and who handles it. Batches are authorized as
 * what they are batches of; messages are data, and so are the events about them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html">Actions,
 *     resources, and condition keys for Amazon SQS</a>
 */
final class SqsService implements Service {
  private final ServiceTable table;
  private final QueueFinder finder;

  SqsService(
      QueueFinder finder,
      Queues queues,
      QueueLists lists,
      QueueTags tags,
      QueuePermissions permissions,
      Messages messages,
      Receives receives,
      Receipts receipts,
      MoveTasks moves) {
    this.finder = finder;
    var lines = ServiceTable.of(SqsApi.MODEL);
    addQueues(lines, queues, lists);
    addTags(lines, tags, permissions);
    addMessages(lines, messages, receives, receipts);
    addMoves(lines, moves);
    this.table = lines.build();
  }

  private void addQueues(ServiceTable.Builder lines, Queues queues, QueueLists lists) {
    lines
        .on(SqsApi.CREATE_QUEUE)
        .permissions((in, call) -> creating(in.queueName(), in.tags(), call))
        .handle(queues::create)
        .on(SqsApi.GET_QUEUE_URL)
        .permissions((in, call) -> locating(Queues.owned(in, call)))
        .handle(queues::url)
        .on(SqsApi.GET_QUEUE_ATTRIBUTES)
        .permissions((in, call) -> finder.shared("sqs:GetQueueAttributes", in.queueUrl(), call))
        .handle(queues::get)
        .on(SqsApi.SET_QUEUE_ATTRIBUTES)
        .permissions((in, call) -> finder.owners("sqs:SetQueueAttributes", in.queueUrl(), call))
        .handle(queues::set)
        .on(SqsApi.PURGE_QUEUE)
        .permissions((in, call) -> finder.shared("sqs:PurgeQueue", in.queueUrl(), call))
        .handle(queues::purge)
        .on(SqsApi.DELETE_QUEUE)
        .permissions((in, call) -> finder.owners("sqs:DeleteQueue", in.queueUrl(), call))
        .handle(queues::delete)
        .on(SqsApi.LIST_QUEUES)
        .action("sqs:ListQueues")
        .resource(
            (in, call) ->
                Resource.of("arn:aws:sqs:" + call.region() + ":" + call.accountId() + ":*"))
        .handle(lists::list)
        .on(SqsApi.LIST_DEAD_LETTER_SOURCE_QUEUES)
        .permissions(
            (in, call) -> finder.shared("sqs:ListDeadLetterSourceQueues", in.queueUrl(), call))
        .handle(lists::sources);
  }

  private static List<Permission> creating(
      String name, @Nullable Map<String, String> tags, Call call) {
    var resource = Resource.of(Queues.named(name, call).arn());
    var permissions = new ArrayList<Permission>(2);
    permissions.add(new Permission("sqs:CreateQueue", resource, TagKeys.of(tags)));
    if (tags != null && !tags.isEmpty()) {
      permissions.add(new Permission("sqs:TagQueue", resource, TagKeys.of(tags)));
    }
    return permissions;
  }

  private List<Permission> locating(QueueName name) {
    return List.of(Permission.of("sqs:GetQueueUrl", finder.locate(name)));
  }

  private void addTags(ServiceTable.Builder lines, QueueTags tags, QueuePermissions permissions) {
    lines
        .on(SqsApi.TAG_QUEUE)
        .permissions(
            (in, call) ->
                finder.owners("sqs:TagQueue", in.queueUrl(), call).stream()
                    .map(one -> new Permission(one.action(), one.resource(), TagKeys.of(in.tags())))
                    .toList())
        .handle(tags::tag)
        .on(SqsApi.UNTAG_QUEUE)
        .permissions(
            (in, call) ->
                finder.owners("sqs:UntagQueue", in.queueUrl(), call).stream()
                    .map(
                        one ->
                            new Permission(
                                one.action(),
                                one.resource(),
                                Context.builder().putAll("aws:TagKeys", in.tagKeys()).build()))
                    .toList())
        .handle(tags::untag)
        .on(SqsApi.LIST_QUEUE_TAGS)
        .permissions((in, call) -> finder.owners("sqs:ListQueueTags", in.queueUrl(), call))
        .handle(tags::list)
        .on(SqsApi.ADD_PERMISSION)
        .permissions((in, call) -> finder.owners("sqs:AddPermission", in.queueUrl(), call))
        .handle(permissions::add)
        .on(SqsApi.REMOVE_PERMISSION)
        .permissions((in, call) -> finder.owners("sqs:RemovePermission", in.queueUrl(), call))
        .handle(permissions::remove);
  }

  private void addMessages(
      ServiceTable.Builder lines, Messages messages, Receives receives, Receipts receipts) {
    lines
        .on(SqsApi.SEND_MESSAGE)
        .permissions((in, call) -> finder.shared("sqs:SendMessage", in.queueUrl(), call))
        .dataEvent()
        .handle(messages::send)
        .on(SqsApi.SEND_MESSAGE_BATCH)
        .permissions((in, call) -> finder.shared("sqs:SendMessage", in.queueUrl(), call))
        .dataEvent()
        .handle(messages::sendBatch)
        .on(SqsApi.RECEIVE_MESSAGE)
        .permissions((in, call) -> finder.shared("sqs:ReceiveMessage", in.queueUrl(), call))
        .readOnly(true)
        .dataEvent()
        .handle(receives::receive)
        .on(SqsApi.DELETE_MESSAGE)
        .permissions((in, call) -> finder.shared("sqs:DeleteMessage", in.queueUrl(), call))
        .dataEvent()
        .handle(receipts::delete)
        .on(SqsApi.DELETE_MESSAGE_BATCH)
        .permissions((in, call) -> finder.shared("sqs:DeleteMessage", in.queueUrl(), call))
        .dataEvent()
        .handle(receipts::deleteBatch)
        .on(SqsApi.CHANGE_MESSAGE_VISIBILITY)
        .permissions(
            (in, call) -> finder.shared("sqs:ChangeMessageVisibility", in.queueUrl(), call))
        .dataEvent()
        .handle(receipts::changeVisibility)
        .on(SqsApi.CHANGE_MESSAGE_VISIBILITY_BATCH)
        .permissions(
            (in, call) -> finder.shared("sqs:ChangeMessageVisibility", in.queueUrl(), call))
        .dataEvent()
        .handle(receipts::changeVisibilityBatch);
  }

  private static void addMoves(ServiceTable.Builder lines, MoveTasks moves) {
    lines
        .on(SqsApi.START_MESSAGE_MOVE_TASK)
        .permissions(
            (in, call) ->
                moves.permissions(
                    List.of(
                        "sqs:StartMessageMoveTask",
                        "sqs:ReceiveMessage",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes"),
                    in.sourceArn(),
                    call))
        .handle(moves::start)
        .on(SqsApi.CANCEL_MESSAGE_MOVE_TASK)
        .permissions((in, call) -> moves.permissions("sqs:CancelMessageMoveTask", in, call))
        .handle(moves::cancel)
        .on(SqsApi.LIST_MESSAGE_MOVE_TASKS)
        .permissions(
            (in, call) ->
                moves.permissions(List.of("sqs:ListMessageMoveTasks"), in.sourceArn(), call))
        .handle(moves::list);
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
