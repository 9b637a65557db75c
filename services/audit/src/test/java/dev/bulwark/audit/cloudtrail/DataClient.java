package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** CloudTrail Data over HTTP, signed by the SDK: its one operation needs no client of its own. */
final class DataClient {
  private final Lab lab;
  private final AwsBasicCredentials credentials;

  DataClient(Lab lab, AwsBasicCredentials credentials) {
    this.lab = lab;
    this.credentials = credentials;
  }

  /** An event that is sent. */
  record Event(String id, String data, @Nullable String checksum) {
    Event(String id, String data) {
      this(id, data, null);
    }
  }

  /** What was answered; of an error, its code. */
  record Answer(int status, String error, JsonNode json) {
    List<String> successful(String member) {
      var found = new ArrayList<String>();
      json.path("successful").forEach(entry -> found.add(entry.path(member).asString()));
      return found;
    }

    Map<String, String> failed() {
      var found = new HashMap<String, String>();
      json.path("failed")
          .forEach(
              entry -> found.put(entry.path("id").asString(), entry.path("errorCode").asString()));
      return found;
    }
  }

  Answer put(String channelArn, Event... events) {
    return put(channelArn, null, events);
  }

  Answer put(String channelArn, @Nullable String externalId, Event... events) {
    var body = JsonMapper.shared().createObjectNode();
    var list = body.putArray("auditEvents");
    for (var event : events) {
      list.addObject()
          .put("id", event.id())
          .put("eventData", event.data())
          .put("eventDataChecksum", event.checksum());
    }
    var content = body.toString().getBytes(StandardCharsets.UTF_8);
    var query = "channelArn=" + encoded(channelArn);
    if (externalId != null) {
      query += "&externalId=" + encoded(externalId);
    }
    var request =
        SdkHttpRequest.builder()
            .uri("http://localhost:4566/PutAuditEvents?" + query)
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", "application/json")
            .putHeader("Content-Length", Integer.toString(content.length))
            .build();
    var payload = ContentStreamProvider.fromByteArray(content);
    var signed =
        AwsV4HttpSigner.create()
            .sign(
                r ->
                    r.identity(credentials)
                        .request(request)
                        .payload(payload)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "cloudtrail-data")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"));
    try (var http = lab.http()) {
      var response =
          http.prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(signed.request())
                      .contentStreamProvider(payload)
                      .build())
              .call();
      var text = response.responseBody().orElseThrow().readAllBytes();
      return new Answer(
          response.httpResponse().statusCode(),
          response.httpResponse().firstMatchingHeader("x-amzn-ErrorType").orElse(""),
          JsonMapper.shared().readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
