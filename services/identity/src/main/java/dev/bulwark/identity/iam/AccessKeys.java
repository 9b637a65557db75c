package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AccessKey;
import dev.bulwark.api.iam.AccessKeyLastUsed;
import dev.bulwark.api.iam.AccessKeyMetadata;
import dev.bulwark.api.iam.CreateAccessKeyRequest;
import dev.bulwark.api.iam.CreateAccessKeyResponse;
import dev.bulwark.api.iam.DeleteAccessKeyRequest;
import dev.bulwark.api.iam.GetAccessKeyLastUsedRequest;
import dev.bulwark.api.iam.GetAccessKeyLastUsedResponse;
import dev.bulwark.api.iam.ListAccessKeysRequest;
import dev.bulwark.api.iam.ListAccessKeysResponse;
import dev.bulwark.api.iam.StatusType;
import dev.bulwark.api.iam.UpdateAccessKeyRequest;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Access keys of users and of the root user. The root key that came with the installation lives
 * outside the store; it is not listed and cannot be changed here.
 */
final class AccessKeys {
  /** What GetAccessKeyLastUsed tells of a key that was never used. */
  private static final String NOT_AVAILABLE = "N/A";

  /** What secret keys are sealed for; each is bound to its key's id. */
  static final String SEAL_PURPOSE = "iam/secret-access-key";

  private final IamTables tables;
  private final IamQuotas quotas;
  private final Sealer sealer;
  private final LastUsed lastUsed;

  AccessKeys(IamTables tables, IamQuotas quotas, Sealer sealer, LastUsed lastUsed) {
    this.tables = tables;
    this.quotas = quotas;
    this.sealer = sealer;
    this.lastUsed = lastUsed;
  }

  CreateAccessKeyResponse create(CreateAccessKeyRequest input, Call call) {
    var named = Callers.userName(call, input.userName());
    var id = Ids.accessKeyId(Ids.Kind.AKIA, AccountId.of(call.accountId()));
    var secret = Ids.secretAccessKey();
    var sealed = sealer.sealText(SEAL_PURPOSE, secret, id);
    call.concerns(AccessKeyRecord.TYPE, id);
    return call.write(
        tx -> {
          var owner = Owner.of(tables, tx, call, named);
          if (keysOf(tx, owner.userId()).size() >= quotas.accessKeysPerUser()) {
            throw IamErrors.quotaExceeded("AccessKeysPerUser", quotas.accessKeysPerUser());
          }
          var key =
              new AccessKeyRecord(
                  call.accountId(), owner.userId(), id, sealed, true, Times.of(call));
          tables.accessKeys().insert(tx, id, key);
          return new CreateAccessKeyResponse(
              AccessKey.builder()
                  .userName(owner.userName())
                  .accessKeyId(id)
                  .status(StatusType.ACTIVE.value())
                  .secretAccessKey(secret)
                  .createDate(key.created())
                  .build());
        });
  }

  ListAccessKeysResponse list(ListAccessKeysRequest input, Call call) {
    var named = Callers.userName(call, input.userName());
    return tables
        .store()
        .read(
            tx -> {
              var owner = Owner.of(tables, tx, call, named);
              var page =
                  Pages.of(
                      keysOf(tx, owner.userId()),
                      AccessKeyRecord::id,
                      input.maxItems(),
                      input.marker());
              return ListAccessKeysResponse.builder()
                  .accessKeyMetadata(page.map(key -> metadata(owner, key)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  private static AccessKeyMetadata metadata(Owner owner, AccessKeyRecord key) {
    return AccessKeyMetadata.builder()
        .userName(owner.userName())
        .accessKeyId(key.id())
        .status((key.active() ? StatusType.ACTIVE : StatusType.INACTIVE).value())
        .createDate(key.created())
        .build();
  }

  Unit update(UpdateAccessKeyRequest input, Call call) {
    var named = Callers.userName(call, input.userName());
    return call.write(
        tx -> {
          var key = require(tx, Owner.of(tables, tx, call, named), input.accessKeyId());
          tables
              .accessKeys()
              .put(tx, key.id(), key.withActive(input.status().equals(StatusType.ACTIVE.value())));
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteAccessKeyRequest input, Call call) {
    var named = Callers.userName(call, input.userName());
    return call.write(
        tx -> {
          var key = require(tx, Owner.of(tables, tx, call, named), input.accessKeyId());
          tables.accessKeys().delete(tx, key.id());
          tables.keyUses().delete(tx, key.id());
          return Unit.UNIT;
        });
  }

  GetAccessKeyLastUsedResponse lastUsed(GetAccessKeyLastUsedRequest input, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var key = tables.accessKeys().get(tx, input.accessKeyId());
              if (key == null || !key.accountId().equals(call.accountId())) {
                throw IamErrors.noAccessKey(input.accessKeyId());
              }
              var use = lastUsed.ofKey(tx, key.id());
              var view = AccessKeyLastUsed.builder();
              if (use == null) {
                view.serviceName(NOT_AVAILABLE).region(NOT_AVAILABLE);
              } else {
                view.lastUsedDate(use.time()).serviceName(use.service()).region(use.region());
              }
              return GetAccessKeyLastUsedResponse.builder()
                  .userName(ownerName(tx, key))
                  .accessKeyLastUsed(view.build())
                  .build();
            });
  }

  /** The name of the user that a key belongs to; null for the root user. */
  @Nullable String ownerName(ReadTx tx, AccessKeyRecord key) {
    return key.ofRoot()
        ? null
        : tables.userById(tx, key.userId()).map(UserRecord::name).orElse(null);
  }

  private AccessKeyRecord require(ReadTx tx, Owner owner, String accessKeyId) {
    var key = tables.accessKeys().get(tx, accessKeyId);
    if (key == null || !key.userId().equals(owner.userId())) {
      throw IamErrors.noAccessKey(accessKeyId);
    }
    return key;
  }

  private List<AccessKeyRecord> keysOf(ReadTx tx, String userId) {
    return tables.accessKeys().scanByIndex(tx, IamTables.BY_USER, Scan.equal(userId)).stream()
        .map(Entry::value)
        .sorted(Comparator.comparing(AccessKeyRecord::id))
        .toList();
  }
}
