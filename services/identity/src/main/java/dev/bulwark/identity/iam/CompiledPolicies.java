package dev.bulwark.identity.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyLimits;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Compiled policies and bundles, one object for all principals that have the same: a document is
 * compiled once, and kept for as long as somebody uses it. Thread-safe.
 */
public final class CompiledPolicies {
  private static final PolicyLimits AWS_LIMITS = new PolicyLimits(1 << 20, 2_000, 50_000);

  private record Document(PolicyKind kind, String text) {}

  private final Cache<Document, Policy> policies = Caffeine.newBuilder().weakValues().build();
  private final Cache<List<AttachedPolicy>, PolicyBundle> bundles =
      Caffeine.newBuilder().weakValues().build();
  private final ConcurrentMap<String, Policy> awsPolicies = new ConcurrentHashMap<>();

  /**
   * The policy of a document that was checked when it was stored.
   *
   * @throws IllegalStateException where it cannot be read any more: it might have denied, so nobody
   *     may go on without it
   */
  public Policy compile(String document, PolicyKind kind) {
    return policies.get(
        new Document(kind, document),
        key -> {
          try {
            return Policy.parse(key.text(), key.kind());
          } catch (PolicyException e) {
            throw new IllegalStateException("A stored policy cannot be compiled", e);
          }
        });
  }

  /**
   * One of AWS's policies, which never change while the program runs; some are larger than any
   * customer's may be.
   */
  Policy compileAws(String arn, Function<String, String> document) {
    return awsPolicies.computeIfAbsent(arn, key -> parseAws(document.apply(key)));
  }

  static Policy parseAws(String document) {
    try {
      return Policy.parse(document, PolicyKind.IDENTITY, AWS_LIMITS);
    } catch (PolicyException e) {
      throw new IllegalStateException("A policy of AWS cannot be compiled", e);
    }
  }

  /** The bundle of these policies. */
  public PolicyBundle bundle(List<AttachedPolicy> attached) {
    return attached.isEmpty()
        ? PolicyBundle.EMPTY
        : bundles.get(List.copyOf(attached), PolicyBundle::of);
  }
}
