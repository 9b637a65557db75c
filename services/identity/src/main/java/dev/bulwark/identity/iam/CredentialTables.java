package dev.bulwark.identity.iam;

import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What IAM stores of credentials other than access keys and passwords. What belongs to a user has
 * the index {@link IamTables#BY_USER}; what belongs to the root user has the account's number
 * there.
 */
final class CredentialTables {
  static final String BY_FINGERPRINT = "fpr";
  static final String BY_SERVICE_USER = "susr";

  /** A credential of a user or of the root user. */
  interface OfUser {
    String userId();

    String id();
  }

  /**
   * A signing certificate.
   *
   * @param fingerprint SHA-256 of the certificate
   */
  record SigningCertificateRecord(
      String accountId,
      String userId,
      String id,
      String body,
      String fingerprint,
      boolean active,
      Instant uploaded)
      implements OfUser {
    SigningCertificateRecord withActive(boolean value) {
      return new SigningCertificateRecord(
          accountId, userId, id, body, fingerprint, value, uploaded);
    }
  }

  /**
   * An SSH public key.
   *
   * @param body as it was uploaded
   */
  record SshKeyRecord(
      String accountId,
      String userId,
      String id,
      String body,
      String fingerprint,
      boolean active,
      Instant uploaded)
      implements OfUser {
    SshKeyRecord withActive(boolean value) {
      return new SshKeyRecord(accountId, userId, id, body, fingerprint, value, uploaded);
    }
  }

  /**
   * A user name and password for one service.
   *
   * @param password hashed
   */
  record ServiceCredentialRecord(
      String accountId,
      String userId,
      String id,
      String service,
      String serviceUserName,
      String password,
      boolean active,
      Instant created)
      implements OfUser {
    ServiceCredentialRecord withActive(boolean value) {
      return new ServiceCredentialRecord(
          accountId, userId, id, service, serviceUserName, password, value, created);
    }

    ServiceCredentialRecord withPassword(String newPassword) {
      return new ServiceCredentialRecord(
          accountId, userId, id, service, serviceUserName, newPassword, active, created);
    }

    /** Leaves out the password. */
    @Override
    public String toString() {
      return "ServiceCredentialRecord[" + id + " of " + userId + "]";
    }
  }

  /** That a service-linked role is to be deleted, and what became of it. */
  record RoleDeletionRecord(String accountId, String taskId, String roleId, String status) {}

  /**
   * A credential report.
   *
   * @param generated null while it is being made
   */
  record CredentialReportRecord(
      String accountId, Instant requested, @Nullable Instant generated, @Nullable String content) {}

  /**
   * The root user of an account.
   *
   * @param email in lower case
   * @param password hashed, see {@link Passwords}
   */
  record RootUserRecord(
      String accountId, String password, Instant changed, @Nullable Instant passwordLastUsed) {
    RootUserRecord signedIn(String hash, Instant time) {
      return new RootUserRecord(accountId, hash, changed, time);
    }

    /** Leaves out the hash. */
    @Override
    public String toString() {
      return "RootUserRecord[" + accountId + "]";
    }
  }

  /** What an account prefers of STS. */
  record StsPreferences(int globalEndpointTokenVersion) {}

  private final Store store;
  private final Table<MfaDeviceRecord> mfaDevices;
  private final Table<SigningCertificateRecord> signingCertificates;
  private final Table<SshKeyRecord> sshKeys;
  private final Table<ServiceCredentialRecord> serviceCredentials;
  private final Table<ServerCertificateRecord> serverCertificates;
  private final Table<RoleDeletionRecord> roleDeletions;
  private final Table<CredentialReportRecord> credentialReports;
  private final Table<RootUserRecord> rootUsers;
  private final Table<StsPreferences> stsPreferences;

  /** Declares the tables. */
  CredentialTables(Store store) {
    this.store = store;
    mfaDevices =
        store.table(
            TableSpec.json(
                "iam_mfa_devices",
                MfaDeviceRecord.class,
                Index.of(IamTables.BY_USER, MfaDeviceRecord::userId)));
    signingCertificates =
        store.table(
            TableSpec.json(
                "iam_signing_certificates",
                SigningCertificateRecord.class,
                Index.of(IamTables.BY_USER, SigningCertificateRecord::userId),
                Index.of(BY_FINGERPRINT, SigningCertificateRecord::fingerprint)));
    sshKeys =
        store.table(
            TableSpec.json(
                "iam_ssh_public_keys",
                SshKeyRecord.class,
                Index.of(IamTables.BY_USER, SshKeyRecord::userId)));
    serviceCredentials =
        store.table(
            TableSpec.json(
                "iam_service_credentials",
                ServiceCredentialRecord.class,
                Index.of(IamTables.BY_USER, ServiceCredentialRecord::userId),
                Index.of(BY_SERVICE_USER, ServiceCredentialRecord::serviceUserName)));
    serverCertificates =
        store.table(TableSpec.json("iam_server_certificates", ServerCertificateRecord.class));
    roleDeletions =
        store.table(
            TableSpec.json(
                "iam_role_deletions",
                RoleDeletionRecord.class,
                Index.of(IamTables.BY_ROLE, RoleDeletionRecord::roleId)));
    credentialReports =
        store.table(TableSpec.json("iam_credential_reports", CredentialReportRecord.class));
    rootUsers = store.table(TableSpec.json("iam_root_users", RootUserRecord.class));
    stsPreferences = store.table(TableSpec.json("iam_sts_preferences", StsPreferences.class));
  }

  Store store() {
    return store;
  }

  /** Virtual MFA devices by account and serial number. */
  Table<MfaDeviceRecord> mfaDevices() {
    return mfaDevices;
  }

  /** By id. */
  Table<SigningCertificateRecord> signingCertificates() {
    return signingCertificates;
  }

  /** By id. */
  Table<SshKeyRecord> sshKeys() {
    return sshKeys;
  }

  /** By id. */
  Table<ServiceCredentialRecord> serviceCredentials() {
    return serviceCredentials;
  }

  /** By account and name. */
  Table<ServerCertificateRecord> serverCertificates() {
    return serverCertificates;
  }

  /** By account and task. */
  Table<RoleDeletionRecord> roleDeletions() {
    return roleDeletions;
  }

  /** By account. */
  Table<CredentialReportRecord> credentialReports() {
    return credentialReports;
  }

  /** By account. */
  Table<RootUserRecord> rootUsers() {
    return rootUsers;
  }

  /** By account. */
  Table<StsPreferences> stsPreferences() {
    return stsPreferences;
  }

  /** A device by its serial number; null where the account has none such. */
  @Nullable MfaDeviceRecord mfaDevice(ReadTx tx, String accountId, String serialNumber) {
    return exact(mfaDevices.get(tx, mfaKey(accountId, serialNumber)), serialNumber);
  }

  /** The same outside of any transaction. */
  @Nullable MfaDeviceRecord mfaDevice(String accountId, String serialNumber) {
    return exact(mfaDevices.get(mfaKey(accountId, serialNumber)), serialNumber);
  }

  private static @Nullable MfaDeviceRecord exact(
      @Nullable MfaDeviceRecord found, String serialNumber) {
    return found != null && found.serialNumber().equals(serialNumber) ? found : null;
  }

  void put(WriteTx tx, MfaDeviceRecord device) {
    mfaDevices.put(tx, mfaKey(device.accountId(), device.serialNumber()), device);
  }

  static String mfaKey(String accountId, String serialNumber) {
    return Key.of(accountId, serialNumber.toLowerCase(Locale.ROOT));
  }

  /** The credentials of one kind of a user, in the order of their ids. */
  static <T extends OfUser> List<T> ofUser(Table<T> table, ReadTx tx, String userId) {
    return table.scanByIndex(tx, IamTables.BY_USER, Scan.equal(userId)).stream()
        .map(Entry::value)
        .sorted(Comparator.comparing(OfUser::id))
        .toList();
  }

  /** Whether a user has none of a kind. */
  static boolean noneOf(Table<?> table, ReadTx tx, String userId) {
    return table.firstByIndex(tx, IamTables.BY_USER, userId) == null;
  }

  /** A credential of a user by its id; null where that user has none such. */
  static <T extends OfUser> @Nullable T find(Table<T> table, ReadTx tx, String userId, String id) {
    var found = table.get(tx, id);
    return found != null && found.userId().equals(userId) ? found : null;
  }
}
