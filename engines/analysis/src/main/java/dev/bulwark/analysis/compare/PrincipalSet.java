package dev.bulwark.analysis.compare;

import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.Principals;
import dev.bulwark.policy.Principals.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Principal or NotPrincipal element. A statement's principals are not simply a set: one that
 * names a user grants more than one that names the user's account, for that grants only with the
 * account's own policies.
 *
 * @param values null where the kind of policy has no principals
 * @param trust whether a star stands for IAM's principals alone, as in trust policies
 */
record PrincipalSet(boolean negated, @Nullable List<Principal> values, boolean trust) {

  static PrincipalSet of(@Nullable Principals principals, PolicyKind kind) {
    return principals == null
        ? new PrincipalSet(false, null, false)
        : new PrincipalSet(principals.negated(), principals.values(), kind == PolicyKind.TRUST);
  }

  /** The parts to look at one by one. */
  List<PrincipalSet> parts() {
    return values == null || negated
        ? List.of(this)
        : values.stream().map(v -> new PrincipalSet(false, List.of(v), trust)).toList();
  }

  /** Whether a grant to these grants all that one to {@code other} does. */
  boolean grantsAllOf(PrincipalSet other) {
    return relates(other, false);
  }

  /** Whether a deny of these denies all that {@code other} names. */
  boolean deniesAllOf(PrincipalSet other) {
    return relates(other, true);
  }

  private boolean relates(PrincipalSet other, boolean deny) {
    var mine = values;
    var theirs = other.values;
    if (mine == null || theirs == null) {
      return mine == null;
    }
    if (other.negated) {
      return (negated && theirs.containsAll(mine)) || (!negated && !trust && everyone(mine));
    }
    return theirs.stream().allMatch(p -> negated ? leavesIn(mine, p) : has(mine, p, deny));
  }

  private static boolean everyone(List<Principal> values) {
    return values.stream().anyMatch(Principal.Everyone.class::isInstance);
  }

  private boolean has(List<Principal> mine, Principal principal, boolean deny) {
    if (mine.contains(principal)) {
      return true;
    }
    boolean iam =
        !(principal instanceof Principal.Service || principal instanceof Principal.Federated);
    if (everyone(mine) && (iam || !trust || deny)) {
      return true;
    }
    return deny
        && principal instanceof Principal.Arn(var arn)
        && mine.contains(new Principal.Account(account(arn)));
  }

  /** Whether NotPrincipal leaves a principal in, whoever comes in its name. */
  private static boolean leavesIn(List<Principal> listed, Principal principal) {
    return switch (principal) {
      case Principal.Everyone everyone -> listed.isEmpty();
      case Principal.UniqueId id -> listed.isEmpty();
      default -> !listed.contains(principal) && !everyone(listed);
    };
  }

  /** Whether someone may be meant by both; true where in doubt. */
  boolean meets(PrincipalSet other) {
    var mine = values;
    var theirs = other.values;
    return mine == null
        || theirs == null
        || negated
        || other.negated
        || mine.stream().anyMatch(a -> theirs.stream().anyMatch(b -> meet(a, b)));
  }

  private static boolean meet(Principal a, Principal b) {
    if (a.equals(b) || a instanceof Principal.Everyone || b instanceof Principal.Everyone) {
      return true;
    }
    if (a instanceof Principal.Account(var id) && b instanceof Principal.Arn(var arn)) {
      return account(arn).equals(id);
    }
    if (a instanceof Principal.Arn && b instanceof Principal.Account) {
      return meet(b, a);
    }
    if (a instanceof Principal.Arn(var one) && b instanceof Principal.Arn(var two)) {
      // A role and its session, a user and its federated session.
      return account(one).equals(account(two)) && !service(one).equals(service(two));
    }
    boolean named =
        a instanceof Principal.Service
            || a instanceof Principal.Federated
            || b instanceof Principal.Service
            || b instanceof Principal.Federated
            || (a instanceof Principal.Account && b instanceof Principal.Account);
    return !named;
  }

  private static String account(String arn) {
    var parts = arn.split(":", 6);
    return parts.length < 6 ? "" : parts[4];
  }

  private static String service(String arn) {
    var parts = arn.split(":", 6);
    return parts.length < 6 ? "" : parts[2];
  }
}
