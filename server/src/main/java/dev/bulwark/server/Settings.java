package dev.bulwark.server;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an installation runs. Each field is an option of {@code bulwark up} and an environment
 * variable.
 *
 * @param dataDir null for the default folder
 * @param hsmPort where clusters of CloudHSM are reached; null for nowhere
 * @param seal the token that guards KMS's keys, as a {@code pkcs11:} URI; null for none
 * @param smtp the server that e-mail leaves through; null where none does
 * @param tls how it answers over TLS as well; null where it does not
 */
record Settings(
    int port,
    @Nullable Path dataDir,
    String account,
    String region,
    String listen,
    boolean ephemeral,
    boolean lab,
    @Nullable Integer hsmPort,
    String hsmListen,
    @Nullable String seal,
    @Nullable String smtp,
    @Nullable TlsSettings tls) {

  /** Those without what only some installations have. */
  Settings(
      int port,
      @Nullable Path dataDir,
      String account,
      String region,
      String listen,
      boolean ephemeral,
      boolean lab) {
    this(
        port,
        dataDir,
        account,
        region,
        listen,
        ephemeral,
        lab,
        null,
        "127.0.0.1",
        null,
        null,
        null);
  }

  /** The folder that keeps everything: the one given, or {@code $XDG_DATA_HOME/bulwark}. */
  static Path dataDir(@Nullable Path given, Map<String, String> environment) {
    if (given != null) {
      return given.toAbsolutePath().normalize();
    }
    var xdg = environment.get("XDG_DATA_HOME");
    var base =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(xdg);
    return base.resolve("bulwark").toAbsolutePath();
  }
}
