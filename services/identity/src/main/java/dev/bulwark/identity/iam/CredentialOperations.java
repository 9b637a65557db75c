package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The lines of the table that are about certificates, SSH keys and credentials for one service. */
final class CredentialOperations {
  private final IamTargets at;
  private final CredentialTables tables;
  private final SigningCertificates signing;
  private final SshPublicKeys sshKeys;
  private final ServiceCredentials services;
  private final ServerCertificates servers;

  CredentialOperations(
      IamTargets at,
      CredentialTables tables,
      SigningCertificates signing,
      SshPublicKeys sshKeys,
      ServiceCredentials services,
      ServerCertificates servers) {
    this.at = at;
    this.tables = tables;
    this.signing = signing;
    this.sshKeys = sshKeys;
    this.services = services;
    this.servers = servers;
  }

  void addTo(ServiceTable.Builder lines) {
    addSigningCertificates(lines);
    addSshPublicKeys(lines);
    addServiceCredentials(lines);
    addServerCertificates(lines);
  }

  private void addSigningCertificates(ServiceTable.Builder lines) {
    lines
        .on(IamApi.UPLOAD_SIGNING_CERTIFICATE)
        .permissions((in, call) -> at.user("iam:UploadSigningCertificate", call, in.userName()))
        .handle(signing::upload);
    lines
        .on(IamApi.LIST_SIGNING_CERTIFICATES)
        .permissions((in, call) -> at.user("iam:ListSigningCertificates", call, in.userName()))
        .handle(signing::list);
    lines
        .on(IamApi.UPDATE_SIGNING_CERTIFICATE)
        .permissions((in, call) -> at.user("iam:UpdateSigningCertificate", call, in.userName()))
        .handle(signing::update);
    lines
        .on(IamApi.DELETE_SIGNING_CERTIFICATE)
        .permissions((in, call) -> at.user("iam:DeleteSigningCertificate", call, in.userName()))
        .handle(signing::delete);
  }

  private void addSshPublicKeys(ServiceTable.Builder lines) {
    lines
        .on(IamApi.UPLOAD_SSH_PUBLIC_KEY)
        .permissions((in, call) -> at.user("iam:UploadSSHPublicKey", call, in.userName()))
        .handle(sshKeys::upload);
    lines
        .on(IamApi.GET_SSH_PUBLIC_KEY)
        .permissions((in, call) -> at.user("iam:GetSSHPublicKey", call, in.userName()))
        .handle(sshKeys::get);
    lines
        .on(IamApi.LIST_SSH_PUBLIC_KEYS)
        .permissions((in, call) -> at.user("iam:ListSSHPublicKeys", call, in.userName()))
        .handle(sshKeys::list);
    lines
        .on(IamApi.UPDATE_SSH_PUBLIC_KEY)
        .permissions((in, call) -> at.user("iam:UpdateSSHPublicKey", call, in.userName()))
        .handle(sshKeys::update);
    lines
        .on(IamApi.DELETE_SSH_PUBLIC_KEY)
        .permissions((in, call) -> at.user("iam:DeleteSSHPublicKey", call, in.userName()))
        .handle(sshKeys::delete);
  }

