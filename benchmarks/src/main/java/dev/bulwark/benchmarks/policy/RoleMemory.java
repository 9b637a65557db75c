package dev.bulwark.benchmarks.policy;

import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import java.util.ArrayList;
import java.util.List;

/**
 * The heap that roles take with their policies parsed, compiled and indexed, none of which any two
 * share: as they are kept once each role has asked for something.
 */
public final class RoleMemory {
  private static final int ROLES = 10_000;
  private static final int POLICIES = 10;
  private static final double MIB = 1 << 20;

  private RoleMemory() {}

  /** Runs it; takes no arguments. */
  public static void main(String[] args) throws PolicyException {
    var corpus = new PolicyCorpus(true);
    // What all documents share, such as names of actions, is there before the first role.
    var shared = PolicyBundle.of(corpus.policies(POLICIES));
    long before = used();
    List<PolicyBundle> roles = new ArrayList<>(ROLES);
    long characters = 0;
    for (int i = 0; i < ROLES; i++) {
      List<AttachedPolicy> attached = new ArrayList<>(POLICIES);
      for (int j = 0; j < POLICIES; j++) {
        var document = corpus.document(5);
        characters += document.length();
        attached.add(PolicyCorpus.attached(document, j));
      }
      roles.add(PolicyBundle.of(attached));
    }
    long taken = used() - before;
    System.out.printf(
        "%,d roles with %d policies each: %.0f MiB of heap (at most 1,024), %.1f KiB a role, %.1f times their text%n",
        roles.size(),
        shared.policies().size(),
        taken / MIB,
        taken / 1024.0 / ROLES,
        (double) taken / characters);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
