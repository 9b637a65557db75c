package dev.bulwark.hsm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Copies of what tells of tokens as a whole. SoftHSM2 writes that file anew at each login, from an
 * empty one on, so that a process that is killed just then leaves a token that nobody can use.
 */
final class TokenHeads {
  /** Of a head, which begins with a number that each login changes. */
  private static final int GENERATION = Long.BYTES;

  private static final int BOOLEAN = 1;
  private static final int NUMBER = 2;
  private static final int BYTES = 3;

  private final Path copies;

  TokenHeads(Path copies) throws IOException {
    this.copies = Files.createDirectories(copies);
  }

  /** Restores a token's head where it is not whole, and otherwise keeps a copy of it. */
  void heal(Path head, String token) throws IOException {
    if (isWhole(read(head))) {
      keep(head, token);
      return;
    }
    var copy = read(copies.resolve(token));
    if (isWhole(copy)) {
      write(head, copy);
    }
  }

  /** Keeps a copy of a token's head as it is; of one that is being written, none. */
  void keep(Path head, String token) throws IOException {
    var now = read(head);
    var known = read(copies.resolve(token));
    if (isWhole(now) && !isSame(now, known)) {
      write(copies.resolve(token), now);
    }
  }

  void forget(String token) throws IOException {
    Files.deleteIfExists(copies.resolve(token));
  }

  private static boolean isSame(byte[] one, byte[] other) {
    return one.length == other.length
        && Arrays.equals(one, GENERATION, one.length, other, GENERATION, other.length);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.write(next, content);
    try (var channel = FileChannel.open(next, StandardOpenOption.READ)) {
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (var channel = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Whether SoftHSM2 could read all of it: attributes with a type, a kind and a value each. */
  static boolean isWhole(byte[] head) {
    var rest = ByteBuffer.wrap(head);
    if (rest.remaining() <= GENERATION) {
      return false;
    }
    rest.position(GENERATION);
    while (rest.hasRemaining()) {
      if (rest.remaining() < 2 * Long.BYTES) {
        return false;
      }
      rest.getLong();
      long length =
          switch ((int) rest.getLong()) {
            case BOOLEAN -> 1;
            case NUMBER -> Long.BYTES;
            case BYTES -> rest.remaining() < Long.BYTES ? -1 : rest.getLong();
            default -> -1;
          };
      if (length < 0 || length > rest.remaining()) {
        return false;
      }
      rest.position(rest.position() + (int) length);
    }
    return true;
  }
}
