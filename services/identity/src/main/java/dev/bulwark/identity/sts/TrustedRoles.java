package dev.bulwark.identity.sts;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.RoleRecord;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Resource;
import dev.bulwark.state.StoreCache;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The roles that can be assumed, with whom they trust. A role that does not exist is one that
 * trusts nobody, so that no answer tells which roles there are.
 */
final class TrustedRoles {
  private static final System.Logger LOG = System.getLogger(TrustedRoles.class.getName());
  private static final int MOST_ROLES = 10_000;

  /** Trusts nobody: no role has such an id. */
  private static final Policy NOBODY =
      parse(
          """
          {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"AWS": "AROAAAAAAAAAAAAAAAAAA"}, "Action": "sts:AssumeRole"}}""");

  /** A role with its trust policy, compiled. */
  record Trusting(RoleRecord role, Policy trust) {}

  private final StoreCache<Trusting> roles;
  private final Predicate<String> closed;

  /**
   * @param closed whether an account was closed: its roles are as if they were not there
   */
  TrustedRoles(IamTables tables, Predicate<String> closed) {
    this.closed = closed;
    this.roles =
        tables.roles().cached(MOST_ROLES, role -> new Trusting(role, parse(role.trustPolicy())));
  }

  private static Policy parse(String document) {
    try {
      return Policy.parse(document, PolicyKind.TRUST);
    } catch (PolicyException e) {
      LOG.log(System.Logger.Level.ERROR, "A stored trust policy cannot be compiled", e);
      return NOBODY;
    }
  }

  /**
   * The ARN of a role in a request.
   *
   * @throws dev.bulwark.schema.ApiException ValidationError where it has not the form of one
   */
  static Arn arn(String text) {
    var arn = Arn.tryParse(text).orElseThrow(() -> StsErrors.invalidArn(text));
    if (!arn.partition().equals("aws")
        || !arn.service().equals("iam")
        || !arn.region().isEmpty()
        || !AccountId.isValid(arn.account())) {
      throw StsErrors.invalidRequestArn();
    }
    return arn;
  }

  /** The role of that ARN, or null. */
  @Nullable Trusting find(String text) {
    var arn = arn(text);
    if (!arn.resourceType().equals("role")
        || arn.resourceName().isEmpty()
        || closed.test(arn.account())) {
      return null;
    }
    var found = roles.get(IamTables.key(arn.account(), arn.resourceName()));
    return found != null && found.role().arn().equals(text) ? found : null;
  }

  /** What assuming a role is authorized against: its trust policy has to allow by itself. */
  static Resource resource(String text, @Nullable Trusting found) {
    var resource =
        Resource.of(text)
            .ownedBy(arn(text).account())
            .withDecisivePolicy(found == null ? NOBODY : found.trust());
    return found == null ? resource : resource.withTags(found.role().tags());
  }

  /** Puts {@code iam:ResourceTag/*}. */
  static void describe(Context.Builder keys, @Nullable Trusting found) {
    if (found != null) {
      found.role().tags().forEach((key, value) -> keys.put("iam:ResourceTag/" + key, value));
    }
  }
}
