package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CloudTrailApi;
import dev.bulwark.api.cloudtrail.CreateEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.Tag;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lines of CloudTrail Lake in CloudTrail's table of operations. */
final class LakeLines {
  private static final String SERVICE = "cloudtrail.amazonaws.com";

  private final EventDataStoreFinder stores;

  LakeLines(EventDataStoreFinder stores) {
    this.stores = stores;
  }

  void addStores(ServiceTable.Builder lines, EventDataStores operations) {
    lines
        .on(CloudTrailApi.CREATE_EVENT_DATA_STORE)
        .permissions(LakeLines::toCreate)
        .handle(operations::create)
        .on(CloudTrailApi.UPDATE_EVENT_DATA_STORE)
        .action("cloudtrail:UpdateEventDataStore")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::update)
        .on(CloudTrailApi.DELETE_EVENT_DATA_STORE)
        .action("cloudtrail:DeleteEventDataStore")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::delete)
        .on(CloudTrailApi.RESTORE_EVENT_DATA_STORE)
        .action("cloudtrail:RestoreEventDataStore")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::restore)
        .on(CloudTrailApi.START_EVENT_DATA_STORE_INGESTION)
        .action("cloudtrail:StartEventDataStoreIngestion")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::start)
        .on(CloudTrailApi.STOP_EVENT_DATA_STORE_INGESTION)
        .action("cloudtrail:StopEventDataStoreIngestion")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::stop)
        .on(CloudTrailApi.GET_EVENT_DATA_STORE)
        .action("cloudtrail:GetEventDataStore")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(operations::get)
        .on(CloudTrailApi.LIST_EVENT_DATA_STORES)
        .action("cloudtrail:ListEventDataStores")
        .anyResource()
        .handle(operations::list);
  }

  private static List<Permission> toCreate(CreateEventDataStoreRequest in, Call call) {
    // Its id is not known yet.
    var any = Resource.of(EventDataStoreRecord.arn(call.region(), call.accountId(), "*"));
    return toCreate("cloudtrail:CreateEventDataStore", any, in.tagsList());
  }

  /** What is made with tags is tagged, too. */
  static List<Permission> toCreate(String action, Resource resource, @Nullable List<Tag> tags) {
    var keys = TagKeys.of(tags, Tag::key, Tag::value);
    var permissions = new ArrayList<Permission>(2);
    permissions.add(new Permission(action, resource, keys));
    if (tags != null && !tags.isEmpty()) {
      permissions.add(new Permission("cloudtrail:AddTags", resource, keys));
    }
    return permissions;
  }

  void addPolicies(ServiceTable.Builder lines, ResourcePolicies policies) {
    lines
        .on(CloudTrailApi.PUT_RESOURCE_POLICY)
        .action("cloudtrail:PutResourcePolicy")
        .resource((in, call) -> policies.resource(in.resourceArn()))
        .handle(policies::put)
        .on(CloudTrailApi.GET_RESOURCE_POLICY)
        .action("cloudtrail:GetResourcePolicy")
        .resource((in, call) -> policies.resource(in.resourceArn()))
        .handle(policies::get)
        .on(CloudTrailApi.DELETE_RESOURCE_POLICY)
        .action("cloudtrail:DeleteResourcePolicy")
        .resource((in, call) -> policies.resource(in.resourceArn()))
        .handle(policies::delete);
  }

  void addQueries(ServiceTable.Builder lines, Queries queries, SampleQueries samples) {
    lines
        .on(CloudTrailApi.SEARCH_SAMPLE_QUERIES)
        .action("cloudtrail:SearchSampleQueries")
        .anyResource()
        .readOnly(true)
        .handle(samples::search)
        .on(CloudTrailApi.START_QUERY)
        .permissions(queries::toStart)
        .handle(queries::start)
        .on(CloudTrailApi.DESCRIBE_QUERY)
        .permissions(
            (in, call) ->
                queries.toUse("cloudtrail:DescribeQuery", in.eventDataStore(), in.queryId(), call))
        .handle(queries::describe)
        .on(CloudTrailApi.GET_QUERY_RESULTS)
        .permissions(
            (in, call) ->
                queries.toUse(
                    "cloudtrail:GetQueryResults", in.eventDataStore(), in.queryId(), call))
        .handle(queries::results)
        .on(CloudTrailApi.CANCEL_QUERY)
        .permissions(
            (in, call) ->
                queries.toUse("cloudtrail:CancelQuery", in.eventDataStore(), in.queryId(), call))
        .handle(queries::cancel)
        .on(CloudTrailApi.LIST_QUERIES)
        .action("cloudtrail:ListQueries")
        .resource((in, call) -> stores.resource(in.eventDataStore(), call))
        .handle(queries::list);
  }

  void addImports(ServiceTable.Builder lines, Imports imports) {
    lines
        .on(CloudTrailApi.START_IMPORT)
        .action("cloudtrail:StartImport")
        .anyResource()
        .passing(SERVICE, in -> new String[] {Imports.role(in)})
        .handle(imports::start)
        .on(CloudTrailApi.STOP_IMPORT)
        .action("cloudtrail:StopImport")
        .anyResource()
        .handle(imports::stop)
        .on(CloudTrailApi.GET_IMPORT)
        .action("cloudtrail:GetImport")
        .anyResource()
        .handle(imports::get)
        .on(CloudTrailApi.LIST_IMPORTS)
        .action("cloudtrail:ListImports")
        .anyResource()
        .handle(imports::list)
        .on(CloudTrailApi.LIST_IMPORT_FAILURES)
        .action("cloudtrail:ListImportFailures")
        .anyResource()
        .handle(imports::failures);
  }

  void addChannels(ServiceTable.Builder lines, ChannelFinder finder, Channels channels) {
    lines
        .on(CloudTrailApi.CREATE_CHANNEL)
        .permissions(
            (in, call) ->
                toCreate(
                    "cloudtrail:CreateChannel",
                    Resource.of(ChannelRecord.arn(call.region(), call.accountId(), "*")),
                    in.tags()))
        .handle(channels::create)
        .on(CloudTrailApi.UPDATE_CHANNEL)
        .action("cloudtrail:UpdateChannel")
        .resource((in, call) -> finder.resource(in.channel(), call))
        .handle(channels::update)
        .on(CloudTrailApi.DELETE_CHANNEL)
        .action("cloudtrail:DeleteChannel")
        .resource((in, call) -> finder.resource(in.channel(), call))
        .handle(channels::delete)
        .on(CloudTrailApi.GET_CHANNEL)
        .action("cloudtrail:GetChannel")
        .resource((in, call) -> finder.resource(in.channel(), call))
        .handle(channels::get)
        .on(CloudTrailApi.LIST_CHANNELS)
        .action("cloudtrail:ListChannels")
        .anyResource()
        .handle(channels::list);
  }
}
