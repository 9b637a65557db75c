package dev.bulwark.wire;

/**
 * A stream whose bytes take a share of the memory that all bodies may have together. Who keeps them
 * asks before each piece; the share is given back by who made the stream.
 */
public interface MemoryShare {
  /**
   * Asks for room.
   *
   * @return false where there is none, even after some waiting
   */
  boolean reserve(int bytes);
}
