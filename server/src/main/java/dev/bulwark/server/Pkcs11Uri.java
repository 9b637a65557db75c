package dev.bulwark.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which key in which token, as RFC 7512 writes it: {@code
 * pkcs11:token=T;object=K?module-path=/P&pin-source=file:/F}.
 *
 * @param pinFile null where the PIN is in the environment
 */
record Pkcs11Uri(Path module, String token, String key, @Nullable Path pinFile) {
  static final String SCHEME = "pkcs11:";

  private static final Set<String> KNOWN = Set.of("token", "object", "module-path", "pin-source");

  /**
   * Reads one.
   *
   * @throws StartException in words that tell what is wrong
   */
  static Pkcs11Uri parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw new StartException("a seal is pkcs11:…, not " + text);
    }
    var parts = new HashMap<String, String>();
    for (var part : text.substring(SCHEME.length()).split("[;?&]")) {
      int equals = part.indexOf('=');
      var name = equals < 0 ? part : part.substring(0, equals);
      if (name.equals("pin-value")) {
        throw new StartException(
            "a PIN does not belong into a command line: put it into a file, pin-source=file:/…, or into "
                + Pkcs11Seal.PIN_VARIABLE);
      }
      if (equals < 0 || !KNOWN.contains(name)) {
        throw new StartException("the seal's pkcs11: URI has a part that is not known: " + name);
      }
      parts.put(name, decode(part.substring(equals + 1)));
    }
    var pin = parts.get("pin-source");
    return new Pkcs11Uri(
        Path.of(required(parts, "module-path")),
        required(parts, "token"),
        required(parts, "object"),
        pin == null ? null : Path.of(pin.startsWith("file:") ? pin.substring(5) : pin));
  }

  private static String decode(String value) {
    try {
      // RFC 7512 knows no plus for a space.
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new StartException("the seal's pkcs11: URI has a percent sign that means nothing");
    }
  }

  private static String required(Map<String, String> parts, String name) {
    var value = parts.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new StartException(
          "the seal's pkcs11: URI lacks %s: write pkcs11:token=T;object=K?module-path=/P"
              .formatted(name));
    }
    return value;
  }
}
