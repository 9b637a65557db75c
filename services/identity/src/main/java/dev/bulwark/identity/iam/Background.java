package dev.bulwark.identity.iam;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Work that goes on after its call was answered. What was going on when the program stopped is
 * begun anew when somebody asks for it.
 */
final class Background {
  private static final System.Logger LOG = System.getLogger(Background.class.getName());

  private final Set<String> running = ConcurrentHashMap.newKeySet();

  /** Starts a piece of work, unless that very piece is going on. */
  void start(String key, Runnable work) {
    if (running.add(key)) {
      Thread.ofVirtual().name("iam-background").start(() -> run(key, work));
    }
  }

  private void run(String key, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, () -> "IAM could not finish " + key, e);
    } finally {
      running.remove(key);
    }
  }
}
