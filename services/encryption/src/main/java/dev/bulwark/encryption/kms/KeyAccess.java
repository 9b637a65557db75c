package dev.bulwark.encryption.kms;

import dev.bulwark.policy.Grant;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What operations on keys are authorized against: the key policy, which must allow by itself or
 * delegate to the account's IAM policies, or a grant.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html">Troubleshooting
 *     key access</a>
 */
final class KeyAccess {
  /** Operations that principals of other accounts can be allowed. */
  private static final Set<String> ACROSS_ACCOUNTS =
      Set.of(
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DeriveSharedSecret",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyPair",
          "kms:GenerateDataKeyPairWithoutPlaintext",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:GenerateMac",
          "kms:GetKeyRotationStatus",
          "kms:GetPublicKey",
          "kms:ListGrants",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
          "kms:RevokeGrant",
          "kms:Sign",
          "kms:Verify",
          "kms:VerifyMac");

  private final KmsTables tables;

  KeyAccess(KmsTables tables) {
    this.tables = tables;
  }

  /** The condition keys of a request about a key. */
  KeyContext context(KeyFinder.Found key, Caller caller) {
    var record = key.record();
    return KeyContext.of(caller.principal().accountId(), record, () -> tables.aliasesOf(record))
        .alias(key.alias());
  }

  /** What the caller must be allowed to do with a key. */
  Permission permission(String action, LoadedKey key, Caller caller, KeyContext context) {
    return permission(action, key, caller, context, grant -> true);
  }

  /**
   * The same, where only some grants count.
   *
   * @param fitting asked for those that cover the action
   */
  Permission permission(
      String action,
      LoadedKey key,
      Caller caller,
      KeyContext context,
      Predicate<GrantRecord> fitting) {
    var record = key.record();
    var operation = action.substring("kms:".length());
    boolean own = caller.principal().accountId().equals(record.accountId());
    var policy = key.policy();
    var resource =
        policy != null && (own || ACROSS_ACCOUNTS.contains(action))
            ? Resource.of(key.arn()).withDecisivePolicy(policy)
            : Resource.of(key.arn());
    var covering =
        covering(
            tables.grants.to(caller.principal(), key.row()),
            grant ->
                grant.covers(operation, context.encryptionContext(), caller.principal())
                    && fitting.test(grant));
    return new Permission(
        action,
        resource.ownedBy(record.accountId()).withTags(record.tags()).withGrants(covering),
        context.toContext());
  }

  /** Of those between the same two one is enough. */
  private static List<Grant> covering(
      List<List<GrantRecord>> grants, Predicate<GrantRecord> covers) {
    if (grants.isEmpty()) {
      return List.of();
    }
    var covering = new ArrayList<Grant>();
    for (var toOne : grants) {
      var issuer = "";
      for (var grant : toOne) {
        if (!grant.issuingAccount().equals(issuer) && covers.test(grant)) {
          covering.add(grant.to(grant.grantee()));
          issuer = grant.issuingAccount();
        }
      }
    }
    return covering;
  }
}
