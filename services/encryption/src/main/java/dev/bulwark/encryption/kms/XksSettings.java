package dev.bulwark.encryption.kms;

import dev.bulwark.outgoing.OutgoingSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator allows where proxies of external key stores are asked. Who may create a key
 * store chooses a host that Bulwark connects to.
 *
 * @param port on which proxies listen; the API names none
 * @param timeout how long an answer may take. AWS waits 250 ms; here each request has a connection
 *     of its own
 */
public record XksSettings(OutgoingSettings outgoing, int port, Duration timeout) {
  private static final String PREFIX = "BULWARK_XKS";
  private static final String PORT = PREFIX + "_PORT";

  /** Public addresses, the authorities of the Java runtime, AWS's port. */
  public static final XksSettings DEFAULT = of(Map.of());

  /**
   * What {@code BULWARK_XKS_ALLOW_PRIVATE}, {@code BULWARK_XKS_CA_BUNDLE} and {@code
   * BULWARK_XKS_PORT} say.
   *
   * @throws IllegalArgumentException in words for the operator
   */
  public static XksSettings of(Map<String, String> environment) {
    return new XksSettings(
        OutgoingSettings.of(PREFIX, environment),
        port(environment.get(PORT)),
        Duration.ofSeconds(1));
  }

  private static int port(@Nullable String text) {
    try {
      int port = text == null ? 443 : Integer.parseInt(text);
      if (port > 0 && port < 65536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that is no port.
    }
    throw new IllegalArgumentException(PORT + " takes a port, not " + text);
  }
}
