package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.state.Entry;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;

/**
 * Codes of virtual MFA devices. A code is good for its step of 30 seconds and two more to either
 * side (so many were observed at AWS), as the device's clock was when it was last heard of (RFC
 * 6238, sections 5.2 and 6), and once only.
 */
public final class MfaCodes implements MfaCheck {
  private static final String PURPOSE = "iam/mfa-seed";
  private static final int WINDOW = 2;

  private final CredentialTables tables;
  private final Sealer sealer;
  private final Attempts attempts =
      new Attempts(10, Duration.ofSeconds(30), Duration.ofMinutes(30));

  MfaCodes(CredentialTables tables, Sealer sealer) {
    this.tables = tables;
    this.sealer = sealer;
  }

  @Override
  public Result check(Principal caller, String serialNumber, String code, Instant now) {
    var device = tables.mfaDevice(caller.accountId(), serialNumber);
    var mine =
        device != null
            && (caller instanceof Principal.IamUser || caller instanceof Principal.AccountRoot)
            && device.userId().equals(caller.userId());
    if (device == null || !mine) {
      return Result.UNKNOWN_DEVICE;
    }
    return take(List.of(device), code, now) ? Result.VALID : Result.WRONG_CODE;
  }

  /** Takes a code of any device of a user. */
  boolean takeOfAny(String userId, String code, Instant now) {
    return take(tables.store().read(tx -> devicesOf(tx, userId)), code, now);
  }

  private boolean take(List<MfaDeviceRecord> devices, String code, Instant now) {
    if (devices.isEmpty() || !mayTry(devices.getFirst().userId(), now)) {
      return false;
    }
    for (var device : devices) {
      var step = step(device, code, now);
      if (step.isPresent() && use(device, step.getAsLong(), now)) {
        attempts.succeeded(device.userId());
        return true;
      }
    }
    return false;
  }

  private OptionalLong step(MfaDeviceRecord device, String code, Instant now) {
    long expected = Totp.step(now) + device.drift();
    return Totp.find(
        seed(device), code, Math.max(device.lastStep() + 1, expected - WINDOW), expected + WINDOW);
  }

  /** Uses a step up, unless another request has done so meanwhile. */
  private boolean use(MfaDeviceRecord device, long step, Instant now) {
    var after = device.after(step, (int) (step - Totp.step(now)));
    return tables
        .store()
        .write(
            tx -> {
              var unchanged =
                  device.equals(tables.mfaDevice(tx, device.accountId(), device.serialNumber()));
              if (unchanged) {
                tables.put(tx, after);
              }
              return unchanged;
            });
  }

  /** Whether a user may try another code; counts it as a wrong one until {@link #right}. */
  boolean mayTry(String userId, Instant now) {
    return attempts.begin(userId, now);
  }

  void right(String userId) {
    attempts.succeeded(userId);
  }

  /** The devices of a user or of the root user, by serial number. */
  List<MfaDeviceRecord> devicesOf(ReadTx tx, String userId) {
    return tables.mfaDevices().scanByIndex(tx, IamTables.BY_USER, Scan.equal(userId)).stream()
        .map(Entry::value)
        .toList();
  }

  String seal(byte[] seed, String serialNumber) {
    return Base64.getEncoder().encodeToString(sealer.seal(PURPOSE, seed, bytes(serialNumber)));
  }

  byte[] seed(MfaDeviceRecord device) {
    return sealer.open(
        PURPOSE, Base64.getDecoder().decode(device.seed()), bytes(device.serialNumber()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
