package dev.bulwark.benchmarks.api;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Calls of KMS with 1 KiB, compared with GetCallerIdentity on the same server in the same run. */
final class KmsCalls {
  private static final int BYTES = 1024;
  private static final double WANTED = 0.80;

  private final Requests signed;
  private final String keyId;
  private final String ciphertext;

  private KmsCalls(Requests signed, String keyId, String ciphertext) {
    this.signed = signed;
    this.keyId = keyId;
    this.ciphertext = ciphertext;
  }

  private static String plaintext() {
    var bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) 'x');
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** With a new key of the server at that port. */
  static KmsCalls against(Requests signed, int port) throws Exception {
    var keyId = field(send(signed.jsonCall("kms", "TrentService.CreateKey", "{}"), port), "KeyId");
    var encrypt = "{\"KeyId\":\"" + keyId + "\",\"Plaintext\":\"" + plaintext() + "\"}";
    var sealed =
        field(
            send(signed.jsonCall("kms", "TrentService.Encrypt", encrypt), port), "CiphertextBlob");
    return new KmsCalls(signed, keyId, sealed);
  }

  private static String send(dev.bulwark.wire.HttpRequest call, int port) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"));
    call.headers()
        .forEach(
            (name, value) -> {
              if (!name.equalsIgnoreCase("host")) {
                request.header(name, value);
              }
            });
    try (var client = HttpClient.newHttpClient();
        var body = call.body().stream()) {
      var answer =
          client.send(
              request.POST(HttpRequest.BodyPublishers.ofByteArray(body.readAllBytes())).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.body();
    }
  }

  private static String field(String json, String name) {
    var matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return matcher.group(1);
  }

  /** Compares calls with sts:GetCallerIdentity on the same server. */
  @FunctionalInterface
  interface Comparison {
    void with(String name, List<byte[]> calls, double wanted) throws Exception;
  }

  void compare(Comparison identity) throws Exception {
    call(
        identity, "Encrypt", "{\"KeyId\":\"" + keyId + "\",\"Plaintext\":\"" + plaintext() + "\"}");
    call(identity, "Decrypt", "{\"CiphertextBlob\":\"" + ciphertext + "\"}");
    call(
        identity,
        "GenerateDataKey",
        "{\"KeyId\":\"" + keyId + "\",\"NumberOfBytes\":" + BYTES + "}");
  }

  private void call(Comparison identity, String operation, String body) throws Exception {
    identity.with(
        "kms:" + operation + " 1 KiB, concurrency 16, to sts:GetCallerIdentity",
        List.of(signed.json("kms", "TrentService." + operation, body)),
        WANTED);
  }
}
