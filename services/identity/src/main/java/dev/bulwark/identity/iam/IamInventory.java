package dev.bulwark.identity.iam;

import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.Policy;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The users and roles of accounts, for those who report on them: what they may and what they did.
 */
public final class IamInventory {
  private final IamTables tables;
  private final IamPolicies policies;
  private final LastUsed lastUsed;

  /**
   * A role.
   *
   * @param trustPolicy as users see it, principals by their ARNs
   */
  public record Role(
      String arn,
      String id,
      Instant created,
      Map<String, String> tags,
      boolean serviceLinked,
      String trustPolicy,
      @Nullable Instant lastUsed) {}

  /**
   * A user.
   *
   * @param password null where it has none
   */
  public record User(
      String arn,
      String id,
      Instant created,
      Map<String, String> tags,
      @Nullable Password password,
      List<AccessKey> accessKeys) {}

  /** A user's password. */
  public record Password(Instant set, @Nullable Instant lastUsed) {}

  /** A user's access key. */
  public record AccessKey(String id, boolean active, Instant created, @Nullable Instant lastUsed) {}

  public IamInventory(IamTables tables, IamPolicies policies, LastUsed lastUsed) {
    this.tables = tables;
    this.policies = policies;
    this.lastUsed = lastUsed;
  }

  /** The roles of an account. */
  public List<Role> roles(String accountId) {
    return tables
        .store()
        .read(
            tx -> {
              List<Role> roles = new ArrayList<>();
              tables
                  .roles()
                  .forEach(
                      tx,
                      Scan.prefix(Key.prefix(accountId)),
                      row -> roles.add(role(tx, row.value())));
              return roles;
            });
  }

  /** The role of an ARN. */
  public Optional<Role> role(String arn) {
    return tables
        .store()
        .read(
            tx ->
                new PrincipalDirectory(tables, tx)
                    .uniqueId(arn)
                    .flatMap(id -> tables.roleById(tx, id))
                    .map(record -> role(tx, record)));
  }

  private Role role(ReadTx tx, RoleRecord record) {
    var use = lastUsed.ofRole(tx, record.id());
    return new Role(
        record.arn(),
        record.id(),
        record.created(),
        record.tags(),
        record.serviceLinked(),
        TrustPolicies.show(record.trustPolicy(), new PrincipalDirectory(tables, tx)),
        use == null ? null : use.time());
  }

  /** The users of an account. */
  public List<User> users(String accountId) {
    return tables
        .store()
        .read(
            tx -> {
              List<User> users = new ArrayList<>();
              tables
                  .users()
                  .forEach(
                      tx,
                      Scan.prefix(Key.prefix(accountId)),
                      row -> users.add(user(tx, row.value())));
              return users;
            });
  }

  private User user(ReadTx tx, UserRecord record) {
    var login = tables.loginProfiles().get(tx, record.id());
    return new User(
        record.arn(),
        record.id(),
        record.created(),
        record.tags(),
        login == null ? null : new Password(login.changed(), record.passwordLastUsed()),
        tables.accessKeys().scanByIndex(tx, IamTables.BY_USER, Scan.equal(record.id())).stream()
            .map(row -> accessKey(tx, row.value()))
            .toList());
  }

  private AccessKey accessKey(ReadTx tx, AccessKeyRecord record) {
    var use = lastUsed.ofKey(tx, record.id());
    return new AccessKey(
        record.id(), record.active(), record.created(), use == null ? null : use.time());
  }

  /** The unique id of the user or role that has an ARN. */
  public Optional<String> uniqueId(String arn) {
    return tables.store().read(tx -> new PrincipalDirectory(tables, tx).uniqueId(arn));
  }

  /**
   * An identity policy.
   *
   * @param id the ARN of a managed one, the name of an inline one
   * @param updated null for inline ones
   */
  public record OwnPolicy(String id, String document, @Nullable Instant updated) {}

  /** The policies that a user or role has by itself, not by its groups. */
  public List<OwnPolicy> ownPolicies(String arn) {
    return tables
        .store()
        .read(
            tx ->
                new PrincipalDirectory(tables, tx)
                    .uniqueId(arn)
                    .map(id -> policies.ownPolicies(tx, id))
                    .orElse(List.of()));
  }

  /** The identity policies of a user, with those of its groups, or of a role. */
  public List<Policy> identityPolicies(String accountId, String uniqueId) {
    return policies.ofEntity(accountId, uniqueId).policies().stream()
        .map(AttachedPolicy::policy)
        .toList();
  }
}
