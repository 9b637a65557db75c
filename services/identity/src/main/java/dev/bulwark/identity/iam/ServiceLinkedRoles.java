package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateServiceLinkedRoleRequest;
import dev.bulwark.api.iam.CreateServiceLinkedRoleResponse;
import dev.bulwark.api.iam.DeleteServiceLinkedRoleRequest;
import dev.bulwark.api.iam.DeleteServiceLinkedRoleResponse;
import dev.bulwark.api.iam.DeletionTaskStatusType;
import dev.bulwark.api.iam.GetServiceLinkedRoleDeletionStatusRequest;
import dev.bulwark.api.iam.GetServiceLinkedRoleDeletionStatusResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.iam.CredentialTables.RoleDeletionRecord;
import dev.bulwark.identity.iam.LinkedServices.LinkedService;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Roles that belong to services. They are deleted by tasks, since a service may still need its
 * role; no service here holds on to one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html">Service-linked
 *     roles</a>
 */
final class ServiceLinkedRoles {
  private final IamTables iam;
  private final CredentialTables tables;
  private final PolicyCatalog catalog;
  private final Attachments attachments;
  private final Views views;
  private final IamTargets at;
  private final Background background = new Background();

  ServiceLinkedRoles(
      IamTables iam,
      CredentialTables tables,
      PolicyCatalog catalog,
      Attachments attachments,
      Views views,
      IamTargets at) {
    this.iam = iam;
    this.tables = tables;
    this.catalog = catalog;
    this.attachments = attachments;
    this.views = views;
    this.at = at;
  }

  /** A role whose service is not known is authorized under any name. */
  List<Permission> creation(CreateServiceLinkedRoleRequest in, Call call) {
    var service = in.awsServiceName();
    var action = "iam:CreateServiceLinkedRole";
    var keys = IamKeys.none().awsService(service);
    var known = LinkedServices.find(service);
    if (known.isPresent()) {
      var name = roleName(known.get(), in.customSuffix());
      if (iam.roles().get(IamTables.key(call.accountId(), name)) != null) {
        return at.role(action, call, name, keys);
      }
      return List.of(new Permission(action, role(call, service, name), keys.build()));
    }
    return List.of(new Permission(action, role(call, service, "*"), keys.build()));
  }

  private static Resource role(Call call, String service, String name) {
    return Resource.of(EntityKind.ROLE.arn(call.accountId(), path(service), name));
  }

  CreateServiceLinkedRoleResponse create(CreateServiceLinkedRoleRequest in, Call call) {
    var service =
        LinkedServices.find(in.awsServiceName())
            .orElseThrow(() -> CredentialErrors.noServiceLinkedRoles(in.awsServiceName()));
    if (in.customSuffix() != null && !service.suffix()) {
      throw CredentialErrors.suffixNotAllowed(service.principal());
    }
    var role =
        new RoleRecord(
            call.accountId(),
            roleName(service, in.customSuffix()),
            path(service.principal()),
            Ids.unique(Ids.Kind.AROA),
            Times.of(call),
            trustPolicy(service),
            in.description(),
            RoleRecord.DEFAULT_SESSION_DURATION,
            null,
            Map.of(),
            List.of(),
            catalog.awsPolicies().contains(service.policyArn())
                ? List.of(service.policyArn())
                : List.of());
    call.concerns(EntityKind.ROLE.type(), role.arn());
    return call.write(
        tx -> {
          var key = IamTables.key(role.accountId(), role.name());
          if (iam.roles().contains(tx, key)) {
            throw CredentialErrors.roleNameTaken(role.name());
          }
          attachments.linkAll(tx, role);
          iam.roles().insert(tx, key, role);
          Changes.tell(call, tx, null, role);
          return CreateServiceLinkedRoleResponse.builder().role(views.role(tx, role)).build();
        });
  }

