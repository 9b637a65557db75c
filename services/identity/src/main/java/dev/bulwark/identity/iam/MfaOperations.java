package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of the table that are about second factors. */
final class MfaOperations {
  private final IamTargets at;
  private final CredentialTables tables;
  private final MfaDevices devices;
  private final MfaAssignments assignments;

  MfaOperations(
      IamTargets at, CredentialTables tables, MfaDevices devices, MfaAssignments assignments) {
    this.at = at;
    this.tables = tables;
    this.devices = devices;
    this.assignments = assignments;
  }

  void addTo(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_VIRTUAL_MFA_DEVICE)
        .permissions(
            (in, call) -> newMfaDevice(call, in.path(), in.virtualMFADeviceName(), in.tags()))
        .handle(devices::create);
    lines
        .on(IamApi.LIST_VIRTUAL_MFA_DEVICES)
        .action("iam:ListVirtualMFADevices")
        .resource((in, call) -> IamTargets.all(call, "mfa", null))
        .handle(devices::list);
    lines
        .on(IamApi.DELETE_VIRTUAL_MFA_DEVICE)
        .permissions(
            (in, call) ->
                mfaDevice("iam:DeleteVirtualMFADevice", call, in.serialNumber(), IamKeys.none()))
        .handle(devices::delete);
    lines
        .on(IamApi.TAG_MFA_DEVICE)
        .permissions(
            (in, call) ->
                mfaDevice(
                    "iam:TagMFADevice",
                    call,
                    in.serialNumber(),
                    IamKeys.none().requestTags(in.tags())))
        .handle(devices::tag);
    lines
        .on(IamApi.UNTAG_MFA_DEVICE)
        .permissions(
            (in, call) ->
                mfaDevice(
                    "iam:UntagMFADevice",
                    call,
                    in.serialNumber(),
                    IamKeys.none().tagKeys(in.tagKeys())))
        .handle(devices::untag);
    lines
        .on(IamApi.LIST_MFA_DEVICE_TAGS)
        .permissions(
            (in, call) ->
                mfaDevice("iam:ListMFADeviceTags", call, in.serialNumber(), IamKeys.none()))
        .handle(devices::listTags);
    lines
        .on(IamApi.ENABLE_MFA_DEVICE)
        .permissions((in, call) -> at.user("iam:EnableMFADevice", call, in.userName()))
        .handle(assignments::enable);
    lines
        .on(IamApi.RESYNC_MFA_DEVICE)
        .permissions((in, call) -> at.user("iam:ResyncMFADevice", call, in.userName()))
        .handle(assignments::resync);
    lines
        .on(IamApi.DEACTIVATE_MFA_DEVICE)
        .permissions((in, call) -> at.user("iam:DeactivateMFADevice", call, in.userName()))
        .handle(assignments::deactivate);
    lines
        .on(IamApi.LIST_MFA_DEVICES)
        .permissions((in, call) -> at.user("iam:ListMFADevices", call, in.userName()))
        .handle(assignments::list);
    lines
        .on(IamApi.GET_MFA_DEVICE)
        .permissions((in, call) -> at.user("iam:GetMFADevice", call, in.userName()))
        .handle(assignments::get);
  }

  private static List<Permission> newMfaDevice(
      Call call, @Nullable String path, String name, @Nullable List<Tag> tags) {
    return List.of(
        new Permission(
            "iam:CreateVirtualMFADevice",
            Resource.of(MfaDeviceRecord.arn(call.accountId(), path == null ? "/" : path, name)),
            IamKeys.none().requestTags(tags).build()));
  }

  private List<Permission> mfaDevice(String action, Call call, String serialNumber, IamKeys keys) {
    var device = tables.mfaDevice(call.accountId(), serialNumber);
    var tags = device == null ? Map.<String, String>of() : device.tags();
    return List.of(
        new Permission(
            action, Resource.of(serialNumber).withTags(tags), keys.resourceTags(tags).build()));
  }
}
