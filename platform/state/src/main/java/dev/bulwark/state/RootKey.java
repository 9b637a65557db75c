package dev.bulwark.state;

import dev.bulwark.base.Randomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * Finds the 32 bytes of the root key: in BULWARK_ROOT_KEY (base64), in the file that
 * BULWARK_ROOT_KEY_FILE names, or in {@code root.key} of the data folder, which the first start
 * makes.
 */
final class RootKey {

  static final int LENGTH = 32;
  static final String VARIABLE = "BULWARK_ROOT_KEY";
  static final String FILE_VARIABLE = "BULWARK_ROOT_KEY_FILE";

  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private RootKey() {}

  /**
   * @param mayMake whether nothing has been sealed in the folder yet
   */
  static byte[] find(Path folder, Map<String, String> environment, boolean mayMake) {
    var given = environment.getOrDefault(VARIABLE, "");
    if (!given.isBlank()) {
      return decode(given, "The environment variable " + VARIABLE);
    }
    var elsewhere = environment.getOrDefault(FILE_VARIABLE, "");
    var file = elsewhere.isBlank() ? folder.resolve("root.key") : Path.of(elsewhere);
    try {
      if (elsewhere.isBlank() && mayMake && !Files.exists(file)) {
        make(folder, file);
      }
      if (!Files.exists(file)) {
        throw new StoreException(
            StoreException.Kind.NOT_FOUND,
            "The root key %s is missing, without which the secrets of the data folder %s cannot be opened: put it back, or give it in %s or %s"
                .formatted(file, folder, VARIABLE, FILE_VARIABLE));
      }
      requirePrivate(file);
      if (Files.size(file) > 1024) {
        throw new StoreException(
            StoreException.Kind.CORRUPT, "The file " + file + " is no root key");
      }
      return decode(Files.readString(file, StandardCharsets.US_ASCII), "The file " + file);
    } catch (IOException e) {
      throw DataFolder.translate("The root key " + file + " cannot be read", e, "");
    }
  }

  private static void make(Path folder, Path file) throws IOException {
    var text = Base64.getEncoder().encodeToString(Randomness.bytes(LENGTH)) + "\n";
    try {
      writeAtomically(folder, file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (FileAlreadyExistsException e) {
      // Another thread was first; its key counts.
    }
  }

  /** Writes a file for its owner alone, so that after a crash it is there in full or not at all. */
  static void writeAtomically(Path folder, Path file, byte[] content) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(part, options, ownerOnly(part))) {
      var bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    BlobStore.syncFolder(folder);
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    var mode = PosixFilePermissions.fromString("rw-------");
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
  }

  private static void requirePrivate(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    var permissions = view.readAttributes().permissions();
    if (permissions.stream().anyMatch(OTHERS::contains)) {
      throw new StoreException(
          StoreException.Kind.PERMISSION,
          "The root key %s can be used by others than its owner (%s): chmod 600 %s, and take new secrets if others may have read it"
              .formatted(file, PosixFilePermissions.toString(permissions), file));
    }
  }

  private static byte[] decode(String text, String where) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      key = new byte[0];
    }
    if (key.length != LENGTH) {
      Arrays.fill(key, (byte) 0);
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          where + " is not a root key: it must be " + LENGTH + " bytes in base64");
    }
    return key;
  }
}
