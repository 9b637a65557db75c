package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.EventBridgeApi;
import dev.bulwark.api.events.PutTargetsRequest;
import dev.bulwark.api.events.Tag;
import dev.bulwark.api.events.Target;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.List;

/**
 * EventBridge: which operation is authorized against what, and who handles it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html">Actions,
 *     resources, and condition keys for Amazon EventBridge</a>
 */
final class EventsService implements Service {
  private static final String SERVICE = "events.amazonaws.com";

  private final ServiceTable table;

  EventsService(
      Buses buses,
      Rules rules,
      Targets targets,
      EventTags tags,
      Putting putting,
      Archives archives,
      Replays replays,
      ConnectionOperations connections,
      DestinationOperations destinations) {
    var lines = ServiceTable.of(EventBridgeApi.MODEL);
    addBuses(lines, buses, putting);
    addRules(lines, rules, targets);
    addTags(lines, tags);
    addArchives(lines, archives, replays);
    addConnections(lines, connections);
    addDestinations(lines, destinations);
    this.table = lines.build();
  }

  private static void addBuses(ServiceTable.Builder lines, Buses buses, Putting putting) {
    lines
        .on(EventBridgeApi.PUT_EVENTS)
        .permissions(putting::permissions)
        .dataEvent()
        .handle(putting::put)
        .on(EventBridgeApi.TEST_EVENT_PATTERN)
        .action("events:TestEventPattern")
        .anyResource()
        .readOnly(true)
        .handle(Putting::test)
        .on(EventBridgeApi.CREATE_EVENT_BUS)
        .action("events:CreateEventBus")
        .resource(
            (in, call) -> buses.resource(in.name(), call),
            (in, call) -> TagKeys.of(in.tags(), Tag::key, Tag::value))
        .handle(buses::create)
        .on(EventBridgeApi.UPDATE_EVENT_BUS)
        .action("events:UpdateEventBus")
        .resource((in, call) -> buses.resource(in.name(), call))
        .handle(buses::update)
        .on(EventBridgeApi.DESCRIBE_EVENT_BUS)
        .action("events:DescribeEventBus")
        .resource((in, call) -> buses.resource(in.name(), call))
        .handle(buses::describe)
        .on(EventBridgeApi.LIST_EVENT_BUSES)
        .action("events:ListEventBuses")
        .anyResource()
        .handle(buses::list)
        .on(EventBridgeApi.DELETE_EVENT_BUS)
        .action("events:DeleteEventBus")
        .resource((in, call) -> buses.resource(in.name(), call))
        .handle(buses::delete)
        .on(EventBridgeApi.PUT_PERMISSION)
        .action("events:PutPermission")
        .resource((in, call) -> buses.resource(in.eventBusName(), call))
        .handle(buses::putPermission)
        .on(EventBridgeApi.REMOVE_PERMISSION)
        .action("events:RemovePermission")
        .resource((in, call) -> buses.resource(in.eventBusName(), call))
        .handle(buses::removePermission);
  }

