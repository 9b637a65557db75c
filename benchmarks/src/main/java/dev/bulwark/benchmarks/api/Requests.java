package dev.bulwark.benchmarks.api;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Makes whole signed HTTP requests as bytes, to be replayed. */
final class Requests {
  private static final String REGION = "us-east-1";

  private final String accessKeyId;
  private final String secret;
  private final int port;

  Requests(String accessKeyId, String secret, int port) {
    this.accessKeyId = accessKeyId;
    this.secret = secret;
    this.port = port;
  }

  /** A call in the query protocol. */
  byte[] query(String service, String form) {
    return signed(
        service,
        "POST",
        "/",
        "",
        "application/x-www-form-urlencoded; charset=utf-8",
        form.getBytes(StandardCharsets.UTF_8));
  }

  /** A call in the protocol JSON 1.1. */
  byte[] json(String service, String target, String body) {
    return bytes(
        jsonCall(service, target, body).headers(),
        "POST",
        "/",
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** The same call as a request, to be sent by any client. */
  HttpRequest jsonCall(String service, String target, String body) {
    return sign(
        service,
        "POST",
        "/",
        "",
        "application/x-amz-json-1.1",
        body.getBytes(StandardCharsets.UTF_8),
        new HttpHeaders().add("x-amz-target", target));
  }

  /** A call of a REST service whose bodies are JSON. */
  byte[] post(String service, String path, String query, String body) {
    return signed(
        service, "POST", path, query, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  /** A call of S3. */
  byte[] s3(String method, String path, String query, byte[] body) {
    return signed("s3", method, path, query, "application/octet-stream", body);
  }

  /** The head alone of a call of S3 that sends these bytes, and has hashed them. */
  byte[] s3Head(String method, String path, byte[] body) {
    var request = sign("s3", method, path, "", "application/octet-stream", body, new HttpHeaders());
    return head(request.headers(), method, path, body.length);
  }

  /** The head alone of a call of S3 that sends so many bytes, and signs none of them. */
  byte[] s3Head(String method, String path, int length) {
    var headers = new HttpHeaders();
    headers.set("host", "127.0.0.1:" + port);
    headers.set("content-type", "application/octet-stream");
    var request =
        new SigV4Signer(accessKeyId, secret, null, REGION, "s3")
            .sign(
                new HttpRequest(method, path, "", headers, Body.empty(), "127.0.0.1", false),
                "UNSIGNED-PAYLOAD",
                Instant.now());
    return head(request.headers(), method, path, length);
  }

  private byte[] signed(
      String service, String method, String path, String query, String contentType, byte[] body) {
    var request = sign(service, method, path, query, contentType, body, new HttpHeaders());
    return bytes(request.headers(), method, path + (query.isEmpty() ? "" : "?" + query), body);
  }

  private HttpRequest sign(
      String service,
      String method,
      String path,
      String query,
      String contentType,
      byte[] body,
      HttpHeaders headers) {
    headers.set("host", "127.0.0.1:" + port);
    headers.set("content-type", contentType);
    return new SigV4Signer(accessKeyId, secret, null, REGION, service)
        .sign(
            new HttpRequest(method, path, query, headers, Body.of(body), "127.0.0.1", false),
            body,
            Instant.now());
  }

  /** An unsigned request. */
  byte[] plain(String method, String path, byte[] body) {
    var headers = new HttpHeaders();
    headers.set("host", "127.0.0.1:" + port);
    return bytes(headers, method, path, body);
  }

  private static byte[] bytes(HttpHeaders headers, String method, String target, byte[] body) {
    var head = head(headers, method, target, body.length);
    var out = new ByteArrayOutputStream(head.length + body.length);
    out.writeBytes(head);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] head(HttpHeaders headers, String method, String target, int length) {
    var text = new StringBuilder(1024);
    text.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (length > 0) {
      text.append("content-length: ").append(length).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
