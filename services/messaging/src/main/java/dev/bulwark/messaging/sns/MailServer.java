package dev.bulwark.messaging.sns;

/** The SMTP server that e-mail leaves through. */
public record MailServer(String host, int port) {
  private static final int DEFAULT_PORT = 25;

  /**
   * The server of a text as {@code mail.example.com:25}.
   *
   * @throws IllegalArgumentException in words for the operator
   */
  public static MailServer parse(String text) {
    int colon = text.lastIndexOf(':');
    var host = colon < 0 ? text : text.substring(0, colon);
    var port = colon < 0 ? Integer.toString(DEFAULT_PORT) : text.substring(colon + 1);
    if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException(
          "--smtp takes a host and a port, as mail.example.com:25, not " + text);
    }
    return new MailServer(host, Integer.parseInt(port));
  }
}