  private static String roleName(LinkedService service, @Nullable String suffix) {
    return suffix == null ? service.roleName() : service.roleName() + "_" + suffix;
  }

  static String path(String service) {
    return "/aws-service-role/" + service + "/";
  }

  static String trustPolicy(LinkedService service) {
    return """
        {"Version":"2012-10-17","Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow",\
        "Principal":{"Service":["%s"]}}]}"""
        .formatted(service.principal());
  }

  DeleteServiceLinkedRoleResponse delete(DeleteServiceLinkedRoleRequest in, Call call) {
    var task =
        call.write(
            tx -> {
              var role = iam.requireRole(tx, call.accountId(), in.roleName());
              if (!role.serviceLinked()) {
                throw CredentialErrors.notServiceLinked(role.name());
              }
              var known = unfinished(tx, role);
              if (known.isPresent()) {
                return answer(known.get().taskId());
              }
              // The path ends with the service's name and begins with what tasks' names have too.
              var taskId = "task" + role.path() + role.name() + "/" + Ids.uuid();
              tables
                  .roleDeletions()
                  .insert(
                      tx,
                      Key.of(role.accountId(), taskId),
                      new RoleDeletionRecord(
                          role.accountId(),
                          taskId,
                          role.id(),
                          DeletionTaskStatusType.IN_PROGRESS.value()));
              return answer(taskId);
            });
    start(call, task.deletionTaskId());
    return task;
  }

  private static DeleteServiceLinkedRoleResponse answer(String taskId) {
    return DeleteServiceLinkedRoleResponse.builder().deletionTaskId(taskId).build();
  }

  private Optional<RoleDeletionRecord> unfinished(ReadTx tx, RoleRecord role) {
    return tables.roleDeletions().scanByIndex(tx, IamTables.BY_ROLE, Scan.equal(role.id())).stream()
        .map(Entry::value)
        .filter(ServiceLinkedRoles::isGoingOn)
        .findFirst();
  }

  private static boolean isGoingOn(RoleDeletionRecord task) {
    return task.status().equals(DeletionTaskStatusType.IN_PROGRESS.value());
  }

  private void start(Call call, String taskId) {
    var key = Key.of(call.accountId(), taskId);
    background.start(key, () -> tables.store().run(tx -> finish(call, tx, key)));
  }

  private void finish(Call call, WriteTx tx, String key) {
    var task = tables.roleDeletions().get(tx, key);
    if (task == null || !isGoingOn(task)) {
      return;
    }
    iam.roleById(tx, task.roleId())
        .ifPresent(
            role -> {
              attachments.unlinkAll(tx, role);
              iam.roles().delete(tx, IamTables.key(role.accountId(), role.name()));
              iam.roleUses().delete(tx, role.id());
              Changes.tell(call, tx, role, null);
            });
    tables
        .roleDeletions()
        .put(
            tx,
            key,
            new RoleDeletionRecord(
                task.accountId(),
                task.taskId(),
                task.roleId(),
                DeletionTaskStatusType.SUCCEEDED.value()));
  }

  /** The role of a task, whose name stands in the task's. */
  List<Permission> status(GetServiceLinkedRoleDeletionStatusRequest in, Call call) {
    var parts = in.deletionTaskId().split("/", -1);
    return at.role(
        "iam:GetServiceLinkedRoleDeletionStatus", call, parts.length == 5 ? parts[3] : "*");
  }

  GetServiceLinkedRoleDeletionStatusResponse deletionStatus(
      GetServiceLinkedRoleDeletionStatusRequest in, Call call) {
    var task = tables.roleDeletions().get(Key.of(call.accountId(), in.deletionTaskId()));
    if (task == null) {
      throw CredentialErrors.noDeletionTask(in.deletionTaskId());
    }
    if (isGoingOn(task)) {
      start(call, task.taskId());
    }
    return GetServiceLinkedRoleDeletionStatusResponse.builder().status(task.status()).build();
  }
}