  private static void addRules(ServiceTable.Builder lines, Rules rules, Targets targets) {
    lines
        .on(EventBridgeApi.PUT_RULE)
        .action("events:PutRule")
        .resource(
            (in, call) -> rules.resource(in.eventBusName(), in.name(), call),
            (in, call) -> TagKeys.of(in.tags(), Tag::key, Tag::value))
        .passing(SERVICE, in -> new String[] {in.roleArn()})
        .handle(rules::put)
        .on(EventBridgeApi.DESCRIBE_RULE)
        .action("events:DescribeRule")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.name(), call))
        .handle(rules::describe)
        .on(EventBridgeApi.ENABLE_RULE)
        .action("events:EnableRule")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.name(), call))
        .handle(rules::enable)
        .on(EventBridgeApi.DISABLE_RULE)
        .action("events:DisableRule")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.name(), call))
        .handle(rules::disable)
        .on(EventBridgeApi.DELETE_RULE)
        .action("events:DeleteRule")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.name(), call))
        .handle(rules::delete)
        .on(EventBridgeApi.LIST_RULES)
        .action("events:ListRules")
        .anyResource()
        .handle(rules::list)
        .on(EventBridgeApi.LIST_RULE_NAMES_BY_TARGET)
        .action("events:ListRuleNamesByTarget")
        .anyResource()
        .handle(rules::namesByTarget)
        .on(EventBridgeApi.PUT_TARGETS)
        .permissions((in, call) -> putting(in, rules.resource(in.eventBusName(), in.rule(), call)))
        .passing(SERVICE, in -> in.targets().stream().map(Target::roleArn).toArray(String[]::new))
        .handle(targets::put)
        .on(EventBridgeApi.REMOVE_TARGETS)
        .action("events:RemoveTargets")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.rule(), call))
        .handle(targets::remove)
        .on(EventBridgeApi.LIST_TARGETS_BY_RULE)
        .action("events:ListTargetsByRule")
        .resource((in, call) -> rules.resource(in.eventBusName(), in.rule(), call))
        .handle(targets::list);
  }

  private static void addTags(ServiceTable.Builder lines, EventTags tags) {
    lines
        .on(EventBridgeApi.TAG_RESOURCE)
        .action("events:TagResource")
        .resource(
            (in, call) -> tags.resource(in.resourceARN(), call),
            (in, call) -> TagKeys.of(in.tags(), Tag::key, Tag::value))
        .handle(tags::tag)
        .on(EventBridgeApi.UNTAG_RESOURCE)
        .action("events:UntagResource")
        .resource(
            (in, call) -> tags.resource(in.resourceARN(), call),
            (in, call) -> Context.builder().putAll("aws:TagKeys", in.tagKeys()).build())
        .handle(tags::untag)
        .on(EventBridgeApi.LIST_TAGS_FOR_RESOURCE)
        .action("events:ListTagsForResource")
        .resource((in, call) -> tags.resource(in.resourceARN(), call))
        .handle(tags::list);
  }

  private static void addArchives(ServiceTable.Builder lines, Archives archives, Replays replays) {
    lines
        .on(EventBridgeApi.CREATE_ARCHIVE)
        .action("events:CreateArchive")
        .resource((in, call) -> Archives.resource(in.archiveName(), call))
        .handle(archives::create)
        .on(EventBridgeApi.UPDATE_ARCHIVE)
        .action("events:UpdateArchive")
        .resource((in, call) -> Archives.resource(in.archiveName(), call))
        .handle(archives::update)
        .on(EventBridgeApi.DELETE_ARCHIVE)
        .action("events:DeleteArchive")
        .resource((in, call) -> Archives.resource(in.archiveName(), call))
        .handle(archives::delete)
        .on(EventBridgeApi.DESCRIBE_ARCHIVE)
        .action("events:DescribeArchive")
        .resource((in, call) -> Archives.resource(in.archiveName(), call))
        .handle(archives::describe)
        .on(EventBridgeApi.LIST_ARCHIVES)
        .action("events:ListArchives")
        .anyResource()
        .handle(archives::list)
        .on(EventBridgeApi.START_REPLAY)
        .action("events:StartReplay")
        .resource((in, call) -> Replays.resource(in.replayName(), call))
        .handle(replays::start)
        .on(EventBridgeApi.CANCEL_REPLAY)
        .action("events:CancelReplay")
        .resource((in, call) -> Replays.resource(in.replayName(), call))
        .handle(replays::cancel)
        .on(EventBridgeApi.DESCRIBE_REPLAY)
        .action("events:DescribeReplay")
        .resource((in, call) -> Replays.resource(in.replayName(), call))
        .handle(replays::describe)
        .on(EventBridgeApi.LIST_REPLAYS)
        .action("events:ListReplays")
        .anyResource()
        .handle(replays::list);
  }

  private static void addConnections(ServiceTable.Builder lines, ConnectionOperations connections) {
    lines
        .on(EventBridgeApi.CREATE_CONNECTION)
        .action("events:CreateConnection")
        .resource((in, call) -> connections.resource(in.name(), call))
        .handle(connections::create)
        .on(EventBridgeApi.UPDATE_CONNECTION)
        .action("events:UpdateConnection")
        .resource((in, call) -> connections.resource(in.name(), call))
        .handle(connections::update)
        .on(EventBridgeApi.DESCRIBE_CONNECTION)
        .action("events:DescribeConnection")
        .resource((in, call) -> connections.resource(in.name(), call))
        .handle(connections::describe)
        .on(EventBridgeApi.LIST_CONNECTIONS)
        .action("events:ListConnections")
        .anyResource()
        .handle(connections::list)
        .on(EventBridgeApi.DEAUTHORIZE_CONNECTION)
        .action("events:DeauthorizeConnection")
        .resource((in, call) -> connections.resource(in.name(), call))
        .handle(connections::deauthorize)
        .on(EventBridgeApi.DELETE_CONNECTION)
        .action("events:DeleteConnection")
        .resource((in, call) -> connections.resource(in.name(), call))
        .handle(connections::delete);
  }

  private static void addDestinations(
      ServiceTable.Builder lines, DestinationOperations destinations) {
    lines
        .on(EventBridgeApi.CREATE_API_DESTINATION)
        .permissions(
            (in, call) ->
                List.of(
                    Permission.of(
                        "events:CreateApiDestination", destinations.resource(in.name(), call)),
                    Permission.of("events:CreateApiDestination", Resource.of(in.connectionArn()))))
        .handle(destinations::create)
        .on(EventBridgeApi.UPDATE_API_DESTINATION)
        .action("events:UpdateApiDestination")
        .resource((in, call) -> destinations.resource(in.name(), call))
        .handle(destinations::update)
        .on(EventBridgeApi.DESCRIBE_API_DESTINATION)
        .action("events:DescribeApiDestination")
        .resource((in, call) -> destinations.resource(in.name(), call))
        .handle(destinations::describe)
        .on(EventBridgeApi.LIST_API_DESTINATIONS)
        .action("events:ListApiDestinations")
        .anyResource()
        .handle(destinations::list)
        .on(EventBridgeApi.DELETE_API_DESTINATION)
        .action("events:DeleteApiDestination")
        .resource((in, call) -> destinations.resource(in.name(), call))
        .handle(destinations::delete);
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  /**
   * Each target takes the permission: policies name them without a set operator, as AWS's examples
   * do.
   */
  private static List<Permission> putting(PutTargetsRequest in, Resource rule) {
    return in.targets().stream()
        .map(Target::arn)
        .distinct()
        .map(
            arn ->
                new Permission(
                    "events:PutTargets",
                    rule,
                    Context.builder().put("events:TargetArn", arn).build()))
        .toList();
  }
}
