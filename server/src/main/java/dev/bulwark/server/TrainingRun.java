package dev.bulwark.server;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * Exercises a start and a few calls, so that the ahead-of-time cache holds what a start needs.
 * Leaves nothing behind.
 */
final class TrainingRun {
  private static final String ACCESS_KEY_ID = "AKIATRAININGRUN23456";
  private static final String SECRET = "secret-of-a-training-run-not-of-a-server";

  private TrainingRun() {}

  static void run() {
    var settings = new Settings(0, null, "123456789012", "us-east-1", "127.0.0.1", true, false);
    var environment =
        Map.of(RootAccessKey.ID_VARIABLE, ACCESS_KEY_ID, RootAccessKey.SECRET_VARIABLE, SECRET);
    try (var installation = Installation.start(settings, environment)) {
      for (var i = 0; i < 20; i++) {
        call(
            installation.port(), "sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
        call(installation.port(), "iam", "POST", "/", "Action=ListUsers&Version=2010-05-08");
        call(installation.port(), "s3", "PUT", "/training", "");
        call(installation.port(), "s3", "PUT", "/training/object", "text");
        call(installation.port(), "s3", "GET", "/training/object", "");
      }
    } catch (IOException e) {
      throw new StartException("the training run failed: " + e.getMessage());
    }
  }

  private static void call(int port, String service, String method, String path, String text)
      throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    var headers = new HttpHeaders();
    headers.set("host", "127.0.0.1:" + port);
    headers.set("content-type", "application/x-www-form-urlencoded");
    headers.set("connection", "close");
    var request =
        new SigV4Signer(ACCESS_KEY_ID, SECRET, null, "us-east-1", service)
            .sign(
                new HttpRequest(method, path, "", headers, Body.of(body), "127.0.0.1", false),
                body,
                Instant.now());
    var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    request
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("content-length: ").append(body.length).append("\r\n\r\n");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getInputStream().readNBytes(12);
    }
  }
}
