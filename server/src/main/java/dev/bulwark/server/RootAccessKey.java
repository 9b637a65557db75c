package dev.bulwark.server;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access key of the account's root user. Made at random on the first start, unless the
 * environment gives one, and kept in the data folder, readable by its owner alone.
 */
record RootAccessKey(String accessKeyId, String secretAccessKey) {
  static final String ID_VARIABLE = "BULWARK_ROOT_ACCESS_KEY_ID";
  static final String SECRET_VARIABLE = "BULWARK_ROOT_SECRET_ACCESS_KEY";

  static final String FILE = "root-access-key";
  private static final Pattern ID = Pattern.compile("[A-Z0-9]{16,128}");
  private static final int SHORTEST_SECRET = 16;

  /**
   * The key of a data folder: the environment's, the kept one, or a new one.
   *
   * @throws StartException where the environment gives an unusable key, or the file is damaged or
   *     open to others
   */
  static RootAccessKey of(Path dataDir, String account, Map<String, String> environment) {
    var id = environment.get(ID_VARIABLE);
    var secret = environment.get(SECRET_VARIABLE);
    if (id != null || secret != null) {
      var given = checked(id, secret);
      given.keep(dataDir);
      return given;
    }
    if (Files.exists(dataDir.resolve(FILE))) {
      return read(dataDir);
    }
    var made =
        new RootAccessKey(
            Ids.accessKeyId(Ids.Kind.AKIA, AccountId.of(account)), Ids.secretAccessKey());
    made.keep(dataDir);
    return made;
  }

  /** The key that a data folder keeps. */
  static RootAccessKey read(Path dataDir) {
    var file = dataDir.resolve(FILE);
    try {
      if (!Files.getPosixFilePermissions(file).equals(DataFolder.OWNER_ONLY)) {
        throw new StartException(
            "others than its owner may read %s: run chmod 600 on it".formatted(file));
      }
      var properties = new Properties();
      try (var in = Files.newBufferedReader(file)) {
        properties.load(in);
      }
      return checked(properties.getProperty("id"), properties.getProperty("secret"));
    } catch (IOException e) {
      throw new StartException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static RootAccessKey checked(@Nullable String id, @Nullable String secret) {
    if (id == null
        || secret == null
        || !ID.matcher(id).matches()
        || secret.length() < SHORTEST_SECRET) {
      throw new StartException(
          "the root access key is unusable: %s has to be 16 to 128 letters A-Z and digits, and %s at least %d characters"
              .formatted(ID_VARIABLE, SECRET_VARIABLE, SHORTEST_SECRET));
    }
    return new RootAccessKey(id, secret);
  }

  private void keep(Path dataDir) {
    var file = dataDir.resolve(FILE);
    try {
      DataFolder.replace(file, "id=%s%nsecret=%s%n".formatted(accessKeyId, secretAccessKey));
    } catch (IOException e) {
      throw new StartException("cannot write " + file + ": " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return accessKeyId;
  }
}
