package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.LogsApi;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.service.TagKeys;
import dev.bulwark.state.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CloudWatch Logs: the table of its operations.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html">Actions,
 *     resources, and condition keys for CloudWatch Logs</a>
 */
final class LogsService implements Service {
  private final LogsTables tables;
  private final LogPolicies policies;
  private final ServiceTable table;

  LogsService(
      LogsTables tables,
      Groups groups,
      LogStreams streams,
      Ingestion ingestion,
      LogEvents events,
      MetricFilters filters,
      Queries queries,
      LogPolicies policies,
      DataProtections protections,
      LogTags tags,
      QueryDefinitions definitions,
      GroupFields fields,
      ExportTasks exports) {
    this.tables = tables;
    this.policies = policies;
    var lines = ServiceTable.of(LogsApi.MODEL);
    addGroups(lines, groups);
    addStreams(lines, streams);
    addEvents(lines, ingestion, events);
    addFilters(lines, filters);
    addQueries(lines, queries);
    addDefinitions(lines, definitions, fields);
    addExports(lines, exports);
    addPolicies(lines, policies);
    addProtections(lines, protections);
    addTags(lines, tags);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  /** A group as operations on it are authorized: all that is in it follows a colon. */
  private Resource group(@Nullable String name, Call call) {
    return resource(name == null ? "" : name, ":log-stream:", call);
  }

  private Resource stream(@Nullable String group, @Nullable String stream, Call call) {
    return resource(
        group == null ? "" : group, ":log-stream:" + (stream == null ? "" : stream), call);
  }

  private Resource resource(String name, String rest, Call call) {
    var found =
        name.isEmpty() ? null : tables.groups().get(Key.of(call.accountId(), call.region(), name));
    return Resource.of(LogGroupRecord.arn(call.accountId(), call.region(), name) + rest)
        .withTags(found == null ? Map.of() : found.tags())
        .withPolicy(policies.of(call.accountId(), call.region()));
  }

  private static @Nullable String name(@Nullable String name, @Nullable String identifier) {
    return name != null ? name : identifier == null ? null : Groups.nameOf(identifier);
  }

  private void addGroups(ServiceTable.Builder lines, Groups groups) {
    lines
        .on(LogsApi.CREATE_LOG_GROUP)
        .permissions(
            (in, call) -> {
              var group = group(in.logGroupName(), call);
              var keys = TagKeys.of(in.tags());
              var needed = new ArrayList<Permission>(2);
              needed.add(new Permission("logs:CreateLogGroup", group, keys));
              if (in.tags() != null && !in.tags().isEmpty()) {
                needed.add(new Permission("logs:TagResource", group, keys));
              }
              return needed;
            })
        .handle(groups::create)
        .on(LogsApi.DELETE_LOG_GROUP)
        .action("logs:DeleteLogGroup")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(groups::delete)
        .on(LogsApi.DESCRIBE_LOG_GROUPS)
        .action("logs:DescribeLogGroups")
        .resource((in, call) -> group(null, call))
        .handle(groups::describe)
        .on(LogsApi.PUT_RETENTION_POLICY)
        .action("logs:PutRetentionPolicy")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(groups::putRetention)
        .on(LogsApi.DELETE_RETENTION_POLICY)
        .action("logs:DeleteRetentionPolicy")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(groups::deleteRetention)
        .on(LogsApi.ASSOCIATE_KMS_KEY)
        .action("logs:AssociateKmsKey")
        .resource(
            (in, call) -> group(Groups.keyed(in.logGroupName(), in.resourceIdentifier()), call))
        .handle(groups::associateKey)
        .on(LogsApi.DISASSOCIATE_KMS_KEY)
        .action("logs:DisassociateKmsKey")
        .resource(
            (in, call) -> group(Groups.keyed(in.logGroupName(), in.resourceIdentifier()), call))
        .handle(groups::disassociateKey);
  }

  private void addStreams(ServiceTable.Builder lines, LogStreams streams) {
    lines
        .on(LogsApi.CREATE_LOG_STREAM)
        .action("logs:CreateLogStream")
        .resource((in, call) -> stream(in.logGroupName(), in.logStreamName(), call))
        .handle(streams::create)
        .on(LogsApi.DELETE_LOG_STREAM)
        .action("logs:DeleteLogStream")
        .resource((in, call) -> stream(in.logGroupName(), in.logStreamName(), call))
        .handle(streams::delete)
        .on(LogsApi.DESCRIBE_LOG_STREAMS)
        .action("logs:DescribeLogStreams")
        .resource((in, call) -> group(name(in.logGroupName(), in.logGroupIdentifier()), call))
        .handle(streams::describe);
  }

  private void addEvents(ServiceTable.Builder lines, Ingestion ingestion, LogEvents events) {
    lines
        .on(LogsApi.PUT_LOG_EVENTS)
        .action("logs:PutLogEvents")
        .resource((in, call) -> stream(in.logGroupName(), in.logStreamName(), call))
        .dataEvent()
        .handle(ingestion::put)
        .on(LogsApi.GET_LOG_EVENTS)
        .permissions(
            (in, call) ->
                reading(
                    "logs:GetLogEvents",
                    stream(
                        name(in.logGroupName(), in.logGroupIdentifier()), in.logStreamName(), call),
                    name(in.logGroupName(), in.logGroupIdentifier()),
                    in.unmask(),
                    call))
        .handle(events::get)
        .on(LogsApi.FILTER_LOG_EVENTS)
        .permissions(
            (in, call) ->
                reading(
                    "logs:FilterLogEvents",
                    group(name(in.logGroupName(), in.logGroupIdentifier()), call),
                    name(in.logGroupName(), in.logGroupIdentifier()),
                    in.unmask(),
                    call))
        .readOnly(true)
        .handle(events::filter);
  }

  /** What reading events takes: the sight of what is masked in them is a permission by itself. */
  private List<Permission> reading(
      String action,
      Resource resource,
      @Nullable String group,
      @Nullable Boolean unmask,
      Call call) {
    var read = Permission.of(action, resource);
    return Boolean.TRUE.equals(unmask)
        ? List.of(read, Permission.of("logs:Unmask", group(group, call)))
        : List.of(read);
  }

  private void addFilters(ServiceTable.Builder lines, MetricFilters filters) {
    lines
        .on(LogsApi.PUT_METRIC_FILTER)
        .action("logs:PutMetricFilter")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(filters::put)
        .on(LogsApi.DELETE_METRIC_FILTER)
        .action("logs:DeleteMetricFilter")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(filters::delete)
        .on(LogsApi.DESCRIBE_METRIC_FILTERS)
        .action("logs:DescribeMetricFilters")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(filters::describe)
        .on(LogsApi.TEST_METRIC_FILTER)
        .action("logs:TestMetricFilter")
        .anyResource()
        .readOnly(true)
        .handle(filters::test);
  }

  private void addDefinitions(
      ServiceTable.Builder lines, QueryDefinitions definitions, GroupFields fields) {
    lines
        .on(LogsApi.PUT_QUERY_DEFINITION)
        .action("logs:PutQueryDefinition")
        .anyResource()
        .handle(definitions::put)
        .on(LogsApi.DESCRIBE_QUERY_DEFINITIONS)
        .action("logs:DescribeQueryDefinitions")
        .anyResource()
        .handle(definitions::describe)
        .on(LogsApi.DELETE_QUERY_DEFINITION)
        .action("logs:DeleteQueryDefinition")
        .anyResource()
        .handle(definitions::delete)
        .on(LogsApi.GET_LOG_GROUP_FIELDS)
        .action("logs:GetLogGroupFields")
        .resource((in, call) -> group(name(in.logGroupName(), in.logGroupIdentifier()), call))
        .handle(fields::get);
  }

  private void addExports(ServiceTable.Builder lines, ExportTasks exports) {
    lines
        .on(LogsApi.CREATE_EXPORT_TASK)
        .action("logs:CreateExportTask")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(exports::create)
        .on(LogsApi.DESCRIBE_EXPORT_TASKS)
        .action("logs:DescribeExportTasks")
        .anyResource()
        .handle(exports::describe)
        .on(LogsApi.CANCEL_EXPORT_TASK)
        .action("logs:CancelExportTask")
        .anyResource()
        .handle(exports::cancel);
  }

  private void addQueries(ServiceTable.Builder lines, Queries queries) {
    lines
        .on(LogsApi.START_QUERY)
        .permissions(
            (in, call) ->
                Queries.groupNames(in).stream()
                    .map(name -> Permission.of("logs:StartQuery", group(name, call)))
                    .toList())
        .readOnly(true)
        .handle(queries::start)
        .on(LogsApi.GET_QUERY_RESULTS)
        .action("logs:GetQueryResults")
        .anyResource()
        .handle(queries::results)
        .on(LogsApi.STOP_QUERY)
        .action("logs:StopQuery")
        .anyResource()
        .readOnly(true)
        .handle(queries::stop)
        .on(LogsApi.DESCRIBE_QUERIES)
        .action("logs:DescribeQueries")
        .anyResource()
        .handle(queries::describe)
        .on(LogsApi.GET_LOG_RECORD)
        .permissions(
            (in, call) -> {
              var group = Queries.pointer(in.logRecordPointer()).getFirst();
              return reading("logs:GetLogRecord", group(group, call), group, in.unmask(), call);
            })
        .handle(queries::record);
  }

  private static void addPolicies(ServiceTable.Builder lines, LogPolicies policies) {
    lines
        .on(LogsApi.PUT_RESOURCE_POLICY)
        .action("logs:PutResourcePolicy")
        .anyResource()
        .handle(policies::put)
        .on(LogsApi.DELETE_RESOURCE_POLICY)
        .action("logs:DeleteResourcePolicy")
        .anyResource()
        .handle(policies::delete)
        .on(LogsApi.DESCRIBE_RESOURCE_POLICIES)
        .action("logs:DescribeResourcePolicies")
        .anyResource()
        .handle(policies::describe);
  }

  private void addProtections(ServiceTable.Builder lines, DataProtections protections) {
    lines
        .on(LogsApi.PUT_DATA_PROTECTION_POLICY)
        .action("logs:PutDataProtectionPolicy")
        .resource((in, call) -> group(name(null, in.logGroupIdentifier()), call))
        .handle(protections::put)
        .on(LogsApi.GET_DATA_PROTECTION_POLICY)
        .action("logs:GetDataProtectionPolicy")
        .resource((in, call) -> group(name(null, in.logGroupIdentifier()), call))
        .handle(protections::get)
        .on(LogsApi.DELETE_DATA_PROTECTION_POLICY)
        .action("logs:DeleteDataProtectionPolicy")
        .resource((in, call) -> group(name(null, in.logGroupIdentifier()), call))
        .handle(protections::delete)
        .on(LogsApi.PUT_ACCOUNT_POLICY)
        .permissions(
            (in, call) -> ofAccount("logs:PutAccountPolicy", "logs:PutDataProtectionPolicy"))
        .handle(protections::putOfAccount)
        .on(LogsApi.DESCRIBE_ACCOUNT_POLICIES)
        .permissions(
            (in, call) -> ofAccount("logs:DescribeAccountPolicies", "logs:GetDataProtectionPolicy"))
        .handle(protections::describeOfAccount)
        .on(LogsApi.DELETE_ACCOUNT_POLICY)
        .permissions(
            (in, call) -> ofAccount("logs:DeleteAccountPolicy", "logs:DeleteDataProtectionPolicy"))
        .handle(protections::deleteOfAccount);
  }

  /** Data protection for all groups takes the right to have it for one, as at AWS. */
  private static List<Permission> ofAccount(String action, String ofGroups) {
    return List.of(Permission.of(action, Resource.ANY), Permission.of(ofGroups, Resource.ANY));
  }

  private void addTags(ServiceTable.Builder lines, LogTags tags) {
    lines
        .on(LogsApi.TAG_RESOURCE)
        .action("logs:TagResource")
        .resource(
            (in, call) -> group(LogTags.groupName(in.resourceArn()), call),
            (in, call) -> TagKeys.of(in.tags()))
        .handle(tags::tag)
        .on(LogsApi.TAG_LOG_GROUP)
        .action("logs:TagLogGroup")
        .resource((in, call) -> group(in.logGroupName(), call), (in, call) -> TagKeys.of(in.tags()))
        .handle(tags::tagGroup)
        .on(LogsApi.UNTAG_RESOURCE)
        .action("logs:UntagResource")
        .resource(
            (in, call) -> group(LogTags.groupName(in.resourceArn()), call),
            (in, call) -> TagKeys.ofNames(in.tagKeys()))
        .handle(tags::untag)
        .on(LogsApi.UNTAG_LOG_GROUP)
        .action("logs:UntagLogGroup")
        .resource(
            (in, call) -> group(in.logGroupName(), call), (in, call) -> TagKeys.ofNames(in.tags()))
        .handle(tags::untagGroup)
        .on(LogsApi.LIST_TAGS_FOR_RESOURCE)
        .action("logs:ListTagsForResource")
        .resource((in, call) -> group(LogTags.groupName(in.resourceArn()), call))
        .handle(tags::list)
        .on(LogsApi.LIST_TAGS_LOG_GROUP)
        .action("logs:ListTagsLogGroup")
        .resource((in, call) -> group(in.logGroupName(), call))
        .handle(tags::listOfGroup);
  }
}
