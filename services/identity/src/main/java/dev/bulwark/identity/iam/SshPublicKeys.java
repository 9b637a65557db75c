package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeleteSSHPublicKeyRequest;
import dev.bulwark.api.iam.EncodingType;
import dev.bulwark.api.iam.GetSSHPublicKeyRequest;
import dev.bulwark.api.iam.GetSSHPublicKeyResponse;
import dev.bulwark.api.iam.ListSSHPublicKeysRequest;
import dev.bulwark.api.iam.ListSSHPublicKeysResponse;
import dev.bulwark.api.iam.SSHPublicKey;
import dev.bulwark.api.iam.SSHPublicKeyMetadata;
import dev.bulwark.api.iam.StatusType;
import dev.bulwark.api.iam.UpdateSSHPublicKeyRequest;
import dev.bulwark.api.iam.UploadSSHPublicKeyRequest;
import dev.bulwark.api.iam.UploadSSHPublicKeyResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.iam.CredentialTables.SshKeyRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;

/** SSH public keys of users, by which CodeCommit knows them. */
final class SshPublicKeys {
  private static final int PER_USER = 5;

  private final IamTables iam;
  private final CredentialTables tables;

  SshPublicKeys(IamTables iam, CredentialTables tables) {
    this.iam = iam;
    this.tables = tables;
  }

  UploadSSHPublicKeyResponse upload(UploadSSHPublicKeyRequest in, Call call) {
    var fingerprint = SshPublicKey.parse(in.sshPublicKeyBody()).fingerprint();
    var id = Ids.unique(Ids.Kind.APKA);
    return call.write(
        tx -> {
          var user = iam.requireUser(tx, call.accountId(), in.userName());
          var others = CredentialTables.ofUser(tables.sshKeys(), tx, user.id());
          if (others.stream().anyMatch(other -> other.fingerprint().equals(fingerprint))) {
            throw CredentialErrors.duplicateSshKey();
          }
          if (others.size() >= PER_USER) {
            throw IamErrors.quotaExceeded("SSHPublicKeysPerUser", PER_USER);
          }
          var record =
              new SshKeyRecord(
                  call.accountId(),
                  user.id(),
                  id,
                  in.sshPublicKeyBody(),
                  fingerprint,
                  true,
                  Times.of(call));
          tables.sshKeys().insert(tx, id, record);
          return UploadSSHPublicKeyResponse.builder()
              .sshPublicKey(view(user, record, record.body()))
              .build();
        });
  }

  GetSSHPublicKeyResponse get(GetSSHPublicKeyRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var user = iam.requireUser(tx, call.accountId(), in.userName());
              var record = require(tx, user, in.sshPublicKeyId());
              var key = SshPublicKey.parse(record.body());
              var body = in.encoding().equals(EncodingType.SSH.value()) ? key.ssh() : key.pem();
              return GetSSHPublicKeyResponse.builder()
                  .sshPublicKey(view(user, record, body))
                  .build();
            });
  }

  private static SSHPublicKey view(UserRecord user, SshKeyRecord record, String body) {
    return SSHPublicKey.builder()
        .userName(user.name())
        .sshPublicKeyId(record.id())
        .fingerprint(record.fingerprint())
        .sshPublicKeyBody(body)
        .status(status(record))
        .uploadDate(record.uploaded())
        .build();
  }

  private static String status(SshKeyRecord record) {
    return (record.active() ? StatusType.ACTIVE : StatusType.INACTIVE).value();
  }

  ListSSHPublicKeysResponse list(ListSSHPublicKeysRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return tables
        .store()
        .read(
            tx -> {
              var owner = Owner.of(iam, tx, call, named);
              var page =
                  Pages.of(
                      CredentialTables.ofUser(tables.sshKeys(), tx, owner.userId()),
                      SshKeyRecord::id,
                      in.maxItems(),
                      in.marker());
              return ListSSHPublicKeysResponse.builder()
                  .sshPublicKeys(
                      page.map(
                          record ->
                              SSHPublicKeyMetadata.builder()
                                  .userName(owner.userName())
                                  .sshPublicKeyId(record.id())
                                  .status(status(record))
                                  .uploadDate(record.uploaded())
                                  .build()))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  Unit update(UpdateSSHPublicKeyRequest in, Call call) {
    var active = in.status().equals(StatusType.ACTIVE.value());
    return call.write(
        tx -> {
          var user = iam.requireUser(tx, call.accountId(), in.userName());
          var record = require(tx, user, in.sshPublicKeyId());
          tables.sshKeys().put(tx, record.id(), record.withActive(active));
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteSSHPublicKeyRequest in, Call call) {
    return call.write(
        tx -> {
          var user = iam.requireUser(tx, call.accountId(), in.userName());
          tables.sshKeys().delete(tx, require(tx, user, in.sshPublicKeyId()).id());
          return Unit.UNIT;
        });
  }

  private SshKeyRecord require(ReadTx tx, UserRecord user, String id) {
    var found = CredentialTables.find(tables.sshKeys(), tx, user.id(), id);
    if (found == null) {
      throw CredentialErrors.noSshKey(id);
    }
    return found;
  }
}
