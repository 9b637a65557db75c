package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens in a folder, through SoftHSM2's library. The library knows one folder in a process: a
 * second one waits until the first is closed.
 *
 * <p>SoftHSM2 never asks the disk to keep what it writes, so this does, after each change. Tokens
 * are named by 32 characters.
 */
public final class SoftHsm implements AutoCloseable {
  /** What to do where the library is missing. */
  public static final String INSTALL =
      "SoftHSM2 is not installed on this machine: install it (Debian, Ubuntu: apt install softhsm2; Fedora: dnf install softhsm), or name its library in BULWARK_SOFTHSM_LIBRARY.";

  /** How long a token's name is. */
  public static final int LABEL = 32;

  private static final List<String> PLACES =
      List.of(
          "/usr/lib/softhsm/libsofthsm2.so",
          "/usr/lib64/pkcs11/libsofthsm2.so",
          "/usr/lib64/softhsm/libsofthsm2.so",
          "/usr/local/lib/softhsm/libsofthsm2.so",
          "/opt/homebrew/lib/softhsm/libsofthsm2.so");
  private static final String CONFIGURATION = "SOFTHSM2_CONF";
  private static final Semaphore ONE_FOLDER = new Semaphore(1);

  /** The one that is open. */
  private static volatile @Nullable SoftHsm current;

  private final Path libraryFile;
  private final Pkcs11 library;
  private final TokenFiles files;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, Object> changing = new ConcurrentHashMap<>();
  private volatile long epoch;
  private boolean closed;

  private SoftHsm(Path libraryFile, Pkcs11 library, TokenFiles files) {
    this.libraryFile = libraryFile;
    this.library = library;
    this.files = files;
  }

