package dev.bulwark.analysis.compare;

/** How much work a comparison may be: in characters looked at, about. Not thread-safe. */
final class Budget {
  private static final long MOST = 20_000_000;

  private long spent;

  /**
   * Counts work.
   *
   * @throws TooComplexException when it has become too much
   */
  void spend(long work) {
    spent += work;
    if (spent > MOST) {
      throw new TooComplexException();
    }
  }
}
