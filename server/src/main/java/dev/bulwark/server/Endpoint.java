package dev.bulwark.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where a data folder's installation answers, written when it is ready, so that {@code bulwark env}
 * can tell.
 *
 * @param url for instance {@code http://127.0.0.1:4566}
 */
record Endpoint(String url, String region, String account) {
  static final String FILE = "endpoint";

  void keep(Path dataDir) {
    try {
      Files.writeString(
          dataDir.resolve(FILE), "url=%s%nregion=%s%naccount=%s%n".formatted(url, region, account));
    } catch (IOException e) {
      throw new StartException("cannot write " + dataDir.resolve(FILE) + ": " + e.getMessage());
    }
  }

  static Endpoint read(Path dataDir) {
    var file = dataDir.resolve(FILE);
    if (!Files.exists(file)) {
      throw new StartException(
          "no installation has been started in %s yet: run ./bulwark up first, or name its folder with --data"
              .formatted(dataDir));
    }
    try (var in = Files.newBufferedReader(file)) {
      var properties = new Properties();
      properties.load(in);
      return new Endpoint(
          properties.getProperty("url", ""),
          properties.getProperty("region", ""),
          properties.getProperty("account", ""));
    } catch (IOException e) {
      throw new StartException("cannot read " + file + ": " + e.getMessage());
    }
  }
}
