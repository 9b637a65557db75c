package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.identity.iam.IamInventory;
import java.util.List;
import java.util.Optional;

/** Roles, whose trust policies tell who may assume them. */
final class RolePolicies implements ResourcePolicies {
  static final String TYPE = "AWS::IAM::Role";

  private final IamInventory inventory;

  RolePolicies(IamInventory inventory) {
    this.inventory = inventory;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Resource> ofAccount(String accountId, String region) {
    return inventory.roles(accountId).stream().map(role -> resource(role, accountId)).toList();
  }

  @Override
  public Optional<Resource> find(String arn) {
    return inventory.role(arn).map(role -> resource(role, arn.split(":", 6)[4]));
  }

  private static Resource resource(IamInventory.Role role, String accountId) {
    return new Resource(
        role.arn(), TYPE, accountId, null, role.created(), role.trustPolicy(), false);
  }
}
