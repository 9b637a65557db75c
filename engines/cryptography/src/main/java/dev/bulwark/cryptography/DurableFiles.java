package dev.bulwark.cryptography;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that are there in full or not at all, for their owner alone. */
final class DurableFiles {
  private DurableFiles() {}

  /** Writes what a file is to hold. */
  @FunctionalInterface
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, mode(folder, "rwx------"));
    }
  }

  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
        mode(file, "rw-------"));
  }

  /** Replaces a file: written beside it, synced, moved into its place. */
  static void replace(Path file, boolean durable, Content content) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    try (var channel = open(part)) {
      content.writeTo(channel);
      if (durable) {
        channel.force(true);
      }
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    if (durable) {
      syncFolder(file.toAbsolutePath().resolveSibling(""));
    }
  }

  static void replace(Path file, boolean durable, byte[] content) throws IOException {
    replace(file, durable, channel -> writeFully(channel, content));
  }

  static void writeFully(FileChannel channel, byte[] content) throws IOException {
    var buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer buffer, long at) throws IOException {
    long place = at;
    while (buffer.hasRemaining()) {
      place += channel.write(buffer, place);
    }
  }

  static byte[] read(FileChannel channel, long at, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    long place = at;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, place);
      if (count < 0) {
        return new byte[0];
      }
      place += count;
    }
    return buffer.array();
  }

  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static FileAttribute<?>[] mode(Path near, String permissions) {
    return near.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
