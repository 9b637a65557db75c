package dev.bulwark.identity.iam;

import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What IAM stores. Users, groups, roles, instance profiles and customer-managed policies have the
 * key (account, name in lower case), since names are unique without regard to case; everything
 * refers to them by their unique ids, which outlive a change of name.
 */
public final class IamTables {
  static final String BY_ID = "id";
  static final String BY_GROUP = "grp";
  static final String BY_ROLE = "role";
  static final String BY_USER = "usr";

  /** When and with what an access key was used last. */
  public record KeyUse(Instant time, String service, String region) {}

  /** When and where a role was used last. */
  public record RoleUse(Instant time, String region) {}

  /** An alias of an account; they are unique among all accounts. */
  record AliasRecord(String accountId) {}

  /** That a managed policy is attached somewhere; all that matters is in the key. */
  record AttachmentRecord(String entityId) {}

  private final Store store;
  private final Table<UserRecord> users;
  private final Table<GroupRecord> groups;
  private final Table<RoleRecord> roles;
  private final Table<InstanceProfileRecord> instanceProfiles;
  private final Table<PolicyRecord> policies;
  private final Table<AccessKeyRecord> accessKeys;
  private final Table<LoginProfileRecord> loginProfiles;
  private final Table<AccountRecord> accounts;
  private final Table<AliasRecord> aliases;
  private final Table<AttachmentRecord> attachments;
  private final Table<KeyUse> keyUses;
  private final Table<RoleUse> roleUses;
  private final ProviderTables providers;

  /** Declares the tables. */
  public IamTables(Store store) {
    this.store = store;
    users =
        store.table(
            TableSpec.json(
                "iam_users",
                UserRecord.class,
                Index.of(BY_ID, UserRecord::id),
                Index.ofMany(BY_GROUP, UserRecord::groupIds)));
    groups =
        store.table(
            TableSpec.json("iam_groups", GroupRecord.class, Index.of(BY_ID, GroupRecord::id)));
    roles =
        store.table(TableSpec.json("iam_roles", RoleRecord.class, Index.of(BY_ID, RoleRecord::id)));
    instanceProfiles =
        store.table(
            TableSpec.json(
                "iam_instance_profiles",
                InstanceProfileRecord.class,
                Index.of(BY_ROLE, InstanceProfileRecord::roleId)));
    policies = store.table(TableSpec.json("iam_policies", PolicyRecord.class));
    accessKeys =
        store.table(
            TableSpec.json(
                "iam_access_keys",
                AccessKeyRecord.class,
                Index.of(BY_USER, AccessKeyRecord::userId)));
    loginProfiles = store.table(TableSpec.json("iam_login_profiles", LoginProfileRecord.class));
    accounts = store.table(TableSpec.json("iam_accounts", AccountRecord.class));
    aliases = store.table(TableSpec.json("iam_account_aliases", AliasRecord.class));
    attachments = store.table(TableSpec.json("iam_attachments", AttachmentRecord.class));
    keyUses = store.table(TableSpec.json("iam_key_uses", KeyUse.class));
    roleUses = store.table(TableSpec.json("iam_role_uses", RoleUse.class));
    providers = new ProviderTables(store);
  }

  public Store store() {
    return store;
  }

  /** Users by account and name. */
  public Table<UserRecord> users() {
    return users;
  }

  /** Groups by account and name. */
  public Table<GroupRecord> groups() {
    return groups;
  }

  /** Roles by account and name. */
  public Table<RoleRecord> roles() {
    return roles;
  }

  Table<InstanceProfileRecord> instanceProfiles() {
    return instanceProfiles;
  }

  /** Customer-managed policies by account and name. */
  public Table<PolicyRecord> policies() {
    return policies;
  }

  /** Access keys of users by their id. */
  public Table<AccessKeyRecord> accessKeys() {
    return accessKeys;
  }

  /** Passwords by user id. */
  Table<LoginProfileRecord> loginProfiles() {
    return loginProfiles;
  }

  /** Accounts by their id. */
  Table<AccountRecord> accounts() {
    return accounts;
  }

  /** Aliases of accounts. */
  Table<AliasRecord> aliases() {
    return aliases;
  }

  /** Where managed policies are attached: see {@link Attachments}. */
  Table<AttachmentRecord> attachments() {
    return attachments;
  }

  /** Last uses by access key id. */
  Table<KeyUse> keyUses() {
    return keyUses;
  }

  /** Last uses by role id. */
  Table<RoleUse> roleUses() {
    return roleUses;
  }

  ProviderTables providers() {
    return providers;
  }

  /** The key of a user, group, role, instance profile or policy. */
  public static String key(String accountId, String name) {
    return Key.of(accountId, name.toLowerCase(Locale.ROOT));
  }

  /** A user by its unique id. */
  public Optional<UserRecord> userById(ReadTx tx, String id) {
    var found = users.firstByIndex(tx, BY_ID, id);
    return found == null ? Optional.empty() : Optional.of(found.value());
  }

  /** A role by its unique id. */
  public Optional<RoleRecord> roleById(ReadTx tx, String id) {
    var found = roles.firstByIndex(tx, BY_ID, id);
    return found == null ? Optional.empty() : Optional.of(found.value());
  }

  /** A group by its unique id. */
  public Optional<GroupRecord> groupById(ReadTx tx, String id) {
    var found = groups.firstByIndex(tx, BY_ID, id);
    return found == null ? Optional.empty() : Optional.of(found.value());
  }

  /** A user, group or role, or null. */
  @Nullable Entity entity(ReadTx tx, EntityKind kind, String accountId, String name) {
    var key = key(accountId, name);
    return switch (kind) {
      case USER -> users.get(tx, key);
      case GROUP -> groups.get(tx, key);
      case ROLE -> roles.get(tx, key);
    };
  }

  /** A user, group or role by its unique id. */
  Optional<? extends Entity> entityById(ReadTx tx, EntityKind kind, String id) {
    return switch (kind) {
      case USER -> userById(tx, id);
      case GROUP -> groupById(tx, id);
      case ROLE -> roleById(tx, id);
    };
  }

  /**
   * A user, group or role that must be there.
   *
   * @throws dev.bulwark.schema.ApiException NoSuchEntity
   */
  Entity require(ReadTx tx, EntityKind kind, String accountId, String name) {
    var found = entity(tx, kind, accountId, name);
    if (found == null) {
      throw IamErrors.noEntity(kind, name);
    }
    return found;
  }

  UserRecord requireUser(ReadTx tx, String accountId, String name) {
    return (UserRecord) require(tx, EntityKind.USER, accountId, name);
  }

  GroupRecord requireGroup(ReadTx tx, String accountId, String name) {
    return (GroupRecord) require(tx, EntityKind.GROUP, accountId, name);
  }

  RoleRecord requireRole(ReadTx tx, String accountId, String name) {
    return (RoleRecord) require(tx, EntityKind.ROLE, accountId, name);
  }

  InstanceProfileRecord requireInstanceProfile(ReadTx tx, String accountId, String name) {
    var found = instanceProfiles.get(tx, key(accountId, name));
    if (found == null) {
      throw IamErrors.noInstanceProfile(name);
    }
    return found;
  }

  /** Stores an entity whose name has not changed. */
  void put(WriteTx tx, Entity entity) {
    var key = key(entity.accountId(), entity.name());
    switch (entity) {
      case UserRecord user -> users.put(tx, key, user);
      case GroupRecord group -> groups.put(tx, key, group);
      case RoleRecord role -> roles.put(tx, key, role);
    }
  }
}
