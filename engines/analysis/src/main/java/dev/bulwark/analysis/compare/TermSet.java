package dev.bulwark.analysis.compare;

import java.util.List;

/**
 * What some terms match, or with {@code complement} what they do not: an Action or NotAction
 * element, a Resource or NotResource element.
 */
record TermSet(boolean complement, List<Term> terms) {
  static final TermSet ALL = new TermSet(true, List.of());

  /** The set of one term. */
  static TermSet of(Term term) {
    return new TermSet(false, List.of(term));
  }

  /** Whether every member of the other is one of this; false where in doubt. */
  boolean contains(TermSet other, Budget budget) {
    if (!other.complement) {
      return other.terms.stream().allMatch(term -> contains(term, budget));
    }
    return complement
        ? terms.stream().allMatch(mine -> other.lists(mine, budget))
        : terms.stream().anyMatch(term -> term.widest().isAll());
  }

  private boolean contains(Term term, Budget budget) {
    return complement
        ? terms.stream().noneMatch(mine -> mine.meets(term, budget))
        : lists(term, budget);
  }

  private boolean lists(Term term, Budget budget) {
    return terms.stream().anyMatch(mine -> mine.contains(term, budget));
  }

  /** Whether they may have a member in common. */
  boolean meets(TermSet other, Budget budget) {
    if (complement && other.complement) {
      return true;
    }
    if (complement) {
      return other.meets(this, budget);
    }
    return other.complement
        ? terms.stream().anyMatch(term -> !other.lists(term, budget))
        : terms.stream()
            .anyMatch(mine -> other.terms.stream().anyMatch(t -> mine.meets(t, budget)));
  }

  /** The parts to look at one by one: each term, or a complement as a whole. */
  List<TermSet> parts() {
    return complement ? List.of(this) : terms.stream().map(TermSet::of).toList();
  }
}
