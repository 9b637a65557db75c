package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeactivateMFADeviceRequest;
import dev.bulwark.api.iam.EnableMFADeviceRequest;
import dev.bulwark.api.iam.GetMFADeviceRequest;
import dev.bulwark.api.iam.GetMFADeviceResponse;
import dev.bulwark.api.iam.ListMFADevicesRequest;
import dev.bulwark.api.iam.ListMFADevicesResponse;
import dev.bulwark.api.iam.MFADevice;
import dev.bulwark.api.iam.ResyncMFADeviceRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;

/**
 * Whose second factor an MFA device is. FIDO devices have no API: AWS registers them in its console
 * alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html">Assign
 *     a virtual MFA device</a>
 */
final class MfaAssignments {
  private static final int DEVICES_PER_USER = 8;

  /** How the root user is called where a name is demanded. */
  private static final String ROOT_NAME = "root";

  /** An hour: AWS takes codes that are no longer fresh, and the device is then out of step. */
  private static final int ENABLE_WINDOW = 120;

  /** A day: what clocks may have gone wrong by. */
  private static final int RESYNC_WINDOW = 2880;

  private final IamTables iam;
  private final CredentialTables tables;
  private final MfaCodes codes;

  MfaAssignments(IamTables iam, CredentialTables tables, MfaCodes codes) {
    this.iam = iam;
    this.tables = tables;
    this.codes = codes;
  }

  /** What was read before the codes were judged, outside of any transaction. */
  private record Case(Owner owner, MfaDeviceRecord device) {}

  Unit enable(EnableMFADeviceRequest in, Call call) {
    var found =
        tables
            .store()
            .read(
                tx -> {
                  var owner = Owner.named(iam, tx, call, in.userName());
                  var device = tables.mfaDevice(tx, call.accountId(), in.serialNumber());
                  if (device == null) {
                    throw CredentialErrors.noMfaDevice(in.serialNumber());
                  }
                  if (device.assigned()) {
                    throw CredentialErrors.mfaDeviceInUse();
                  }
                  requireRoom(tx, owner);
                  return new Case(owner, device);
                });
    var owner = found.owner();
    long step =
        step(found, call, in.authenticationCode1(), in.authenticationCode2(), ENABLE_WINDOW);
    var enabled =
        found.device().enabledFor(owner.userId(), Times.of(call), step, drift(step, call));
    return call.write(
        tx -> {
          requireUnchanged(tx, found.device());
          requireRoom(tx, owner);
          if (!owner.isRoot() && iam.userById(tx, owner.userId()).isEmpty()) {
            throw IamErrors.noEntity(EntityKind.USER, in.userName());
          }
          tables.put(tx, enabled);
          MfaDevices.tell(call, tx, found.device(), enabled);
          return Unit.UNIT;
        });
  }

  private void requireRoom(ReadTx tx, Owner owner) {
    if (codes.devicesOf(tx, owner.userId()).size() >= DEVICES_PER_USER) {
      throw IamErrors.quotaExceeded("MFADevicesPerUser", DEVICES_PER_USER);
    }
  }

  Unit resync(ResyncMFADeviceRequest in, Call call) {
    var found =
        tables
            .store()
            .read(
                tx -> {
                  var owner = Owner.named(iam, tx, call, in.userName());
                  return new Case(owner, require(tx, call, owner, in.serialNumber()));
                });
    long step =
        step(found, call, in.authenticationCode1(), in.authenticationCode2(), RESYNC_WINDOW);
    var synced = found.device().after(step, drift(step, call));
    return call.write(
        tx -> {
          requireUnchanged(tx, found.device());
          tables.put(tx, synced);
          return Unit.UNIT;
        });
  }

  /** The step of the second of two codes that follow each other. */
  private long step(Case found, Call call, String first, String second, int window) {
    var userId = found.owner().userId();
    if (!codes.mayTry(userId, call.time())) {
      throw CredentialErrors.invalidCode();
    }
    long now = Totp.step(call.time());
    var device = found.device();
    var step =
        Totp.findPair(
            codes.seed(device),
            first,
            second,
            Math.max(device.lastStep() + 1, now - window),
            now + window);
    if (step.isEmpty()) {
      throw CredentialErrors.invalidCode();
    }
    codes.right(userId);
    return step.getAsLong();
  }

  private static int drift(long step, Call call) {
    return (int) (step - Totp.step(call.time()));
  }

  private void requireUnchanged(ReadTx tx, MfaDeviceRecord device) {
    if (!device.equals(tables.mfaDevice(tx, device.accountId(), device.serialNumber()))) {
      throw CredentialErrors.changedMeanwhile();
    }
  }

  Unit deactivate(DeactivateMFADeviceRequest in, Call call) {
    return call.write(
        tx -> {
          var owner = Owner.named(iam, tx, call, in.userName());
          var before = require(tx, call, owner, in.serialNumber());
          var after = before.deactivated();
          tables.put(tx, after);
          MfaDevices.tell(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  private MfaDeviceRecord require(ReadTx tx, Call call, Owner owner, String serialNumber) {
    var device = tables.mfaDevice(tx, call.accountId(), serialNumber);
    if (device == null || !device.userId().equals(owner.userId())) {
      throw CredentialErrors.mfaDeviceInvalidForUser();
    }
    return device;
  }

  ListMFADevicesResponse list(ListMFADevicesRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return tables
        .store()
        .read(
            tx -> {
              var owner = Owner.of(iam, tx, call, named);
              var page =
                  Pages.of(
                      codes.devicesOf(tx, owner.userId()),
                      MfaDeviceRecord::serialNumber,
                      in.maxItems(),
                      in.marker());
              return ListMFADevicesResponse.builder()
                  .mfaDevices(page.map(device -> view(owner, device)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  private static MFADevice view(Owner owner, MfaDeviceRecord device) {
    return MFADevice.builder()
        .userName(shownName(owner))
        .serialNumber(device.serialNumber())
        .enableDate(device.enabled())
        .build();
  }

  /**
   * AWS documents this operation for FIDO security keys alone; here it tells of virtual devices,
   * for lack of others.
   */
  GetMFADeviceResponse get(GetMFADeviceRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return tables
        .store()
        .read(
            tx -> {
              var owner = Owner.of(iam, tx, call, named);
              var device = require(tx, call, owner, in.serialNumber());
              return GetMFADeviceResponse.builder()
                  .userName(shownName(owner))
                  .serialNumber(device.serialNumber())
                  .enableDate(device.enabled())
                  .build();
            });
  }

  private static String shownName(Owner owner) {
    return owner.userName() == null ? ROOT_NAME : owner.userName();
  }
}
