package dev.bulwark.state;

/**
 * What {@link Store#read} runs. It returns no null: an {@code Optional} where there may be nothing.
 */
@FunctionalInterface
public interface ReadFunction<R, X extends Exception> {
  /** Reads from {@code tx}. */
  R apply(ReadTx tx) throws X;
}
