package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.S3ControlApi;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** S3 Control's operations: on whole accounts, and on access points. */
final class S3ControlService implements Service {
  private static final String REQUEST_TAG = "aws:requesttag/";

  private final AccountPublicAccess access;
  private final AccessPoints points;
  private final AccessPointPolicies policies;
  private final AccessPointTags tags;
  private final AccessPointLookup lookup;

  S3ControlService(
      AccountPublicAccess access,
      AccessPoints points,
      AccessPointPolicies policies,
      AccessPointTags tags,
      AccessPointLookup lookup) {
    this.access = access;
    this.points = points;
    this.policies = policies;
    this.tags = tags;
    this.lookup = lookup;
  }

  @Override
  public ServiceTable table() {
    var table = ServiceTable.of(S3ControlApi.MODEL);
    access(table);
    points(table);
    policies(table);
    tags(table);
    return table.build();
  }

  private void access(ServiceTable.Builder table) {
    table
        .on(S3ControlApi.GET_PUBLIC_ACCESS_BLOCK)
        .action("s3:GetAccountPublicAccessBlock")
        .anyResource()
        .eventName("GetAccountPublicAccessBlock")
        .handle(access::get)
        .on(S3ControlApi.PUT_PUBLIC_ACCESS_BLOCK)
        .action("s3:PutAccountPublicAccessBlock")
        .anyResource()
        .eventName("PutAccountPublicAccessBlock")
        .handle(access::put)
        .on(S3ControlApi.DELETE_PUBLIC_ACCESS_BLOCK)
        .action("s3:PutAccountPublicAccessBlock")
        .anyResource()
        .eventName("DeleteAccountPublicAccessBlock")
        .handle(access::delete);
  }

  private void points(ServiceTable.Builder table) {
    table
        .on(S3ControlApi.CREATE_ACCESS_POINT)
        .permissions(
            (in, call) -> {
              var origin = in.vpcConfiguration() == null ? "Internet" : "VPC";
              return permission(
                  "s3:CreateAccessPoint",
                  in.name(),
                  call,
                  key ->
                      key.equals("s3:accesspointnetworkorigin") ? ContextValue.of(origin) : null);
            })
        .handle(points::create)
        .on(S3ControlApi.GET_ACCESS_POINT)
        .permissions((in, call) -> permission("s3:GetAccessPoint", in.name(), call))
        .handle(points::get)
        .on(S3ControlApi.LIST_ACCESS_POINTS)
        .action("s3:ListAccessPoints")
        .anyResource()
        .handle(points::list)
        .on(S3ControlApi.DELETE_ACCESS_POINT)
        .permissions((in, call) -> permission("s3:DeleteAccessPoint", in.name(), call))
        .handle(points::delete);
  }

  private void policies(ServiceTable.Builder table) {
    table
        .on(S3ControlApi.GET_ACCESS_POINT_POLICY)
        .permissions((in, call) -> permission("s3:GetAccessPointPolicy", in.name(), call))
        .handle(policies::get)
        .on(S3ControlApi.GET_ACCESS_POINT_POLICY_STATUS)
        .permissions((in, call) -> permission("s3:GetAccessPointPolicyStatus", in.name(), call))
        .handle(policies::status)
        .on(S3ControlApi.PUT_ACCESS_POINT_POLICY)
        .permissions((in, call) -> permission("s3:PutAccessPointPolicy", in.name(), call))
        .handle(policies::put)
        .on(S3ControlApi.DELETE_ACCESS_POINT_POLICY)
        .permissions((in, call) -> permission("s3:DeleteAccessPointPolicy", in.name(), call))
        .handle(policies::delete);
  }

  private void tags(ServiceTable.Builder table) {
    table
        .on(S3ControlApi.LIST_TAGS_FOR_RESOURCE)
        .permissions(
            (in, call) ->
                permission("s3:ListTagsForResource", AccessPointTags.name(in.resourceArn()), call))
        .handle(tags::list)
        .on(S3ControlApi.TAG_RESOURCE)
        .permissions(
            (in, call) -> {
              var wanted = AccessPointTags.wanted(in);
              return permission(
                  "s3:TagResource",
                  AccessPointTags.name(in.resourceArn()),
                  call,
                  key -> requested(key, wanted));
            })
        .handle(tags::tag)
        .on(S3ControlApi.UNTAG_RESOURCE)
        .permissions(
            (in, call) ->
                permission(
                    "s3:UntagResource",
                    AccessPointTags.name(in.resourceArn()),
                    call,
                    key -> key.equals("aws:tagkeys") ? ContextValue.ofAll(in.tagKeys()) : null))
        .handle(tags::untag);
  }

  private static @Nullable ContextValue requested(String key, Map<String, String> wanted) {
    if (key.equals("aws:tagkeys")) {
      return ContextValue.ofAll(List.copyOf(wanted.keySet()));
    }
    if (!key.startsWith(REQUEST_TAG)) {
      return null;
    }
    var name = key.substring(REQUEST_TAG.length());
    return wanted.entrySet().stream()
        .filter(tag -> tag.getKey().equalsIgnoreCase(name))
        .map(tag -> ContextValue.of(tag.getValue()))
        .findFirst()
        .orElse(null);
  }

  private List<Permission> permission(String action, String name, Call call) {
    return permission(action, name, call, key -> null);
  }

  /**
   * An action on an access point of the caller's account, which is there or not.
   *
   * @param own keys of this action beside the usual ones
   */
  private List<Permission> permission(String action, String name, Call call, ContextSource own) {
    var found = lookup.find(call.accountId(), name);
    var point = found == null ? null : found.record();
    var arn =
        point == null ? AccessPointRecord.arn(call.accountId(), call.region(), name) : point.arn();
    var resource = Resource.of(arn).withTags(point == null ? Map.of() : point.tags());
    return List.of(
        new Permission(
            action,
            resource,
            Context.of(
                key -> {
                  var special = own.get(key);
                  if (special != null) {
                    return special;
                  }
                  return switch (key) {
                    case "s3:dataaccesspointarn" -> ContextValue.of(arn);
                    case "s3:dataaccesspointaccount" -> ContextValue.of(call.accountId());
                    default -> point == null ? null : AccessPoint.key(point, key);
                  };
                })));
  }
}
