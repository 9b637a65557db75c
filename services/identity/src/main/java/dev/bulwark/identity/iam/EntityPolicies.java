package dev.bulwark.identity.iam;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The policies of users, groups and roles with their documents and owners, for those who ask about
 * policies; {@link IamPolicies} has them in the form in which decisions are made.
 */
final class EntityPolicies {

  /**
   * A policy that grants an entity permissions.
   *
   * @param owner the user, one of its groups, or the role
   * @param arn null for an inline policy
   */
  record Held(Entity owner, String name, @Nullable String arn, String document, Policy policy) {}

  private final IamTables tables;
  private final PolicyCatalog catalog;
  private final CompiledPolicies compiled = new CompiledPolicies();

  EntityPolicies(IamTables tables, PolicyCatalog catalog) {
    this.tables = tables;
    this.catalog = catalog;
  }

  /**
   * The user, group or role of the caller's account that has an ARN.
   *
   * @param malformed what to say of an ARN that is none of these
   * @throws ApiException NoSuchEntity where there is none of that name
   */
  Entity require(ReadTx tx, String accountId, String arn, ApiException malformed) {
    var parsed = parse(arn);
    if (parsed == null || !parsed.account().equals(accountId)) {
      throw malformed;
    }
    var kind = EntityKind.valueOf(parsed.resourceType().toUpperCase(Locale.ROOT));
    var entity = tables.require(tx, kind, accountId, parsed.resourceName());
    if (!entity.arn().equals(arn)) {
      throw IamErrors.noEntity(kind, parsed.resourceName());
    }
    return entity;
  }

  /** The ARN of a user, group or role; null where a text is none. */
  static @Nullable Arn parse(String text) {
    return Arn.tryParse(text)
        .filter(arn -> arn.service().equals("iam") && arn.region().isEmpty())
        .filter(arn -> AccountId.isValid(arn.account()))
        .filter(
            arn ->
                switch (arn.resourceType()) {
                  case "user", "group", "role" -> !arn.resourceName().isEmpty();
                  default -> false;
                })
        .orElse(null);
  }

  /** The policies of an entity, and of a user's groups: inline ones first. */
  List<Held> of(ReadTx tx, Entity entity) {
    var held = new ArrayList<Held>();
    addAll(tx, held, entity);
    if (entity instanceof UserRecord user) {
      for (var groupId : user.groupIds()) {
        tables.groupById(tx, groupId).ifPresent(group -> addAll(tx, held, group));
      }
    }
    return held;
  }

  private void addAll(ReadTx tx, List<Held> held, Entity owner) {
    for (var inline : owner.inlinePolicies()) {
      held.add(
          new Held(
              owner,
              inline.name(),
              null,
              inline.document(),
              compiled.compile(inline.document(), PolicyKind.IDENTITY)));
    }
    for (var arn : owner.attachedPolicies()) {
      var policy = managed(tx, owner, arn);
      if (policy != null) {
        held.add(policy);
      }
    }
  }

  /** A managed policy in the hands of an entity; null where there is no such policy any more. */
  @Nullable Held managed(ReadTx tx, Entity owner, String arn) {
    var policy = catalog.find(tx, owner.accountId(), arn);
    if (policy == null) {
      return null;
    }
    return new Held(
        owner, policy.name(), arn, policy.defaultVersion().document(), compiled(policy));
  }

  /** The version in force of a managed policy. */
  Policy compiled(PolicyRecord policy) {
    var document = policy.defaultVersion().document();
    return policy.managedByAws()
        ? compiled.compileAws(policy.arn(), key -> document)
        : compiled.compile(document, PolicyKind.IDENTITY);
  }
}
