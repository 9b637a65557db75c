package dev.bulwark.state;

/**
 * What {@link Store#write} runs on the writer's thread. It should be short and must not wait for
 * anything else (network, other threads), since every other write waits for it. It returns no null:
 * an {@code Optional} where there may be nothing.
 */
@FunctionalInterface
public interface WriteFunction<R, X extends Exception> {
  /** Reads and writes through {@code tx}. */
  R apply(WriteTx tx) throws X;
}
