package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual MFA device as stored.
 *
 * @param path with its slashes
 * @param seed sealed, in base64; bound to the serial number
 * @param userId whose second factor it is: {@code AIDA…}, or the account's number where it is the
 *     root user's; empty while it is nobody's
 * @param enabled when it became somebody's
 * @param lastStep the step of the last code that was taken: it and those before it are used up
 * @param drift by how many steps the device's clock is ahead
 */
record MfaDeviceRecord(
    String accountId,
    String path,
    String name,
    String seed,
    Instant created,
    String userId,
    @Nullable Instant enabled,
    long lastStep,
    int drift,
    Map<String, String> tags) {

  static final String TYPE = "AWS::IAM::VirtualMFADevice";

  MfaDeviceRecord {
    tags = Map.copyOf(tags);
  }

  static String arn(String accountId, String path, String name) {
    return "arn:aws:iam::" + accountId + ":mfa" + path + name;
  }

  /** Its ARN, which is its serial number too. */
  String serialNumber() {
    return arn(accountId, path, name);
  }

  boolean assigned() {
    return !userId.isEmpty();
  }

  /** The same device in the hands of a user, after two codes. */
  MfaDeviceRecord enabledFor(String owner, Instant time, long step, int newDrift) {
    return new MfaDeviceRecord(
        accountId, path, name, seed, created, owner, time, step, newDrift, tags);
  }

  /** The same device, nobody's. */
  MfaDeviceRecord deactivated() {
    return new MfaDeviceRecord(
        accountId, path, name, seed, created, "", null, lastStep, drift, tags);
  }

  /** The same device after a code. */
  MfaDeviceRecord after(long step, int newDrift) {
    return new MfaDeviceRecord(
        accountId, path, name, seed, created, userId, enabled, step, newDrift, tags);
  }

  MfaDeviceRecord withTags(Map<String, String> newTags) {
    return new MfaDeviceRecord(
        accountId, path, name, seed, created, userId, enabled, lastStep, drift, newTags);
  }

  /** For the stream of changes: the seed is nobody's business, sealed or not. */
  MfaDeviceRecord withoutSeed() {
    return new MfaDeviceRecord(
        accountId, path, name, "", created, userId, enabled, lastStep, drift, tags);
  }

  /** Leaves out the seed. */
  @Override
  public String toString() {
    return "MfaDeviceRecord[" + serialNumber() + "]";
  }
}
