package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came off the wire, independent of the HTTP server. Path and query are raw:
 * neither decoded nor normalized, as signatures and S3 keys need them.
 *
 * @param method in upper case
 * @param rawPath still percent-encoded, begins with {@code /}
 * @param rawQuery without the question mark; empty where there is none
 * @param headers with the Host header
 * @param body a stream that can be read once; its length is -1 where the client did not say
 * @param remoteAddress the peer's IP address, as text
 * @param tls null where it came over a plain connection
 */
public record HttpRequest(
    String method,
    String rawPath,
    String rawQuery,
    HttpHeaders headers,
    Body body,
    String remoteAddress,
    @Nullable TlsDetails tls) {

  /**
   * A request that came over no connection, such as one of another service of this installation.
   *
   * @param secure whether it counts as one that came over TLS
   */
  public HttpRequest(
      String method,
      String rawPath,
      String rawQuery,
      HttpHeaders headers,
      Body body,
      String remoteAddress,
      boolean secure) {
    this(
        method,
        rawPath,
        rawQuery,
        headers,
        body,
        remoteAddress,
        secure ? TlsDetails.ASSUMED : null);
  }

  /** Whether it came over TLS. */
  public boolean secure() {
    return tls != null;
  }

  /** The same request with another body, for instance one whose chunk signatures are taken off. */
  public HttpRequest withBody(Body other) {
    return new HttpRequest(method, rawPath, rawQuery, headers, other, remoteAddress, tls);
  }

  /**
   * The same request with its body in memory, so that {@link #content()} gives it as often as it is
   * asked for.
   */
  public HttpRequest withContent(byte[] bytes) {
    return withBody(new Body(new MemoryStream(bytes), bytes.length));
  }

  /**
   * The whole body where it is in memory, as it is after routing unless the operation's input
   * streams; otherwise null. Not to be changed.
   */
  public byte @Nullable [] content() {
    return body.stream() instanceof MemoryStream memory ? memory.bytes() : null;
  }
}
