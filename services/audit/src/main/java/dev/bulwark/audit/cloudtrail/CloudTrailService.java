package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CloudTrailApi;
import dev.bulwark.api.cloudtrail.CreateTrailRequest;
import dev.bulwark.api.cloudtrail.Tag;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** AWS CloudTrail: the table of its operations. */
final class CloudTrailService implements Service {
  private static final String SERVICE = "cloudtrail.amazonaws.com";

  private final TrailFinder finder;
  private final ServiceTable table;

  CloudTrailService(
      EventHistory history,
      TrailFinder finder,
      Trails trails,
      TrailLogging logging,
      EventSelectors selectors,
      InsightSelectors insights,
      InsightMetrics metrics,
      TrailTags tags,
      SigningKeys keys,
      Consumer<ServiceTable.Builder> lake) {
    this.finder = finder;
    var lines = ServiceTable.of(CloudTrailApi.MODEL);
    lines
        .on(CloudTrailApi.LOOKUP_EVENTS)
        .action("cloudtrail:LookupEvents")
        .anyResource()
        .handle(history::lookup)
        .on(CloudTrailApi.LIST_INSIGHTS_METRIC_DATA)
        .action("cloudtrail:LookupEvents")
        .anyResource()
        .handle(metrics::list)
        .on(CloudTrailApi.LIST_PUBLIC_KEYS)
        .action("cloudtrail:ListPublicKeys")
        .anyResource()
        .handle(keys::list);
    addTrails(lines, trails);
    addLogging(lines, logging);
    addSelectors(lines, selectors, insights);
    addTags(lines, tags);
    lake.accept(lines);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  private void addTrails(ServiceTable.Builder lines, Trails trails) {
    lines
        .on(CloudTrailApi.CREATE_TRAIL)
        .permissions(CloudTrailService::toCreate)
        .passing(SERVICE, in -> new String[] {in.cloudWatchLogsRoleArn()})
        .handle(trails::create)
        .on(CloudTrailApi.UPDATE_TRAIL)
        .action("cloudtrail:UpdateTrail")
        .resource((in, call) -> finder.resource(in.name(), call))
        .passing(SERVICE, in -> new String[] {in.cloudWatchLogsRoleArn()})
        .handle(trails::update)
        .on(CloudTrailApi.DELETE_TRAIL)
        .action("cloudtrail:DeleteTrail")
        .resource((in, call) -> finder.resource(in.name(), call))
        .handle(trails::delete)
        .on(CloudTrailApi.GET_TRAIL)
        .action("cloudtrail:GetTrail")
        .resource((in, call) -> finder.resource(in.name(), call))
        .handle(trails::get)
        .on(CloudTrailApi.DESCRIBE_TRAILS)
        .action("cloudtrail:DescribeTrails")
        .anyResource()
        .handle(trails::describe)
        .on(CloudTrailApi.LIST_TRAILS)
        .action("cloudtrail:ListTrails")
        .anyResource()
        .handle(trails::list);
  }

  /** A trail that is made with tags is tagged, too. */
  private static List<Permission> toCreate(CreateTrailRequest in, Call call) {
    var trail = Resource.of(TrailRecord.arn(call.region(), call.accountId(), in.name()));
    var keys = TagKeys.of(in.tagsList(), Tag::key, Tag::value);
    var permissions = new ArrayList<Permission>(2);
    permissions.add(new Permission("cloudtrail:CreateTrail", trail, keys));
    if (in.tagsList() != null && !in.tagsList().isEmpty()) {
      permissions.add(new Permission("cloudtrail:AddTags", trail, keys));
    }
    return permissions;
  }

  private void addLogging(ServiceTable.Builder lines, TrailLogging logging) {
    lines
        .on(CloudTrailApi.START_LOGGING)
        .action("cloudtrail:StartLogging")
        .resource((in, call) -> finder.resource(in.name(), call))
        .handle(logging::start)
        .on(CloudTrailApi.STOP_LOGGING)
        .action("cloudtrail:StopLogging")
        .resource((in, call) -> finder.resource(in.name(), call))
        .handle(logging::stop)
        .on(CloudTrailApi.GET_TRAIL_STATUS)
        .action("cloudtrail:GetTrailStatus")
        .resource((in, call) -> finder.resource(in.name(), call))
        .handle(logging::status);
  }

  private void addSelectors(
      ServiceTable.Builder lines, EventSelectors selectors, InsightSelectors insights) {
    lines
        .on(CloudTrailApi.PUT_EVENT_SELECTORS)
        .action("cloudtrail:PutEventSelectors")
        .resource((in, call) -> finder.resource(in.trailName(), call))
        .handle(selectors::put)
        .on(CloudTrailApi.GET_EVENT_SELECTORS)
        .action("cloudtrail:GetEventSelectors")
        .resource((in, call) -> finder.resource(in.trailName(), call))
        .handle(selectors::get)
        .on(CloudTrailApi.PUT_INSIGHT_SELECTORS)
        .action("cloudtrail:PutInsightSelectors")
        .resource(
            (in, call) ->
                in.trailName() == null ? Resource.ANY : finder.resource(in.trailName(), call))
        .handle(insights::put)
        .on(CloudTrailApi.GET_INSIGHT_SELECTORS)
        .action("cloudtrail:GetInsightSelectors")
        .resource(
            (in, call) ->
                in.trailName() == null ? Resource.ANY : finder.resource(in.trailName(), call))
        .handle(insights::get);
  }

  private void addTags(ServiceTable.Builder lines, TrailTags tags) {
    lines
        .on(CloudTrailApi.ADD_TAGS)
        .action("cloudtrail:AddTags")
        .resource(
            (in, call) -> tags.resource(in.resourceId(), call),
            (in, call) -> TagKeys.of(in.tagsList(), Tag::key, Tag::value))
        .handle(tags::add)
        .on(CloudTrailApi.REMOVE_TAGS)
        .action("cloudtrail:RemoveTags")
        .resource(
            (in, call) -> tags.resource(in.resourceId(), call),
            (in, call) -> TagKeys.ofNames(in.tagsList().stream().map(Tag::key).toList()))
        .handle(tags::remove)
        .on(CloudTrailApi.LIST_TAGS)
        .permissions(
            (in, call) ->
                in.resourceIdList().stream()
                    .map(arn -> Permission.of("cloudtrail:ListTags", tags.resource(arn, call)))
                    .toList())
        .handle(tags::list);
  }
}
