package dev.bulwark.base;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one source of random bytes: the platform's {@link SecureRandom}. Small requests are served
 * from buffers, one per few threads, since {@code SecureRandom} itself lets one thread in at a time
 * and pays a system call each; bytes are wiped from a buffer as they are handed out.
 */
public final class Randomness {

  private static final int BUFFER = 4096;
  private static final int LARGEST_BUFFERED = 256;

  private static final SecureRandom SOURCE = new SecureRandom();
  private static final Stripe[] STRIPES = new Stripe[16];

  static {
    Arrays.setAll(STRIPES, i -> new Stripe());
  }

  private Randomness() {}

  /** The provider itself, for libraries that ask for one. */
  public static SecureRandom secure() {
    return SOURCE;
  }

  /** As many new random bytes. */
  public static byte[] bytes(int count) {
    var bytes = new byte[count];
    fill(bytes);
    return bytes;
  }

  /** Fills an array with new random bytes. */
  public static void fill(byte[] target) {
    if (target.length > LARGEST_BUFFERED) {
      SOURCE.nextBytes(target);
    } else {
      STRIPES[(int) (Thread.currentThread().threadId() & (STRIPES.length - 1))].fill(target);
    }
  }

  private static final class Stripe {
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] buffer = new byte[BUFFER];
    private int next = BUFFER;

    void fill(byte[] target) {
      lock.lock();
      try {
        if (BUFFER - next < target.length) {
          SOURCE.nextBytes(buffer);
          next = 0;
        }
        int end = next + target.length;
        System.arraycopy(buffer, next, target, 0, target.length);
        Arrays.fill(buffer, next, end, (byte) 0);
        next = end;
      } finally {
        lock.unlock();
      }
    }
  }
}
