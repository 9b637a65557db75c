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

  /**
   * The unique id of the role session that has this ARN, {@code AROA…:session}, where its role
   * exists: the session need not have begun.
   */
  public Optional<String> sessionId(Arn session) {
    var parts = session.resource().split("/", -1);
    return parts.length != 3 || parts[2].isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(tables.entity(tx, EntityKind.ROLE, session.account(), parts[1]))
            .filter(role -> role.name().equals(parts[1]))
            .map(role -> role.id() + ":" + parts[2]);
  }

  /**
   * The ARN of the user ({@code AIDA…}), role ({@code AROA…}) or session of a role ({@code
   * AROA…:session}) that has this unique id.
   */
  public Optional<String> arn(String uniqueId) {
    int colon = uniqueId.indexOf(':');
    if (colon >= 0) {
      return tables
          .roleById(tx, uniqueId.substring(0, colon))
          .map(role -> sessionArn(role, uniqueId.substring(colon + 1)));
    }
    return uniqueId.startsWith("AROA")
        ? tables.roleById(tx, uniqueId).map(Entity::arn)
        : tables.userById(tx, uniqueId).map(Entity::arn);
  }

  private static String sessionArn(Entity role, String session) {
    return "arn:aws:sts::%s:assumed-role/%s/%s".formatted(role.accountId(), role.name(), session);
  }
}