  /** Where the library is; empty where it is not installed. */
  public static Optional<Path> findLibrary(Map<String, String> environment) {
    var named = environment.getOrDefault("BULWARK_SOFTHSM_LIBRARY", "");
    return (named.isBlank() ? PLACES : List.of(named))
        .stream().map(Path::of).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Starts the library over the tokens of a folder, which is made where it is missing.
   *
   * @throws HsmException FAILED where the library does not start
   */
  public static SoftHsm open(Path libraryFile, Path folder) {
    ONE_FOLDER.acquireUninterruptibly();
    boolean opened = false;
    try {
      var files = new TokenFiles(folder);
      var hsm = new SoftHsm(libraryFile, new Pkcs11(libraryFile), files);
      hsm.start();
      current = hsm;
      opened = true;
      return hsm;
    } catch (IOException e) {
      throw unkept(e);
    } finally {
      if (!opened) {
        ONE_FOLDER.release();
      }
    }
  }

  private static HsmException unkept(IOException e) {
    return new HsmException(Kind.FAILED, "The files of tokens cannot be read or written", e);
  }

  private void start() {
    Pkcs11.setEnvironment(CONFIGURATION, files.configuration().toString());
    library.initialize();
    epoch++;
  }

  /**
   * Uses a library with the configuration of whoever runs this process, and not with this one's
   * folder. Where it is this one's library, all who use the folder wait meanwhile: a library knows
   * one folder in a process.
   */
  static <T> T elsewhere(
      Path libraryFile, Map<String, String> environment, Function<Pkcs11, T> work) {
    while (true) {
      var open = current;
      if (open != null && open.isOf(libraryFile)) {
        return open.alone(
            () -> {
              open.library.ask("C_Finalize", MemorySegment.NULL);
              try {
                return asElsewhere(open.library, environment, work);
              } finally {
                open.start();
              }
            });
      }
      if (open != null) {
        return asElsewhere(new Pkcs11(libraryFile), environment, work);
      }
      if (ONE_FOLDER.tryAcquire()) {
        try {
          return asElsewhere(new Pkcs11(libraryFile), environment, work);
        } finally {
          ONE_FOLDER.release();
        }
      }
      Thread.onSpinWait();
    }
  }

  private boolean isOf(Path other) {
    try {
      return Files.isSameFile(libraryFile, other);
    } catch (IOException e) {
      return false;
    }
  }

  private static <T> T asElsewhere(
      Pkcs11 library, Map<String, String> environment, Function<Pkcs11, T> work) {
    Pkcs11.setEnvironment(CONFIGURATION, environment.get(CONFIGURATION));
    library.initialize();
    try {
      return work.apply(library);
    } finally {
      library.ask("C_Finalize", MemorySegment.NULL);
    }
  }

  /** How often the library was started: logins of before are gone. */
  long epoch() {
    return epoch;
  }

  <T> T using(Function<Pkcs11, T> work) {
    lock.readLock().lock();
    try {
      requireOpen();
      return work.apply(library);
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new HsmException(Kind.FAILED, "The tokens are closed");
    }
  }

  /** Does what changes tokens as a whole, while nobody uses any. */
  private <T> T alone(Work<T> work) {
    lock.writeLock().lock();
    try {
      requireOpen();
      return work.run();
    } catch (IOException e) {
      throw unkept(e);
    } finally {
      lock.writeLock().unlock();
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Makes a token and logs in to it.
   *
   * @param pin of the user, from 4 to 255 bytes; the security officer's is forgotten
   * @param officerPin for the token's making alone
   */
  public Token create(String label, byte[] pin, byte[] officerPin) {
    requireLabel(label);
    alone(
        () -> {
          try (var arena = Arena.ofConfined()) {
            long free = -1;
            for (long slot : Slots.all(library, arena)) {
              if (!Slots.info(library, slot, arena).initialized()) {
                free = slot;
              }
            }
            if (free < 0) {
              throw new HsmException(Kind.FAILED, "SoftHSM2 has no free slot");
            }
            initialize(free, label, pin, officerPin, arena);
          }
          files.sync(serialOf(label));
          files.syncTokens();
          return label;
        });
    return token(label, pin);
  }

  private void initialize(long free, String label, byte[] pin, byte[] officerPin, Arena arena) {
    var name = Pkcs11.bytes(arena, label.getBytes(StandardCharsets.US_ASCII));
    Pkcs11.withSecret(
        officerPin,
        officer -> {
          library.call("C_InitToken", free, officer, (long) officerPin.length, name);
          long session = Slots.openSession(library, Slots.of(library, label, arena), arena);
          library.call("C_Login", session, Ck.SECURITY_OFFICER, officer, (long) officerPin.length);
          Pkcs11.withSecret(
              pin,
              user -> {
                library.call("C_InitPIN", session, user, (long) pin.length);
                return label;
              });
          library.call("C_Logout", session);
          library.call("C_CloseSession", session);
          return label;
        });
  }

  private static void requireLabel(String label) {
    if (!label.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("A token is named by 32 hexadecimal digits");
    }
  }

  /** A token that is there; it is logged in to when it is first used. */
  public Token token(String label, byte[] pin) {
    requireLabel(label);
    return new Token(this, label, pin);
  }

  /** Whoever changes which keys a token has holds this. */
  Object changing(String label) {
    return changing.computeIfAbsent(label, any -> new Object());
  }

  /** Has the disk keep a token's files, while nobody changes its keys. */
  void sync(String label) {
    using(
        library -> {
          try (var arena = Arena.ofConfined()) {
            var serial = Slots.info(library, Slots.of(library, label, arena), arena).serial();
            files.sync(serial);
            return label;
          } catch (IOException e) {
            throw unkept(e);
          }
        });
  }

  private String serialOf(String label) {
    try (var arena = Arena.ofConfined()) {
      return Slots.info(library, Slots.of(library, label, arena), arena).serial();
    }
  }

  /** The names of all tokens. */
  public Set<String> labels() {
    return using(
        library -> {
          try (var arena = Arena.ofConfined()) {
            var found = new HashSet<String>();
            for (long slot : Slots.all(library, arena)) {
              var token = Slots.info(library, slot, arena);
              if (token.initialized()) {
                found.add(token.label());
              }
            }
            return Set.copyOf(found);
          }
        });
  }

  /**
   * Writes the files of tokens, each as it is at one time. Its keys can be used meanwhile, and not
   * be changed. Whoever keeps the bytes guards them.
   *
   * @param to is closed
   * @throws HsmException NOT_FOUND where there is no such token, FAILED where it cannot be written
   */
  public void archive(Collection<String> labels, OutputStream to) {
    try (var zip = new ZipOutputStream(to)) {
      for (var label : new LinkedHashSet<>(labels)) {
        synchronized (changing(label)) {
          var serial = using(library -> serialOf(label));
          // SoftHSM2 writes that file anew at each login.
          var head = alone(() -> files.head(serial));
          files.archive(label, serial, head, zip);
        }
      }
    } catch (IOException e) {
      throw unkept(e);
    }
  }

  /**
   * Makes tokens from an archive, with the keys and the PINs that they had.
   *
   * @param labels which tokens, and their new names
   * @throws HsmException BAD_DATA where the archive does not hold them
   */
  public void restore(InputStream archive, Map<String, String> labels) {
    labels.values().forEach(SoftHsm::requireLabel);
    try {
      var unpacked = files.unpack(archive, labels);
      alone(
          () -> {
            files.add(unpacked);
            restart();
            return labels;
          });
    } catch (IOException e) {
      throw unkept(e);
    }
  }

  /** Removes tokens with all their keys; those that are not there are no matter. */
  public void delete(Collection<String> labels) {
    for (var label : labels) {
      synchronized (changing(label)) {
        alone(
            () -> {
              try {
                files.delete(serialOf(label));
              } catch (HsmException e) {
                if (e.kind() != Kind.NOT_FOUND) {
                  throw e;
                }
              }
              return label;
            });
      }
      changing.remove(label);
    }
    alone(
        () -> {
          restart();
          return labels;
        });
  }

  /** The library reads its folder when it starts, and then no more. */
  private void restart() {
    library.call("C_Finalize", MemorySegment.NULL);
    start();
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        current = null;
        library.ask("C_Finalize", MemorySegment.NULL);
        ONE_FOLDER.release();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
