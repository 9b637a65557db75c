package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.CloudHsmV2Api;
import dev.bulwark.api.cloudhsmv2.CreateClusterRequest;
import dev.bulwark.api.cloudhsmv2.Tag;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * AWS CloudHSM: which operation is authorized against what, and who handles it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudhsm.html">Actions,
 *     resources, and condition keys for AWS CloudHSM</a>
 */
final class CloudHsmService implements Service {
  private final Clusters clusters;
  private final Backups backups;
  private final ServiceTable table;

  CloudHsmService(
      Clusters clusters, Hsms hsms, Backups backups, BackupPolicies policies, CloudHsmTags tags) {
    this.clusters = clusters;
    this.backups = backups;
    var lines = ServiceTable.of(CloudHsmV2Api.MODEL);
    addClusters(lines, hsms);
    addBackups(lines, policies);
    addTags(lines, tags);
    table = lines.build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  private <I extends Structure> BiFunction<I, Call, Resource> cluster(Function<I, String> id) {
    return (in, call) -> CloudHsmAccess.resource(clusters.find(id.apply(in), call));
  }

  private <I extends Structure> BiFunction<I, Call, Resource> backup(Function<I, String> id) {
    return (in, call) -> CloudHsmAccess.resource(backups.find(id.apply(in), call));
  }

  private void addClusters(ServiceTable.Builder lines, Hsms hsms) {
    lines
        .on(CloudHsmV2Api.CREATE_CLUSTER)
        .permissions(this::creating)
        .handle(clusters::create)
        .on(CloudHsmV2Api.DESCRIBE_CLUSTERS)
        .action("cloudhsm:DescribeClusters")
        .anyResource()
        .handle(clusters::describe)
        .on(CloudHsmV2Api.INITIALIZE_CLUSTER)
        .action("cloudhsm:InitializeCluster")
        .resource(cluster(in -> in.clusterId()))
        .handle(clusters::initialize)
        .on(CloudHsmV2Api.MODIFY_CLUSTER)
        .action("cloudhsm:ModifyCluster")
        .resource(cluster(in -> in.clusterId()))
        .handle(clusters::modify)
        .on(CloudHsmV2Api.DELETE_CLUSTER)
        .action("cloudhsm:DeleteCluster")
        .resource(cluster(in -> in.clusterId()))
        .handle(clusters::delete)
        .on(CloudHsmV2Api.CREATE_HSM)
        .action("cloudhsm:CreateHsm")
        .resource(cluster(in -> in.clusterId()))
        .handle(hsms::create)
        .on(CloudHsmV2Api.DELETE_HSM)
        .action("cloudhsm:DeleteHsm")
        .resource(cluster(in -> in.clusterId()))
        .handle(hsms::delete);
  }

  private List<Permission> creating(CreateClusterRequest in, Call call) {
    var resource =
        in.sourceBackupId() == null
            ? Resource.ANY
            : CloudHsmAccess.resource(backups.source(in.sourceBackupId(), call));
    var tags = tags(in.tagList());
    var needed = new ArrayList<Permission>();
    needed.add(new Permission("cloudhsm:CreateCluster", resource, tags));
    if (in.tagList() != null && !in.tagList().isEmpty()) {
      needed.add(
          new Permission(
              "cloudhsm:TagResource",
              Resource.of(ClusterRecord.arn(call.region(), call.accountId(), "*")),
              tags));
    }
    return needed;
  }

  /** The condition keys of the tags that a request sets. */
  private static Context tags(@Nullable List<Tag> given) {
    if (given == null || given.isEmpty()) {
      return Context.EMPTY;
    }
    var keys = Context.builder();
    given.forEach(tag -> keys.put("aws:RequestTag/" + tag.key(), tag.value()));
    return keys.putAll("aws:TagKeys", given.stream().map(Tag::key).toList()).build();
  }

  private void addBackups(ServiceTable.Builder lines, BackupPolicies policies) {
    lines
        .on(CloudHsmV2Api.DESCRIBE_BACKUPS)
        .action("cloudhsm:DescribeBackups")
        .anyResource()
        .handle(backups::describe)
        .on(CloudHsmV2Api.COPY_BACKUP_TO_REGION)
        .action("cloudhsm:CopyBackupToRegion")
        .resource(backup(in -> in.backupId()), (in, call) -> tags(in.tagList()))
        .handle(backups::copy)
        .on(CloudHsmV2Api.DELETE_BACKUP)
        .action("cloudhsm:DeleteBackup")
        .resource(backup(in -> in.backupId()))
        .handle(backups::delete)
        .on(CloudHsmV2Api.RESTORE_BACKUP)
        .action("cloudhsm:RestoreBackup")
        .resource(backup(in -> in.backupId()))
        .handle(backups::restore)
        .on(CloudHsmV2Api.MODIFY_BACKUP_ATTRIBUTES)
        .action("cloudhsm:ModifyBackupAttributes")
        .resource(backup(in -> in.backupId()))
        .handle(backups::modify)
        .on(CloudHsmV2Api.PUT_RESOURCE_POLICY)
        .action("cloudhsm:PutResourcePolicy")
        .resource((in, call) -> CloudHsmAccess.resource(policies.find(in.resourceArn(), call)))
        .handle(policies::put)
        .on(CloudHsmV2Api.GET_RESOURCE_POLICY)
        .action("cloudhsm:GetResourcePolicy")
        .resource((in, call) -> CloudHsmAccess.resource(policies.find(in.resourceArn(), call)))
        .handle(policies::get)
        .on(CloudHsmV2Api.DELETE_RESOURCE_POLICY)
        .action("cloudhsm:DeleteResourcePolicy")
        .resource((in, call) -> CloudHsmAccess.resource(policies.find(in.resourceArn(), call)))
        .handle(policies::delete);
  }

  private void addTags(ServiceTable.Builder lines, CloudHsmTags tags) {
    lines
        .on(CloudHsmV2Api.TAG_RESOURCE)
        .action("cloudhsm:TagResource")
        .resource((in, call) -> tagged(in.resourceId(), call), (in, call) -> tags(in.tagList()))
        .handle(tags::tag)
        .on(CloudHsmV2Api.UNTAG_RESOURCE)
        .action("cloudhsm:UntagResource")
        .resource(
            (in, call) -> tagged(in.resourceId(), call),
            (in, call) -> Context.builder().putAll("aws:TagKeys", in.tagKeyList()).build())
        .handle(tags::untag)
        .on(CloudHsmV2Api.LIST_TAGS)
        .action("cloudhsm:ListTags")
        .resource((in, call) -> tagged(in.resourceId(), call))
        .handle(tags::list);
  }

  private Resource tagged(String id, Call call) {
    return id.startsWith("backup-")
        ? CloudHsmAccess.resource(backups.find(id, call))
        : CloudHsmAccess.resource(clusters.find(id, call));
  }
}
