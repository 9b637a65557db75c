package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AssignmentStatusType;
import dev.bulwark.api.iam.CreateVirtualMFADeviceRequest;
import dev.bulwark.api.iam.CreateVirtualMFADeviceResponse;
import dev.bulwark.api.iam.DeleteVirtualMFADeviceRequest;
import dev.bulwark.api.iam.ListMFADeviceTagsRequest;
import dev.bulwark.api.iam.ListMFADeviceTagsResponse;
import dev.bulwark.api.iam.ListVirtualMFADevicesRequest;
import dev.bulwark.api.iam.ListVirtualMFADevicesResponse;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagMFADeviceRequest;
import dev.bulwark.api.iam.UntagMFADeviceRequest;
import dev.bulwark.api.iam.User;
import dev.bulwark.api.iam.VirtualMFADevice;
import dev.bulwark.base.Randomness;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual MFA devices as such; whose second factor they are is the matter of {@link
 * MfaAssignments}.
 */
final class MfaDevices {
  /** 64 characters of base32, as AWS's seeds have. */
  private static final int SEED_BYTES = 40;

  private static final int LONGEST_SERIAL_NUMBER = 256;

  private final IamTables iam;
  private final CredentialTables tables;
  private final IamQuotas quotas;
  private final MfaCodes codes;
  private final Views views;
  private final RootUsers rootUsers;

  MfaDevices(
      IamTables iam,
      CredentialTables tables,
      IamQuotas quotas,
      MfaCodes codes,
      Views views,
      RootUsers rootUsers) {
    this.iam = iam;
    this.tables = tables;
    this.quotas = quotas;
    this.codes = codes;
    this.views = views;
    this.rootUsers = rootUsers;
  }

  /** The seed is shown in this answer, and never again. */
  CreateVirtualMFADeviceResponse create(CreateVirtualMFADeviceRequest in, Call call) {
    var path = in.path() == null ? "/" : in.path();
    var serialNumber = MfaDeviceRecord.arn(call.accountId(), path, in.virtualMFADeviceName());
    if (serialNumber.length() > LONGEST_SERIAL_NUMBER) {
      throw CredentialErrors.mfaNameTooLong();
    }
    var seed = Randomness.bytes(SEED_BYTES);
    var device =
        new MfaDeviceRecord(
            call.accountId(),
            path,
            in.virtualMFADeviceName(),
            codes.seal(seed, serialNumber),
            Times.of(call),
            "",
            null,
            0,
            0,
            TagSets.read(in.tags(), quotas.tags()));
    var text = Base32.encode(seed);
    var view =
        VirtualMFADevice.builder()
            .serialNumber(serialNumber)
            .base32StringSeed(text.getBytes(StandardCharsets.US_ASCII))
            .qrCodePNG(QrCode.png(uri(device.name(), accountName(call.accountId()), text)))
            .tags(TagSets.writeOrNull(device.tags()))
            .build();
    call.concerns(MfaDeviceRecord.TYPE, serialNumber);
    return call.write(
        tx -> {
          var key = CredentialTables.mfaKey(device.accountId(), serialNumber);
          if (tables.mfaDevices().contains(tx, key)) {
            throw CredentialErrors.mfaDeviceExists();
          }
          // An account may have as many devices as users.
          if (tables.mfaDevices().count(tx, Key.prefix(call.accountId())) >= quotas.users()) {
            throw IamErrors.quotaExceeded("VirtualMFADevicesPerAccount", quotas.users());
          }
          tables.mfaDevices().insert(tx, key, device);
          tell(call, tx, null, device);
          return CreateVirtualMFADeviceResponse.builder().virtualMFADevice(view).build();
        });
  }

  private String accountName(String accountId) {
    var account = iam.accounts().get(accountId);
    return account == null || account.alias() == null ? accountId : account.alias();
  }

  /** What authenticator apps read, in the form that AWS documents. */
  private static String uri(String device, String account, String seed) {
    return "otpauth://totp/" + encode(device) + "@" + encode(account) + "?secret=" + seed;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  ListVirtualMFADevicesResponse list(ListVirtualMFADevicesRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.scan(
                      tx,
                      tables.mfaDevices(),
                      Key.prefix(call.accountId()),
                      device -> isWanted(device, in.assignmentStatus()),
                      in.maxItems(),
                      in.marker());
              return ListVirtualMFADevicesResponse.builder()
                  .virtualMFADevices(page.map(device -> view(tx, device)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  private static boolean isWanted(MfaDeviceRecord device, @Nullable String status) {
    return status == null
        || status.equals(AssignmentStatusType.ANY.value())
        || status.equals(AssignmentStatusType.ASSIGNED.value()) == device.assigned();
  }

  private VirtualMFADevice view(ReadTx tx, MfaDeviceRecord device) {
    return VirtualMFADevice.builder()
        .serialNumber(device.serialNumber())
        .user(user(tx, device))
        .enableDate(device.enabled())
        .build();
  }

  private @Nullable User user(ReadTx tx, MfaDeviceRecord device) {
    if (device.userId().equals(device.accountId())) {
      return rootUsers.view(tx, device.accountId());
    }
    return iam.userById(tx, device.userId()).map(views::wholeUser).orElse(null);
  }

  Unit delete(DeleteVirtualMFADeviceRequest in, Call call) {
    return call.write(
        tx -> {
          var device = require(tx, call, in.serialNumber());
          if (device.assigned()) {
            throw CredentialErrors.mustDeactivateFirst();
          }
          tables
              .mfaDevices()
              .delete(tx, CredentialTables.mfaKey(device.accountId(), device.serialNumber()));
          tell(call, tx, device, null);
          return Unit.UNIT;
        });
  }

  Unit tag(TagMFADeviceRequest in, Call call) {
    return change(call, in.serialNumber(), tags -> TagSets.merge(tags, in.tags(), quotas.tags()));
  }

  Unit untag(UntagMFADeviceRequest in, Call call) {
    return change(call, in.serialNumber(), tags -> TagSets.without(tags, in.tagKeys()));
  }

  private Unit change(Call call, String serialNumber, UnaryOperator<Map<String, String>> change) {
    return call.write(
        tx -> {
          var before = require(tx, call, serialNumber);
          var after = before.withTags(change.apply(before.tags()));
          tables.put(tx, after);
          tell(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  ListMFADeviceTagsResponse listTags(ListMFADeviceTagsRequest in, Call call) {
    var device = tables.store().read(tx -> require(tx, call, in.serialNumber()));
    var page = Pages.of(TagSets.write(device.tags()), Tag::key, in.maxItems(), in.marker());
    return ListMFADeviceTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private MfaDeviceRecord require(ReadTx tx, Call call, String serialNumber) {
    var found = tables.mfaDevice(tx, call.accountId(), serialNumber);
    if (found == null) {
      throw CredentialErrors.noMfaDevice(serialNumber);
    }
    return found;
  }

  static void tell(
      Call call, WriteTx tx, @Nullable MfaDeviceRecord before, @Nullable MfaDeviceRecord after) {
    var device = after == null ? before : after;
    if (device != null) {
      call.changed(
          tx,
          MfaDeviceRecord.TYPE,
          device.serialNumber(),
          device.serialNumber(),
          before == null ? null : before.withoutSeed(),
          after == null ? null : after.withoutSeed());
    }
  }
}