  private void addServiceCredentials(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_SERVICE_SPECIFIC_CREDENTIAL)
        .permissions(
            (in, call) ->
                at.user(
                    "iam:CreateServiceSpecificCredential",
                    call,
                    in.userName(),
                    IamKeys.none().credentialOf(in.serviceName(), in.credentialAgeDays())))
        .handle(services::create);
    lines
        .on(IamApi.LIST_SERVICE_SPECIFIC_CREDENTIALS)
        .permissions(
            (in, call) ->
                Boolean.TRUE.equals(in.allUsers())
                    ? List.of(
                        Permission.of(
                            "iam:ListServiceSpecificCredentials",
                            Resource.of("arn:aws:iam::" + call.accountId() + ":user/*")))
                    : at.user("iam:ListServiceSpecificCredentials", call, in.userName()))
        .handle(services::list);
    lines
        .on(IamApi.UPDATE_SERVICE_SPECIFIC_CREDENTIAL)
        .permissions(
            (in, call) ->
                serviceCredential(
                    "iam:UpdateServiceSpecificCredential",
                    call,
                    in.userName(),
                    in.serviceSpecificCredentialId()))
        .handle(services::update);
    lines
        .on(IamApi.RESET_SERVICE_SPECIFIC_CREDENTIAL)
        .permissions(
            (in, call) ->
                serviceCredential(
                    "iam:ResetServiceSpecificCredential",
                    call,
                    in.userName(),
                    in.serviceSpecificCredentialId()))
        .handle(services::reset);
    lines
        .on(IamApi.DELETE_SERVICE_SPECIFIC_CREDENTIAL)
        .permissions(
            (in, call) ->
                serviceCredential(
                    "iam:DeleteServiceSpecificCredential",
                    call,
                    in.userName(),
                    in.serviceSpecificCredentialId()))
        .handle(services::delete);
  }

  private List<Permission> serviceCredential(
      String action, Call call, @Nullable String userName, String id) {
    var record = tables.serviceCredentials().get(id);
    var keys = IamKeys.none();
    return at.user(
        action,
        call,
        userName,
        record == null || !record.accountId().equals(call.accountId())
            ? keys
            : keys.credentialOf(record.service(), null));
  }

  private void addServerCertificates(ServiceTable.Builder lines) {
    lines
        .on(IamApi.UPLOAD_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                List.of(
                    new Permission(
                        "iam:UploadServerCertificate",
                        Resource.of(
                            ServerCertificateRecord.arn(
                                call.accountId(),
                                in.path() == null ? "/" : in.path(),
                                in.serverCertificateName())),
                        IamKeys.none().requestTags(in.tags()).build())))
        .handle(servers::upload);
    lines
        .on(IamApi.LIST_SERVER_CERTIFICATES)
        .action("iam:ListServerCertificates")
        .resource((in, call) -> IamTargets.all(call, "server-certificate", in.pathPrefix()))
        .handle(servers::list);
    lines
        .on(IamApi.UPDATE_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                renamedServer(
                    call, in.serverCertificateName(), in.newPath(), in.newServerCertificateName()))
        .handle(servers::update);
    lines
        .on(IamApi.GET_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                server(
                    "iam:GetServerCertificate", call, in.serverCertificateName(), IamKeys.none()))
        .handle(servers::get);
    lines
        .on(IamApi.DELETE_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                server(
                    "iam:DeleteServerCertificate",
                    call,
                    in.serverCertificateName(),
                    IamKeys.none()))
        .handle(servers::delete);
    lines
        .on(IamApi.TAG_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                server(
                    "iam:TagServerCertificate",
                    call,
                    in.serverCertificateName(),
                    IamKeys.none().requestTags(in.tags())))
        .handle(servers::tag);
    lines
        .on(IamApi.UNTAG_SERVER_CERTIFICATE)
        .permissions(
            (in, call) ->
                server(
                    "iam:UntagServerCertificate",
                    call,
                    in.serverCertificateName(),
                    IamKeys.none().tagKeys(in.tagKeys())))
        .handle(servers::untag);
    lines
        .on(IamApi.LIST_SERVER_CERTIFICATE_TAGS)
        .permissions(
            (in, call) ->
                server(
                    "iam:ListServerCertificateTags",
                    call,
                    in.serverCertificateName(),
                    IamKeys.none()))
        .handle(servers::listTags);
  }

  /** Who renames a certificate must be allowed to change it under both names. */
  private List<Permission> renamedServer(
      Call call, String name, @Nullable String newPath, @Nullable String newName) {
    var action = "iam:UpdateServerCertificate";
    var before = server(action, call, name, IamKeys.none()).getFirst();
    var record = find(call, name);
    var path = newPath != null ? newPath : record == null ? "/" : record.path();
    var after =
        ServerCertificateRecord.arn(call.accountId(), path, newName == null ? name : newName);
    return after.equals(before.resource().arn())
        ? List.of(before)
        : List.of(before, Permission.of(action, Resource.of(after)));
  }

  private List<Permission> server(String action, Call call, String name, IamKeys keys) {
    var record = find(call, name);
    var arn =
        record == null ? ServerCertificateRecord.arn(call.accountId(), "/", name) : record.arn();
    var tags = record == null ? Map.<String, String>of() : record.tags();
    return List.of(
        new Permission(action, Resource.of(arn).withTags(tags), keys.resourceTags(tags).build()));
  }

  private @Nullable ServerCertificateRecord find(Call call, String name) {
    return tables.serverCertificates().get(IamTables.key(call.accountId(), name));
  }
}
