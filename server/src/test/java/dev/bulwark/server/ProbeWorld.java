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

/** Things that the inputs of {@link ProbeInputs} name, so that lines find them. */
final class ProbeWorld {
  private static final String ID = "AKIAROOTKEYFORPROBE2";
  private static final String SECRET = "root-secret-of-this-probe-0123456789";
  private static final String BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"sts:AssumeRole\"}}";

  /** How an installation gets its root key, which this world is made with. */
  static final Map<String, String> ENVIRONMENT =
      Map.of(RootAccessKey.ID_VARIABLE, ID, RootAccessKey.SECRET_VARIABLE, SECRET);

  private final String url;

  ProbeWorld(String url) {
    this.url = url;
  }

  /** Makes them, and returns the id of the user's access key. */
  String make() throws IOException, InterruptedException {
    iam("CreateUser", "UserName", "probe", "PermissionsBoundary", BOUNDARY);
    iam("TagUser", "UserName", "probe", "Tags.member.1.Key", "probe", "Tags.member.1.Value", "x");
    iam(
        "CreateRole",
        "RoleName",
        "probe",
        "AssumeRolePolicyDocument",
        TRUST,
        "PermissionsBoundary",
        BOUNDARY,
        "Tags.member.1.Key",
        "probe",
        "Tags.member.1.Value",
        "x");
    iam("CreateGroup", "GroupName", "probe");
    iam("CreateInstanceProfile", "InstanceProfileName", "probe");
    iam(
        "CreatePolicy",
        "PolicyName",
        "probe",
        "PolicyDocument",
        "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}",
        "Tags.member.1.Key",
        "probe",
        "Tags.member.1.Value",
        "x");
    send("s3", "PUT", "/probe", new HttpHeaders(), "");
    send("s3", "PUT", "/probe/probe", new HttpHeaders().add("x-amz-tagging", "probe=x"), "content");
    var key = iam("CreateAccessKey", "UserName", "probe");
    var matcher = Pattern.compile("<AccessKeyId>([A-Z0-9]+)<").matcher(key);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private String iam(String action, String... parameters) throws IOException, InterruptedException {
    var form = new StringBuilder("Action=" + action + "&Version=2010-05-08");
    for (var i = 0; i < parameters.length; i += 2) {
      form.append('&').append(parameters[i]).append('=');
      form.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    var headers = new HttpHeaders().add("content-type", "application/x-www-form-urlencoded");
    return send("iam", "POST", "/", headers, form.toString());
  }

  private String send(String service, String method, String path, HttpHeaders headers, String text)
      throws IOException, InterruptedException {
    var uri = URI.create(url + path);
    var body = text.getBytes(StandardCharsets.UTF_8);
    var unsigned =
        new dev.bulwark.wire.HttpRequest(
            method,
            path,
            "",
            headers.add("host", uri.getAuthority()),
            Body.of(body),
            "127.0.0.1",
            false);
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
