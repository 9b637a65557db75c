package dev.bulwark.base;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one source of random bytes: the kernel's generator, else the platform's {@link SecureRandom},
 * which mixes its bytes with some of its own and takes four times as long. Small requests are
 * served from buffers, one per few threads, since {@code SecureRandom} lets one thread in at a time
 * and both pay a system call each; bytes are wiped from a buffer as they are handed out.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/urandom.4.html">urandom(4)</a>
 */
public final class Randomness {

  private static final int BUFFER = 4096;
  private static final int LARGEST_BUFFERED = 256;

  private static final SecureRandom PLATFORM = new SecureRandom();
  private static final @Nullable InputStream KERNEL = kernel();
  private static final Stripe[] STRIPES = new Stripe[16];

  static {
    Arrays.setAll(STRIPES, i -> new Stripe());
  }

  private Randomness() {}

  private static @Nullable InputStream kernel() {
    try {
      return new FileInputStream(Path.of("/dev/urandom").toFile());
    } catch (IOException e) {
      return null;
    }
  }

  private static void draw(byte[] target) {
    try {
      if (KERNEL != null && KERNEL.readNBytes(target, 0, target.length) == target.length) {
        return;
      }
    } catch (IOException e) {
      // As where there is no such device.
    }
    PLATFORM.nextBytes(target);
  }

  /** The provider itself, for libraries that ask for one. */
  public static SecureRandom secure() {
    return PLATFORM;
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
      draw(target);
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
          draw(buffer);
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
