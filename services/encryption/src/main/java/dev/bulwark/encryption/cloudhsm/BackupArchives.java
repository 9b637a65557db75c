package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Ids;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Archives of tokens as sealed files, and the PINs that open those. */
final class BackupArchives {
  private static final System.Logger LOG = System.getLogger(BackupArchives.class.getName());
  private static final String ARCHIVE = "cloudhsm/backup";
  private static final String PIN = "cloudhsm/pin";
  private static final String PRIVATE_KEY = "cloudhsm/cluster-key";

  private final Tokens tokens;
  private final Sealer sealer;
  private final Path folder;

  BackupArchives(Tokens tokens, Sealer sealer, Path folder) {
    this.tokens = tokens;
    this.sealer = sealer;
    this.folder = folder;
  }

  /** Writes the tokens to a new file that the disk keeps, and returns its name. */
  String write(List<String> labels) {
    var name = Ids.hex(16);
    var file = folder.resolve(name);
    try {
      makeFolder();
      try (var raw = Files.newOutputStream(file);
          var to = SealedPieces.writer(raw, sealer, name)) {
        if (!labels.isEmpty()) {
          tokens.using(
              hsm -> {
                hsm.archive(labels, to);
                return hsm;
              });
        }
      }
      force(file);
      force(folder);
      return name;
    } catch (IOException e) {
      delete(file);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      delete(file);
      throw e;
    }
  }

  private void makeFolder() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      force(folder.resolve(".."));
    }
  }

  /** Where that fails, it is among those that nothing refers to. */
  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "a part of a backup is left", e);
    }
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes new tokens of an archive; returns the secrets with their names and PINs. {@link
   * Tokens#settle} is to be told once they are stored.
   */
  ClusterSecrets restore(ClusterSecrets old, String file, String oldCluster, String newCluster) {
    var labels = new HashMap<String, String>();
    old.tokens().forEach(label -> labels.put(label, Ids.hex(16)));
    tokens.expect(labels.values());
    try {
      if (!labels.isEmpty()) {
        restore(file, labels);
      }
      return renamed(old, labels, oldCluster, newCluster);
    } catch (RuntimeException e) {
      tokens.settle(labels.values());
      throw e;
    }
  }

  private void restore(String file, Map<String, String> labels) {
    try (var archive = read(file)) {
      tokens.using(
          hsm -> {
            hsm.restore(archive, labels);
            return hsm;
          });
    } catch (IOException | SealException e) {
      throw CloudHsmErrors.invalid("The backup cannot be read: its archive is missing or damaged.");
    }
  }

  private InputStream read(String file) throws IOException {
    var from = new BufferedInputStream(Files.newInputStream(folder.resolve(file)));
    try {
      from.mark(1);
      if (from.read() == SealedPieces.FORMAT) {
        return SealedPieces.reader(from, sealer, file);
      }
      from.reset();
      // Archives were sealed as a whole once.
      var archive = sealer.open(ARCHIVE, from.readAllBytes(), utf8(file));
      from.close();
      return new ByteArrayInputStream(archive);
    } catch (IOException | RuntimeException e) {
      from.close();
      throw e;
    }
  }

  private ClusterSecrets renamed(
      ClusterSecrets old, Map<String, String> labels, String oldCluster, String newCluster) {
    var users = new ArrayList<UserRecord>();
    for (var user : old.users()) {
      var token = user.token();
      var pin = user.pin();
      if (token == null || pin == null) {
        users.add(user);
      } else {
        var label = Objects.requireNonNull(labels.get(token));
        users.add(user.withToken(label, with(openPin(pin, token), open -> sealPin(open, label))));
      }
    }
    var key = old.privateKey();
    return new ClusterSecrets(
        key == null ? null : with(openKey(key, oldCluster), open -> sealKey(open, newCluster)),
        users,
        old.anchors());
  }

  /** Uses a secret, which is wiped then. */
  static <T> T with(byte[] secret, Function<byte[], T> work) {
    try {
      return work.apply(secret);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  byte[] sealKey(byte[] privateKey, String clusterId) {
    return sealer.seal(PRIVATE_KEY, privateKey, utf8(clusterId));
  }

  byte[] openKey(byte[] sealed, String clusterId) {
    return sealer.open(PRIVATE_KEY, sealed, utf8(clusterId));
  }

  byte[] sealPin(byte[] pin, String token) {
    return sealer.seal(PIN, pin, utf8(token));
  }

  byte[] openPin(byte[] sealed, String token) {
    return sealer.open(PIN, sealed, utf8(token));
  }

  /** Deletes all files but those, and those so new that their backup may yet be added. */
  void keepOnly(Collection<String> names) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var old = Instant.now().minus(Duration.ofHours(1));
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        if (!names.contains(file.getFileName().toString())
            && Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
