package dev.bulwark.encryption.kms;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
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
    Instant created) {

  GrantRecord {
    operations = List.copyOf(operations);
    contextEquals = contextEquals == null ? null : Map.copyOf(contextEquals);
    contextSubset = contextSubset == null ? null : Map.copyOf(contextSubset);
  }

  /** Whether the constraints let a request with that encryption context pass. */
  boolean admits(Map<String, String> context) {
    return (contextEquals == null || contextEquals.equals(context))
        && (contextSubset == null || context.entrySet().containsAll(contextSubset.entrySet()));
  }

  /** Whether the constraints bear on an operation at all: those without a context ignore them. */
  boolean covers(String operation, Map<String, String> context) {
    return operations.contains(operation)
        && (!GrantOperations.HAVE_CONTEXT.contains(operation) || admits(context));
  }

  /** Whether this allows no more than that other grant, so that its grantee could have made it. */
  boolean isWithin(GrantRecord other) {
    if (!other.operations.containsAll(operations)) {
      return false;
    }
    if (other.contextEquals != null) {
      return other.contextEquals.equals(contextEquals);
    }
    return other.contextSubset == null
        || holds(contextEquals, other.contextSubset)
        || holds(contextSubset, other.contextSubset);
  }

  private static boolean holds(@Nullable Map<String, String> pairs, Map<String, String> required) {
    return pairs != null && pairs.entrySet().containsAll(required.entrySet());
  }

  /** Whether it is what the same request would make again. */
  boolean isSameAs(GrantRecord other) {
    return Objects.equals(name, other.name)
        && grantee.equals(other.grantee)
        && Objects.equals(retiring, other.retiring)
        && Set.copyOf(operations).equals(Set.copyOf(other.operations))
        && Objects.equals(contextEquals, other.contextEquals)
        && Objects.equals(contextSubset, other.contextSubset);
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
