package dev.bulwark.state;

/** A {@link WriteFunction} without a result. */
@FunctionalInterface
public interface WriteAction<X extends Exception> {
  /** Reads and writes through {@code tx}. */
  void apply(WriteTx tx) throws X;
}
