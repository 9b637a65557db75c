package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateAccountAliasRequest;
import dev.bulwark.api.iam.DeleteAccountAliasRequest;
import dev.bulwark.api.iam.GetAccountSummaryResponse;
import dev.bulwark.api.iam.ListAccountAliasesRequest;
import dev.bulwark.api.iam.ListAccountAliasesResponse;
import dev.bulwark.identity.iam.IamTables.AliasRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What an account has once: its alias, and the sums of everything. */
final class Accounts {
  private static final int POLICY_VERSIONS_IN_USE_QUOTA = 10_000;

  private final IamTables tables;
  private final IamQuotas quotas;
  private final CredentialTables credentials;
  private final StsSettings sts;
  private final RootCredentials root;

  Accounts(
      IamTables tables,
      IamQuotas quotas,
      CredentialTables credentials,
      StsSettings sts,
      RootCredentials root) {
    this.tables = tables;
    this.quotas = quotas;
    this.credentials = credentials;
    this.sts = sts;
    this.root = root;
  }

  /** The record of an account, which is empty at first. */
  static AccountRecord record(IamTables tables, ReadTx tx, String accountId) {
    var found = tables.accounts().get(tx, accountId);
    return found == null ? new AccountRecord(accountId, null, null) : found;
  }

  /** An account has one alias: a new one takes the place of the old. */
  Unit createAlias(CreateAccountAliasRequest input, Call call) {
    return call.write(
        tx -> {
          if (tables.aliases().contains(tx, input.accountAlias())) {
            throw IamErrors.aliasExists(input.accountAlias());
          }
          var account = record(tables, tx, call.accountId());
          if (account.alias() != null) {
            tables.aliases().delete(tx, account.alias());
          }
          tables.aliases().insert(tx, input.accountAlias(), new AliasRecord(account.accountId()));
          tables.accounts().put(tx, account.accountId(), account.withAlias(input.accountAlias()));
          return Unit.UNIT;
        });
  }

  Unit deleteAlias(DeleteAccountAliasRequest input, Call call) {
    return call.write(
        tx -> {
          var account = record(tables, tx, call.accountId());
          if (!input.accountAlias().equals(account.alias())) {
            throw IamErrors.noAlias(input.accountAlias());
          }
          tables.aliases().delete(tx, input.accountAlias());
          tables.accounts().put(tx, account.accountId(), account.withAlias(null));
          return Unit.UNIT;
        });
  }

  ListAccountAliasesResponse listAliases(ListAccountAliasesRequest input, Call call) {
    var account = tables.accounts().get(call.accountId());
    var alias = account == null ? null : account.alias();
    return ListAccountAliasesResponse.builder()
        .accountAliases(alias == null ? List.of() : List.of(alias))
        .isTruncated(false)
        .build();
  }

  GetAccountSummaryResponse summary(Unit input, Call call) {
    return tables.store().read(tx -> summary(tx, call.accountId()));
  }

  private GetAccountSummaryResponse summary(ReadTx tx, String accountId) {
    var prefix = Key.prefix(accountId);
    var versions = new AtomicInteger();
    tables
        .policies()
        .forEach(tx, Scan.prefix(prefix), row -> versions.addAndGet(row.value().versions().size()));
    var sums = new LinkedHashMap<String, Integer>();
    sums.put("Users", (int) tables.users().count(tx, prefix));
    sums.put("UsersQuota", quotas.users());
    sums.put("Groups", (int) tables.groups().count(tx, prefix));
    sums.put("GroupsQuota", quotas.groups());
    sums.put("Roles", (int) tables.roles().count(tx, prefix));
    sums.put("RolesQuota", quotas.roles());
    sums.put("InstanceProfiles", (int) tables.instanceProfiles().count(tx, prefix));
    sums.put("InstanceProfilesQuota", quotas.instanceProfiles());
    sums.put("Policies", (int) tables.policies().count(tx, prefix));
    sums.put("PoliciesQuota", quotas.policies());
    sums.put("PolicySizeQuota", quotas.policySize());
    sums.put("PolicyVersionsInUse", versions.get());
    sums.put("PolicyVersionsInUseQuota", POLICY_VERSIONS_IN_USE_QUOTA);
    sums.put("VersionsPerPolicyQuota", quotas.versionsPerPolicy());
    sums.put("UserPolicySizeQuota", quotas.userPolicySize());
    sums.put("GroupPolicySizeQuota", quotas.groupPolicySize());
    sums.put("RolePolicySizeQuota", quotas.rolePolicySize());
    sums.put("AssumeRolePolicySizeQuota", quotas.trustPolicySize());
    sums.put("GroupsPerUserQuota", quotas.groupsPerUser());
    sums.put("AccessKeysPerUserQuota", quotas.accessKeysPerUser());
    sums.put("AttachedPoliciesPerUserQuota", quotas.policiesPerUser());
    sums.put("AttachedPoliciesPerGroupQuota", quotas.policiesPerGroup());
    sums.put("AttachedPoliciesPerRoleQuota", quotas.policiesPerRole());
    addCredentials(tx, accountId, sums);
    sums.put(
        "Providers",
        (int)
            (tables.providers().oidc().count(tx, prefix)
                + tables.providers().saml().count(tx, prefix)));
    sums.put("GlobalEndpointTokenVersion", sts.globalEndpointTokenVersion(tx, accountId));
    return GetAccountSummaryResponse.builder().summaryMap(sums).build();
  }

  private void addCredentials(ReadTx tx, String accountId, Map<String, Integer> sums) {
    var prefix = Key.prefix(accountId);
    var devicesInUse = new AtomicInteger();
    credentials
        .mfaDevices()
        .forEach(
            tx, Scan.prefix(prefix), row -> devicesInUse.addAndGet(row.value().assigned() ? 1 : 0));
    sums.put("MFADevices", (int) credentials.mfaDevices().count(tx, prefix));
    sums.put("MFADevicesInUse", devicesInUse.get());
    sums.put("AccountMFAEnabled", ofRoot(credentials.mfaDevices(), tx, accountId));
    sums.put(
        "AccountAccessKeysPresent",
        root.accountId().equals(accountId) ? 1 : ofRoot(tables.accessKeys(), tx, accountId));
    sums.put("AccountPasswordPresent", credentials.rootUsers().contains(tx, accountId) ? 1 : 0);
    sums.put(
        "AccountSigningCertificatesPresent",
        ofRoot(credentials.signingCertificates(), tx, accountId));
    sums.put("ServerCertificates", (int) credentials.serverCertificates().count(tx, prefix));
    sums.put("ServerCertificatesQuota", ServerCertificates.PER_ACCOUNT);
    sums.put("SigningCertificatesPerUserQuota", SigningCertificates.PER_USER);
  }

  /** Whether the root user has any of these: 1 or 0. */
  private static int ofRoot(Table<?> table, ReadTx tx, String accountId) {
    return CredentialTables.noneOf(table, tx, accountId) ? 0 : 1;
  }
}
