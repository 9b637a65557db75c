package dev.bulwark.identity.iam;

import dev.bulwark.base.Arn;
import dev.bulwark.state.ReadTx;
import java.util.Optional;

/**
 * Which unique id an ARN of a user or role stands for, and the other way round: policies that name
 * principals are stored with their ids. Valid within its transaction.
 */
public final class PrincipalDirectory {
  private final IamTables tables;
  private final ReadTx tx;

  /** The principals that a transaction sees. */
  public PrincipalDirectory(IamTables tables, ReadTx tx) {
    this.tables = tables;
    this.tx = tx;
  }

  /** The unique id of the user or role that has this ARN. */
  public Optional<String> uniqueId(String arn) {
    return Arn.tryParse(arn)
        .filter(parsed -> parsed.service().equals("iam"))
        .flatMap(this::find)
        .filter(entity -> entity.arn().equals(arn))
        .map(Entity::id);
  }

  private Optional<Entity> find(Arn arn) {
    return switch (arn.resourceType()) {
      case "user" ->
          Optional.ofNullable(
              tables.entity(tx, EntityKind.USER, arn.account(), arn.resourceName()));
      case "role" ->
          Optional.ofNullable(
              tables.entity(tx, EntityKind.ROLE, arn.account(), arn.resourceName()));
      default -> Optional.empty();
    };
  }

  /** The ARN of the user ({@code AIDA…}) or role ({@code AROA…}) that has this unique id. */
  public Optional<String> arn(String uniqueId) {
    return uniqueId.startsWith("AROA")
        ? tables.roleById(tx, uniqueId).map(Entity::arn)
        : tables.userById(tx, uniqueId).map(Entity::arn);
  }
}
