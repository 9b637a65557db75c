package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests of the root user that must succeed. */
final class ProbeRequests {
  private static final String ID = "AKIAROOTKEYFORPROBE2";
  private static final String SECRET = "root-secret-of-this-probe-0123456789";
  private static final JsonMapper JSON = new JsonMapper();

  /** How an installation gets the root key that these are signed with. */
  static final Map<String, String> ENVIRONMENT =
      Map.of(RootAccessKey.ID_VARIABLE, ID, RootAccessKey.SECRET_VARIABLE, SECRET);

  private final String url;

  ProbeRequests(String url) {
    this.url = url;
  }

  /** What stands in an element of an answer in XML. */
  static String element(String xml, String name) {
    var matcher = Pattern.compile("<" + name + ">([^<]+)<").matcher(xml);
    assertThat(matcher.find()).as(xml).isTrue();
    return matcher.group(1);
  }

  /** A text as a string in JSON. */
  static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }

  String iam(String action, String... parameters) throws IOException, InterruptedException {
    var form = new StringBuilder("Action=" + action + "&Version=2010-05-08");
    for (var i = 0; i < parameters.length; i += 2) {
      form.append('&').append(parameters[i]).append('=');
      form.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    var type = Map.of("content-type", "application/x-www-form-urlencoded");
    return send("iam", "POST", "/", type, form.toString());
  }

  JsonNode json(String service, String target, String body)
      throws IOException, InterruptedException {
    return json(
        service,
        "POST",
        "/",
        Map.of("x-amz-target", target, "content-type", "application/x-amz-json-1.1"),
        body);
  }

  JsonNode json(
      String service, String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    var answer = send(service, method, path, headers, body);
    return answer.isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer);
  }

  String send(String service, String method, String path, Map<String, String> headers, String text)
      throws IOException, InterruptedException {
    var uri = URI.create(url + path);
    var body = text.getBytes(StandardCharsets.UTF_8);
    var signed = new HttpHeaders().add("host", uri.getAuthority());
    headers.forEach(signed::add);
    var unsigned =
        new dev.bulwark.wire.HttpRequest(
            method, path, "", signed, Body.of(body), "127.0.0.1", false);
    var request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
    new SigV4Signer(ID, SECRET, null, "us-east-1", service)
        .sign(unsigned, body, Instant.now())
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equals("host")) {
                request.header(name, value);
              }
            });
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return response.body();
    }
  }
}
