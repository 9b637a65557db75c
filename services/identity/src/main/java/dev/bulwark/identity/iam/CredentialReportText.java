package dev.bulwark.identity.iam;

import dev.bulwark.identity.iam.AccountRecord.PasswordRules;
import dev.bulwark.identity.iam.CredentialTables.SigningCertificateRecord;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a credential report says: a row for the root user, and one for each user. */
final class CredentialReportText {
  private static final String HEADER =
      "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
          + "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
          + "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
          + "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
          + "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
          + "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

  private static final String NOT_APPLICABLE = "N/A";
  private static final String NO_INFORMATION = "no_information";
  private static final String NOT_SUPPORTED = "not_supported";
  private static final int SHOWN = 2;

  /** With a Z since July 2024; the user guide still shows {@code +00:00}. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final IamTables iam;
  private final CredentialTables tables;
  private final LastUsed lastUsed;
  private final MfaCodes mfa;
  private final RootCredentials root;
  private final RootUsers rootUsers;

  CredentialReportText(
      IamTables iam,
      CredentialTables tables,
      LastUsed lastUsed,
      MfaCodes mfa,
      RootCredentials root,
      RootUsers rootUsers) {
    this.iam = iam;
    this.tables = tables;
    this.lastUsed = lastUsed;
    this.mfa = mfa;
    this.root = root;
    this.rootUsers = rootUsers;
  }

  /** AWS shows active keys first, though it documents no order. */
  private static final Comparator<AccessKeyRecord> KEYS =
      Comparator.comparing(AccessKeyRecord::active)
          .reversed()
          .thenComparing(AccessKeyRecord::created)
          .thenComparing(AccessKeyRecord::id);

  /** And inactive certificates before active ones. */
  private static final Comparator<SigningCertificateRecord> CERTIFICATES =
      Comparator.comparing(SigningCertificateRecord::active)
          .thenComparing(SigningCertificateRecord::uploaded);

  /** A key as the report shows it. */
  private record ShownKey(String id, boolean active, Instant created) {}

  /** One row, column by column. */
  private static final class Row {
    private final StringBuilder text;

    Row(StringBuilder text, String user) {
      this.text = text.append('\n');
      append(user);
    }

    Row add(@Nullable String value) {
      text.append(',');
      append(value == null ? NOT_APPLICABLE : value);
      return this;
    }

    Row add(boolean value) {
      return add(Boolean.toString(value));
    }

    Row add(@Nullable Instant time) {
      return add(time == null ? null : TIME.format(time));
    }

    /** User names may have commas. */
    private void append(String value) {
      text.append(value.indexOf(',') < 0 ? value : '"' + value + '"');
    }
  }

  String write(ReadTx tx, String accountId) {
    var text = new StringBuilder(HEADER);
    addRoot(tx, accountId, text);
    var account = iam.accounts().get(tx, accountId);
    var rules = account == null ? null : account.passwordRules();
    iam.users()
        .forEach(
            tx, Scan.prefix(Key.prefix(accountId)), row -> addUser(tx, row.value(), rules, text));
    return text.toString();
  }

  private void addRoot(ReadTx tx, String accountId, StringBuilder text) {
    var user = tables.rootUsers().get(tx, accountId);
    var used = user == null ? null : user.passwordLastUsed();
    var row =
        new Row(text, "<root_account>")
            .add(RootUsers.arn(accountId))
            .add(rootUsers.created(accountId))
            .add(user != null)
            .add(used == null ? NO_INFORMATION : TIME.format(used))
            .add(user == null ? null : user.changed())
            .add(NOT_SUPPORTED)
            .add(!mfa.devicesOf(tx, accountId).isEmpty());
    var keys = new ArrayList<ShownKey>();
    if (root.accountId().equals(accountId)) {
      keys.add(new ShownKey(root.accessKeyId(), true, rootUsers.created(accountId)));
    }
    keys.addAll(keysOf(tx, accountId));
    addKeys(tx, row, keys);
    addCertificates(tx, row, accountId);
  }

  private void addUser(
      ReadTx tx, UserRecord user, @Nullable PasswordRules rules, StringBuilder text) {
    var row = new Row(text, user.name()).add(user.arn()).add(user.created());
    addPassword(row, user, iam.loginProfiles().get(tx, user.id()), rules);
    row.add(!mfa.devicesOf(tx, user.id()).isEmpty());
    addKeys(tx, row, keysOf(tx, user.id()));
    addCertificates(tx, row, user.id());
  }

  private static void addPassword(
      Row row,
      UserRecord user,
      @Nullable LoginProfileRecord profile,
      @Nullable PasswordRules rules) {
    if (profile == null) {
      row.add(false).add((String) null).add((String) null).add((String) null);
      return;
    }
    var used = user.passwordLastUsed();
    var maxAge = rules == null ? null : rules.maxAge();
    row.add(true)
        .add(used == null ? NO_INFORMATION : TIME.format(used))
        .add(profile.changed())
        .add(maxAge == null ? null : profile.changed().plus(Duration.ofDays(maxAge)));
  }

  private List<ShownKey> keysOf(ReadTx tx, String userId) {
    return iam.accessKeys().scanByIndex(tx, IamTables.BY_USER, Scan.equal(userId)).stream()
        .map(Entry::value)
        .sorted(KEYS)
        .map(key -> new ShownKey(key.id(), key.active(), key.created()))
        .toList();
  }

  private void addKeys(ReadTx tx, Row row, List<ShownKey> keys) {
    for (int i = 0; i < SHOWN; i++) {
      var key = i < keys.size() ? keys.get(i) : null;
      var use = key == null ? null : lastUsed.ofKey(tx, key.id());
      row.add(key != null && key.active())
          .add(key == null ? null : key.created())
          .add(use == null ? null : use.time())
          .add(use == null ? null : use.region())
          .add(use == null ? null : use.service());
    }
  }

  private void addCertificates(ReadTx tx, Row row, String userId) {
    var certificates =
        CredentialTables.ofUser(tables.signingCertificates(), tx, userId).stream()
            .sorted(CERTIFICATES)
            .toList();
    for (int i = 0; i < SHOWN; i++) {
      var certificate = i < certificates.size() ? certificates.get(i) : null;
      row.add(certificate != null && certificate.active())
          .add(certificate == null ? null : certificate.uploaded());
    }
  }
}
