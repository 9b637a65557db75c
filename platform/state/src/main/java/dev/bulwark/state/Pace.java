package dev.bulwark.state;

/** How fast a scrub goes: called after each piece of its work. */
@FunctionalInterface
public interface Pace {

  /** As fast as it can. */
  Pace UNLIMITED = bytes -> {};

  /** Waits as is right after so many bytes were read. */
  void spent(long bytes) throws InterruptedException;
}
