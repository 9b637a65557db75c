package dev.bulwark.encryption.kms;

import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.policy.Grant;
import dev.bulwark.policy.Principals.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A grant as stored.
 *
 * @param grantee a unique id of IAM, an ARN, or a service
 * @param retiring the same; null where nobody was named
 * @param contextEquals null where the context may be any
 * @param contextSubset null where the context may be any
 * @param sourceArn for which resource a service has to ask; null where that does not matter
 */
record GrantRecord(
    String accountId,
    String region,
    String keyId,
    String grantId,
    @Nullable String name,
    String grantee,
    @Nullable String retiring,
    String issuingAccount,
    List<String> operations,
    @Nullable Map<String, String> contextEquals,
    @Nullable Map<String, String> contextSubset,
    @Nullable String sourceArn,
    Instant created) {

  GrantRecord {
    operations = List.copyOf(operations);
    contextEquals = contextEquals == null ? null : Map.copyOf(contextEquals);
    contextSubset = contextSubset == null ? null : Map.copyOf(contextSubset);
  }

  /** The same between these principals, as they are stored. */
  GrantRecord between(String newGrantee, @Nullable String newRetiring) {
    return new GrantRecord(
        accountId,
        region,
        keyId,
        grantId,
        name,
        newGrantee,
        newRetiring,
        issuingAccount,
        operations,
        contextEquals,
        contextSubset,
        sourceArn,
        created);
  }

  /**
   * Whether this allows a request. Constraints on the encryption context bear on operations alone
   * that have one, and that on the source on all but RetireGrant.
   */
  boolean covers(
      String operation, Map<String, String> context, dev.bulwark.access.Principal requester) {
    return operations.contains(operation)
        && (!GrantOperations.HAVE_CONTEXT.contains(operation) || admits(context))
        && (sourceArn == null
            || operation.equals("RetireGrant")
            || (requester instanceof ServicePrincipal service
                && sourceArn.equals(service.sourceArn())));
  }

  private boolean admits(Map<String, String> context) {
    return (contextEquals == null
            || (holds(context, contextEquals) && holds(contextEquals, context)))
        && (contextSubset == null || holds(context, contextSubset));
  }

  /** The pairs of the constraint on the encryption context; none where there is none. */
  Map<String, String> contextPairs() {
    return contextEquals != null ? contextEquals : contextSubset != null ? contextSubset : Map.of();
  }

  /** The type of the constraint on the encryption context, as condition keys know it. */
  @Nullable String constraintType() {
    return contextEquals != null
        ? "EncryptionContextEquals"
        : contextSubset != null ? "EncryptionContextSubset" : null;
  }

  /** Whether this allows no more than that other grant, so that its grantee could have made it. */
  boolean isWithin(GrantRecord other) {
    if (!other.operations.containsAll(operations)
        || (other.sourceArn != null && !other.sourceArn.equals(sourceArn))) {
      return false;
    }
    if (other.contextEquals != null) {
      return holds(contextEquals, other.contextEquals) && holds(other.contextEquals, contextEquals);
    }
    return other.contextSubset == null
        || holds(contextEquals, other.contextSubset)
        || holds(contextSubset, other.contextSubset);
  }

  /** Names of pairs are compared without regard to case here, as AWS says, and values with. */
  private static boolean holds(
      @Nullable Map<String, String> pairs, @Nullable Map<String, String> required) {
    return pairs != null
        && required != null
        && required.entrySet().stream()
            .allMatch(
                wanted ->
                    pairs.entrySet().stream()
                        .anyMatch(
                            pair ->
                                pair.getKey().equalsIgnoreCase(wanted.getKey())
                                    && pair.getValue().equals(wanted.getValue())));
  }

  /** Whether it is what the same request would make again. */
  boolean isSameAs(GrantRecord other) {
    return Objects.equals(name, other.name)
        && issuingAccount.equals(other.issuingAccount)
        && grantee.equals(other.grantee)
        && Objects.equals(retiring, other.retiring)
        && Set.copyOf(operations).equals(Set.copyOf(other.operations))
        && Objects.equals(contextEquals, other.contextEquals)
        && Objects.equals(contextSubset, other.contextSubset)
        && Objects.equals(sourceArn, other.sourceArn);
  }

  /** A number that is the same for those that {@link #isSameAs} tells to be the same. */
  int content() {
    return Objects.hash(
        name,
        issuingAccount,
        grantee,
        retiring,
        Set.copyOf(operations),
        contextEquals,
        contextSubset,
        sourceArn);
  }

  /** Whether a stored principal is a service. */
  static boolean isService(String stored) {
    return principal(stored) instanceof Principal.Service;
  }

  /** The key's ARN. */
  String keyArn() {
    return "arn:aws:kms:" + region + ":" + accountId + ":key/" + keyId;
  }

  /** What it is for decisions, where it is to be for that stored principal. */
  Grant to(String principal) {
    return new Grant(grantId, principal(principal), issuingAccount);
  }

  /** A stored principal as policies know it. */
  static Principal principal(String stored) {
    if (stored.startsWith("AIDA") || stored.startsWith("AROA")) {
      return new Principal.UniqueId(stored);
    }
    if (AccountId.isValid(stored)) {
      return new Principal.Account(stored);
    }
    return Arn.tryParse(stored)
        .<Principal>map(
            arn ->
                arn.resource().equals("root")
                    ? new Principal.Account(arn.account())
                    : new Principal.Arn(stored))
        .orElseGet(() -> new Principal.Service(stored));
  }
}
