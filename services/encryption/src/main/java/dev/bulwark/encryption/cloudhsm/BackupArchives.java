package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.base.Ids;
import dev.bulwark.encryption.cloudhsm.ClusterSecrets.UserRecord;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;

/** Archives of tokens as sealed files, and the PINs that open those. */
final class BackupArchives {
  private static final String ARCHIVE = "cloudhsm/backup";
  private static final String PIN = "cloudhsm/pin";
  private static final String PRIVATE_KEY = "cloudhsm/cluster-key";
  private static final byte[] NO_TOKENS = {};

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
    var archive = labels.isEmpty() ? NO_TOKENS : tokens.using(hsm -> hsm.archive(labels));
    var name = Ids.hex(16);
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(name), sealer.seal(ARCHIVE, archive, utf8(name)));
      force(folder.resolve(name));
      force(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return name;
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Makes new tokens of an archive; returns the secrets with their names and PINs. */
  ClusterSecrets restore(ClusterSecrets old, String file, String oldCluster, String newCluster) {
    var labels = new HashMap<String, String>();
    old.tokens().forEach(label -> labels.put(label, Ids.hex(16)));
    if (!labels.isEmpty()) {
      var archive = read(file);
      tokens.using(
          hsm -> {
            hsm.restore(archive, labels);
            return hsm;
          });
    }
    var users = new ArrayList<UserRecord>();
    for (var user : old.users()) {
      var token = user.token();
      var pin = user.pin();
      if (token == null || pin == null) {
        users.add(user);
      } else {
        var label = Objects.requireNonNull(labels.get(token));
        users.add(user.withToken(label, sealPin(openPin(pin, token), label)));
      }
    }
    var key = old.privateKey();
    return new ClusterSecrets(
        key == null ? null : sealKey(openKey(key, oldCluster), newCluster), users, old.anchors());
  }

  private byte[] read(String file) {
    try {
      return sealer.open(ARCHIVE, Files.readAllBytes(folder.resolve(file)), utf8(file));
    } catch (IOException | SealException e) {
      throw CloudHsmErrors.invalid("The backup cannot be read: its archive is missing or damaged.");
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
