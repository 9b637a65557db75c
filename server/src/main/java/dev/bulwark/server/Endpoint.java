package dev.bulwark.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a data folder's installation answers, written when it is ready, so that {@code bulwark env}
 * can tell.
 *
 * @param url for instance {@code http://127.0.0.1:4566}
 * @param tls where it answers over TLS; null where it does not
 */
record Endpoint(String url, String region, String account, @Nullable OverTls tls) {
  /**
   * Where an installation answers over TLS.
   *
   * @param bundle the file of certificates to trust; null where clients trust its own anyway
   */
  record OverTls(String url, @Nullable String bundle) {}

  static final String FILE = "endpoint";

  void keep(Path dataDir) {
    try {
      Files.writeString(
          dataDir.resolve(FILE),
          "url=%s%nregion=%s%naccount=%s%n".formatted(url, region, account)
              + (tls == null ? "" : "tlsUrl=%s%n".formatted(tls.url()))
              + (tls == null || tls.bundle() == null
                  ? ""
                  : "bundle=%s%n".formatted(tls.bundle().replace("\\", "\\\\"))));
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
      var tlsUrl = properties.getProperty("tlsUrl");
      return new Endpoint(
          properties.getProperty("url", ""),
          properties.getProperty("region", ""),
          properties.getProperty("account", ""),
          tlsUrl == null ? null : new OverTls(tlsUrl, properties.getProperty("bundle")));
    } catch (IOException e) {
      throw new StartException("cannot read " + file + ": " + e.getMessage());
    }
  }

  /** Whether an address to listen on stands for all of the machine's. */
  static boolean isEverywhere(String listen) {
    return listen.equals("0.0.0.0") || listen.equals("::");
  }

  /** The address at which who listens on that one is reached from this machine. */
  static String reachable(String listen) {
    return isEverywhere(listen) ? "127.0.0.1" : listen;
  }

  /** A host as URLs have it. */
  static String inUrl(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }
}
