package dev.bulwark.state;

import dev.bulwark.base.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds a store's files, made for its owner alone and held by one process at a
 * time.
 */
final class DataFolder implements AutoCloseable {

  /** With less than this a store could be opened, but hardly written. */
  private static final long LEAST_SPACE = 4L << 20;

  private static final String ELSEWHERE = " or choose another with --data";

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final boolean temporary;

  private DataFolder(Path path, FileChannel lockFile, FileLock lock, boolean temporary) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.temporary = temporary;
  }

  static DataFolder open(Path path) {
    try {
      make(path);
      if (!Files.isReadable(path) || !Files.isWritable(path) || !Files.isExecutable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      long left = Files.getFileStore(path).getUsableSpace();
      if (left < LEAST_SPACE) {
        throw new StoreException(
            StoreException.Kind.DISK_FULL,
            "The disk of the data folder %s is full (%d KiB left): make room%s"
                .formatted(path, left >> 10, ELSEWHERE));
      }
      return lock(path, false);
    } catch (IOException e) {
      throw translate("The data folder " + path + " cannot be used", e, ELSEWHERE);
    }
  }

  static DataFolder temporary() {
    var memory = Path.of("/dev/shm");
    var parent =
        Files.isDirectory(memory) && Files.isWritable(memory)
            ? memory
            : Path.of(System.getProperty("java.io.tmpdir"));
    try {
      var path = parent.resolve("bulwark-" + Ids.hex(8));
      make(path);
      return lock(path, true);
    } catch (IOException e) {
      throw translate("No temporary folder can be made in " + parent, e, "");
    }
  }

  private static void make(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        var mode = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(mode));
      } else {
        Files.createDirectories(path);
      }
      var parent = path.getParent();
      if (parent != null && Files.isReadable(parent)) {
        BlobStore.syncFolder(parent);
      }
    }
  }

  private static DataFolder lock(Path path, boolean temporary) throws IOException {
    var file = path.resolve("lock");
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      var lock = tryLock(channel);
      if (lock == null) {
        throw new StoreException(
            StoreException.Kind.IN_USE,
            "The data folder %s is in use by process %s: stop it%s"
                .formatted(path, holder(file), ELSEWHERE));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return new DataFolder(path, channel, lock, temporary);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(Path file) throws IOException {
    var pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
    return pid.isEmpty() ? "(unknown)" : pid;
  }

  Path path() {
    return path;
  }

  /**
   * An empty folder in it, for the database's native library: the driver unpacks that at each
   * start, and a killed process cannot remove its copy.
   */
  Path emptyFolder(String name) {
    var folder = path.resolve(name);
    try {
      Files.createDirectories(folder);
      try (var files = Files.newDirectoryStream(folder)) {
        for (var file : files) {
          Files.delete(file);
        }
      }
      return folder;
    } catch (IOException e) {
      throw translate("The folder " + folder + " cannot be used", e, "");
    }
  }

  boolean isTemporary() {
    return temporary;
  }

  @Override
  public void close() {
    try {
      lock.release();
      lockFile.close();
      if (temporary) {
        try (var files = Files.walk(path)) {
          for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw translate("The data folder " + path + " cannot be released", e, "");
    }
  }

  /** The kind of failure that an exception of the file system stands for, in words for a person. */
  static StoreException translate(String what, IOException e, String hint) {
    var reason = String.valueOf(e.getMessage());
    var text = reason.toLowerCase(Locale.ROOT);
    if (e instanceof AccessDeniedException || text.contains("read-only file system")) {
      return new StoreException(
          StoreException.Kind.PERMISSION,
          "%s: user %s may not read and write it (%s): change its permissions%s"
              .formatted(what, System.getProperty("user.name"), reason, hint),
          e);
    }
    if (text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("file too large")) {
      return new StoreException(
          StoreException.Kind.DISK_FULL, what + ": no space is left (" + reason + ")", e);
    }
    return new StoreException(StoreException.Kind.IO, what + ": " + reason + hint, e);
  }
}
