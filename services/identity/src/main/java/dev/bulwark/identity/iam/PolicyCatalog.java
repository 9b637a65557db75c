package dev.bulwark.identity.iam;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.state.ReadTx;
import org.jspecify.annotations.Nullable;

/** Every managed policy that an account can use: its own and AWS's. */
final class PolicyCatalog {
  private final IamTables tables;
  private final AwsManagedPolicies awsPolicies;

  PolicyCatalog(IamTables tables, AwsManagedPolicies awsPolicies) {
    this.tables = tables;
    this.awsPolicies = awsPolicies;
  }

  AwsManagedPolicies awsPolicies() {
    return awsPolicies;
  }

  /**
   * Makes sure that a text has the form of a managed policy's ARN.
   *
   * @throws dev.bulwark.schema.ApiException InvalidInput
   */
  Arn requireArn(String policyArn) {
    return Arn.tryParse(policyArn)
        .filter(arn -> arn.service().equals("iam") && arn.region().isEmpty())
        .filter(arn -> arn.resourceType().equals("policy"))
        .filter(
            arn ->
                arn.account().equals(PolicyRecord.AWS_ACCOUNT) || AccountId.isValid(arn.account()))
        .orElseThrow(() -> IamErrors.invalidArn(policyArn));
  }

  /** The path in the ARN of a managed policy. */
  static String pathOf(String policyArn) {
    int start = policyArn.indexOf(":policy/") + ":policy".length();
    return policyArn.substring(start, policyArn.lastIndexOf('/') + 1);
  }

  boolean exists(ReadTx tx, String accountId, String policyArn) {
    return awsPolicies.contains(policyArn) || customer(tx, accountId, policyArn) != null;
  }

  /** A policy with its documents, or null. */
  @Nullable PolicyRecord find(ReadTx tx, String accountId, String policyArn) {
    var own = awsPolicies.find(policyArn);
    return own == null ? customer(tx, accountId, policyArn) : own;
  }

  /**
   * A policy with its documents.
   *
   * @throws dev.bulwark.schema.ApiException NoSuchEntity
   */
  PolicyRecord require(ReadTx tx, String accountId, String policyArn) {
    var found = find(tx, accountId, policyArn);
    if (found == null) {
      throw IamErrors.noPolicy(policyArn);
    }
    return found;
  }

  /** A policy of the account's own, or null. */
  @Nullable PolicyRecord customer(ReadTx tx, String accountId, String policyArn) {
    var name = policyArn.substring(policyArn.lastIndexOf('/') + 1);
    var found = name.isEmpty() ? null : tables.policies().get(tx, IamTables.key(accountId, name));
    return found != null && found.arn().equals(policyArn) ? found : null;
  }
}
