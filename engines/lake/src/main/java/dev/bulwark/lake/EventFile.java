package dev.bulwark.lake;

import java.time.Instant;

/**
 * A file of events, which never changes.
 *
 * @param name within the folder of all of them
 * @param bytes its length
 * @param oldest the least time of its events
 * @param newest the greatest
 */
public record EventFile(String name, long bytes, long events, Instant oldest, Instant newest) {

  /**
   * A file and what opens it.
   *
   * @param key 32 bytes, of this file alone
   */
  public record Open(EventFile file, byte[] key) {}
}
