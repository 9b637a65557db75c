package dev.bulwark.server;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an installation answers over TLS.
 *
 * @param listen the address to listen on
 * @param certificate the server's certificate and those that vouch for it, in PEM; null for one
 *     that the installation makes itself
 * @param key its private key in PEM; null where there is no certificate
 */
record TlsSettings(int port, String listen, @Nullable Path certificate, @Nullable Path key) {

  /**
   * The settings that options say; null without {@code --tls}.
   *
   * @throws StartException where they do not go together
   */
  static @Nullable TlsSettings of(
      boolean wanted, int port, String listen, @Nullable Path certificate, @Nullable Path key) {
    if ((certificate == null) != (key == null)) {
      throw new StartException("--tls-certificate and --tls-key go together: give both");
    }
    if (!wanted) {
      if (certificate != null) {
        throw new StartException("--tls-certificate counts only with --tls");
      }
      return null;
    }
    return new TlsSettings(port, listen, certificate, key);
  }

  /** The certificate and its key; null where the installation makes its own. */
  @Nullable List<Path> files() {
    return certificate == null || key == null ? null : List.of(certificate, key);
  }
}
