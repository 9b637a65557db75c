package dev.bulwark.messaging.eventbridge;

import java.net.URI;

/** Addresses that connections and API destinations name. */
final class Endpoints {
  private Endpoints() {}

  /**
   * An address over HTTPS. Stars stand for parts that targets fill in.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException
   */
  static String https(String text, String parameter) {
    try {
      var uri = URI.create(text.replace("*", "x"));
      if ("https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // Refused below.
    }
    throw EventErrors.validation(
        "Parameter " + parameter + " is not valid. Reason: it must be a valid HTTPS endpoint.");
  }
}
