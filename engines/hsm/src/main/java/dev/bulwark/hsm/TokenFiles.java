package dev.bulwark.hsm;

import dev.bulwark.hsm.HsmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files of SoftHSM2's tokens: a folder for each, named by a UUID whose last 16 digits are the
 * token's serial number.
 */
final class TokenFiles {
  private static final int MAX_HEAD = 1024 * 1024;
  private static final String HEAD = "token.object";
  private static final String GENERATION = "generation";

  /** These are empty. */
  private static final String LOCK = ".lock";

  private static final String UNFINISHED = "restoring-";

  private final Path folder;
  private final Path tokens;
  private final TokenHeads heads;

  /** By serial number, the files that the disk keeps. */
  private final Map<String, Set<String>> kept = new ConcurrentHashMap<>();

  TokenFiles(Path folder) throws IOException {
    this.folder = folder;
    this.tokens = folder.resolve("tokens");
    Files.createDirectories(tokens);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        configuration(),
        "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
            .formatted(tokens.toAbsolutePath()));
    removeUnfinished();
    heads = new TokenHeads(folder.resolve("heads"));
    for (var token : children(tokens)) {
      heads.heal(token.resolve(HEAD), name(token));
    }
    force(tokens);
    force(folder);
    force(folder.resolveSibling("."));
  }

  /** What a restore left that did not come to its end. */
  private void removeUnfinished() throws IOException {
    for (var child : children(folder)) {
      if (child.getFileName().toString().startsWith(UNFINISHED)) {
        remove(child);
      }
    }
  }

  /** What SoftHSM2 reads first. */
  Path configuration() {
    return folder.resolve("softhsm2.conf");
  }

  /** Has the disk keep which tokens there are. */
  void syncTokens() throws IOException {
    force(tokens);
  }

  /**
   * Has the disk keep a token's files: those of keys that it has not been asked to keep yet, for
   * SoftHSM2 writes them while it makes the key and then no more, and those of the token itself.
   */
  void sync(String serial) throws IOException {
    var token = find(serial);
    var known = kept.computeIfAbsent(serial, any -> ConcurrentHashMap.newKeySet());
    var now = new HashSet<String>();
    for (var file : children(token)) {
      var name = file.getFileName().toString();
      if (name.endsWith(LOCK)) {
        continue;
      }
      now.add(name);
      if (name.equals(HEAD) || name.equals(GENERATION) || !known.contains(name)) {
        force(file);
      }
    }
    force(token);
    heads.keep(token.resolve(HEAD), name(token));
    known.retainAll(now);
    known.addAll(now);
  }

  private static void syncAll(Path token) throws IOException {
    for (var file : children(token)) {
      force(file);
    }
    force(token);
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static List<Path> children(Path parent) throws IOException {
    try (var listed = Files.list(parent)) {
      return listed.sorted().toList();
    }
  }

  private Path find(String serial) throws IOException {
    for (var token : children(tokens)) {
      if (serial.equals(serial(token.getFileName().toString()))) {
        return token;
      }
    }
    throw new HsmException(Kind.NOT_FOUND, "The token's folder is not there");
  }

  private static String name(Path token) {
    return token.getFileName().toString();
  }

  private static String serial(String uuid) {
    var digits = uuid.replace("-", "");
    return digits.substring(Math.max(0, digits.length() - 16));
  }

  /** What tells of a token as a whole, read while nobody logs in. */
  byte[] head(String serial) throws IOException {
    return Files.readAllBytes(find(serial).resolve(HEAD));
  }

  /** Adds a token to an archive, while nobody changes its keys. */
  void archive(String label, String serial, byte[] head, ZipOutputStream zip) throws IOException {
    for (var file : children(find(serial))) {
      zip.putNextEntry(new ZipEntry(label + "/" + serial + "/" + file.getFileName()));
      if (file.endsWith(HEAD)) {
        zip.write(head);
      } else {
        Files.copy(file, zip);
      }
      zip.closeEntry();
    }
  }

  /**
   * Writes tokens of an archive beside the others, under new names, serial numbers and UUIDs, since
   * the old ones may live on.
   *
   * @param labels which tokens, and their new names
   * @return folders for {@link #add}
   */
  Collection<Path> unpack(InputStream archive, Map<String, String> labels) throws IOException {
    var folders = new HashMap<String, Path>();
    var complete = new HashSet<String>();
    try {
      var zip = new ZipInputStream(archive);
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        var parts = entry.getName().split("/");
        if (parts.length != 3 || !parts[2].matches("[0-9A-Za-z.-]{1,80}")) {
          throw new HsmException(Kind.BAD_DATA, "The archive holds no tokens");
        }
        var label = labels.get(parts[0]);
        if (label == null) {
          continue;
        }
        var target = folders.computeIfAbsent(label, any -> unfinished());
        Files.createDirectories(target);
        if (parts[2].equals(HEAD)) {
          var content = zip.readNBytes(MAX_HEAD);
          replace(content, parts[0], label);
          replace(content, parts[1], serial(uuid(target)));
          Files.write(target.resolve(HEAD), content);
          complete.add(label);
        } else {
          Files.copy(zip, target.resolve(parts[2]));
        }
      }
      requireAll(labels, complete);
      for (var target : folders.values()) {
        syncAll(target);
      }
      return folders.values();
    } catch (IOException | RuntimeException e) {
      for (var target : folders.values()) {
        remove(target);
      }
      throw e;
    }
  }

  /** Makes tokens of what was unpacked. */
  void add(Collection<Path> unpacked) throws IOException {
    for (var target : unpacked) {
      var token = tokens.resolve(uuid(target));
      Files.move(target, token);
      heads.keep(token.resolve(HEAD), name(token));
    }
    force(tokens);
  }

  private static void remove(Path token) throws IOException {
    if (Files.isDirectory(token)) {
      for (var file : children(token)) {
        Files.delete(file);
      }
      Files.delete(token);
    }
  }

  private static void requireAll(Map<String, String> labels, Set<String> complete) {
    if (!complete.containsAll(labels.values())) {
      throw new HsmException(Kind.BAD_DATA, "The archive does not hold all tokens");
    }
  }

  /** Beside the tokens until it is whole. */
  private Path unfinished() {
    return folder.resolve(UNFINISHED + UUID.randomUUID());
  }

  private static String uuid(Path unfinished) {
    return unfinished.getFileName().toString().substring(UNFINISHED.length());
  }

  private static void replace(byte[] content, String old, String by) {
    var from = old.getBytes(StandardCharsets.US_ASCII);
    var to = by.getBytes(StandardCharsets.US_ASCII);
    int found = 0;
    for (int at = 0; at + from.length <= content.length; at++) {
      if (java.util.Arrays.equals(content, at, at + from.length, from, 0, from.length)) {
        System.arraycopy(to, 0, content, at, to.length);
        found++;
      }
    }
    if (found != 1 || to.length != from.length) {
      throw new HsmException(Kind.BAD_DATA, "The archive's tokens are not of this format");
    }
  }

  void delete(String serial) throws IOException {
    var token = find(serial);
    remove(token);
    heads.forget(name(token));
    kept.remove(serial);
    force(tokens);
  }
}
