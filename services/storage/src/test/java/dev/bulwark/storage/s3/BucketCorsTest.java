package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CORSRule;

final class BucketCorsTest {
  private static final CORSRule APP =
      CORSRule.builder()
          .id("app")
          .allowedMethods("GET", "PUT")
          .allowedOrigins("https://*.app.example")
          .allowedHeaders("content-*", "X-Amz-Date")
          .exposeHeaders("ETag", "x-amz-request-id")
          .maxAgeSeconds(600)
          .build();
  private static final CORSRule EVERYBODY =
      CORSRule.builder().allowedMethods("GET").allowedOrigins("*").build();

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void put(CORSRule... rules) {
    s3.putBucketCors(b -> b.bucket("shelf").corsConfiguration(c -> c.corsRules(rules)));
  }

  private HttpResponse preflight(String origin, String method, String headers) {
    return lab.send(
        "OPTIONS",
        "/shelf/k",
        Map.of(
            "origin",
            origin,
            "access-control-request-method",
            method,
            "access-control-request-headers",
            headers));
  }

  private static String text(HttpResponse response) {
    try {
      return new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasPutComesBackUntilItIsDeleted() {
    assertCode("NoSuchCORSConfiguration", () -> s3.getBucketCors(b -> b.bucket("shelf")));
    put(APP, EVERYBODY);
    assertThat(s3.getBucketCors(b -> b.bucket("shelf")).corsRules())
        .containsExactly(APP, EVERYBODY);
    s3.deleteBucketCors(b -> b.bucket("shelf"));
    assertCode("NoSuchCORSConfiguration", () -> s3.getBucketCors(b -> b.bucket("shelf")));
    put(APP);
    s3.deleteBucket(b -> b.bucket("shelf"));
    makeBucket();
    assertCode("NoSuchCORSConfiguration", () -> s3.getBucketCors(b -> b.bucket("shelf")));
  }

  @Test
  void preflightsAreAnsweredByTheFirstRuleThatFits() {
    put(APP, EVERYBODY);
    var app = preflight("https://a.app.example", "PUT", "Content-Type, x-amz-date");
    assertThat(app.status()).isEqualTo(200);
    assertThat(app.headers().first("access-control-allow-origin"))
        .isEqualTo("https://a.app.example");
    assertThat(app.headers().first("access-control-allow-methods")).isEqualTo("GET, PUT");
    assertThat(app.headers().first("access-control-allow-headers"))
        .isEqualTo("content-type, x-amz-date");
    assertThat(app.headers().first("access-control-expose-headers"))
        .isEqualTo("ETag, x-amz-request-id");
    assertThat(app.headers().first("access-control-max-age")).isEqualTo("600");
    assertThat(app.headers().first("access-control-allow-credentials")).isEqualTo("true");
    var others = preflight("https://b.example", "GET", "");
    assertThat(others.headers().first("access-control-allow-origin")).isEqualTo("*");
    assertThat(others.headers().first("access-control-allow-credentials")).isNull();
  }

  @Test
  void preflightsThatNoRuleFitsAreRefused() {
    put(APP);
    for (var refused :
        List.of(
            preflight("https://app.example", "GET", ""),
            preflight("https://a.app.example", "DELETE", ""),
            preflight("https://a.app.example", "GET", "x-other"))) {
      assertThat(refused.status()).isEqualTo(403);
      assertThat(text(refused))
          .contains("<Code>AccessForbidden</Code>")
          .contains("This CORS request is not allowed.")
          .contains("<ResourceType>OBJECT</ResourceType>");
    }
    s3.deleteBucketCors(b -> b.bucket("shelf"));
    assertThat(text(preflight("https://a.app.example", "GET", "")))
        .contains("CORSResponse: CORS is not enabled for this bucket.");
    assertThat(
            text(
                lab.send(
                    "OPTIONS",
                    "/nowhere/k",
                    Map.of("origin", "https://a", "access-control-request-method", "GET"))))
        .contains("CORSResponse: Bucket not found");
    assertThat(text(lab.send("OPTIONS", "/shelf/k", Map.of("origin", "https://a"))))
        .contains("Invalid Access-Control-Request-Method: null");
    assertThat(text(lab.send("OPTIONS", "/shelf/k", Map.of())))
        .contains("Insufficient information. Origin request header needed.");
  }

  @Test
  void answersSayWhoMayReadThem() {
    put(APP);
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    Consumer<String> none =
        origin -> assertThat(header(origin, "access-control-allow-origin")).isNull();
    assertThat(header("https://a.app.example", "access-control-allow-origin"))
        .isEqualTo("https://a.app.example");
    assertThat(header("https://a.app.example", "vary")).startsWith("Origin");
    none.accept("https://b.example");
    // So that a page can tell why.
    var refused = lab.send("GET", "/shelf/k", Map.of("origin", "https://a.app.example"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.headers().first("access-control-allow-origin"))
        .isEqualTo("https://a.app.example");
    s3.deleteBucketCors(b -> b.bucket("shelf"));
    none.accept("https://a.app.example");
  }

  private @Nullable String header(String origin, String name) {
    return s3.getObjectAsBytes(
            b ->
                b.bucket("shelf")
                    .key("k")
                    .overrideConfiguration(o -> o.putHeader("Origin", origin)))
        .response()
        .sdkHttpResponse()
        .firstMatchingHeader(name)
        .orElse(null);
  }

  private void refuses(String message, CORSRule... rules) {
    assertThatThrownBy(() -> put(rules)).hasMessageContaining(message);
  }

  @Test
  void configurationsThatMakeNoSenseAreRefused() {
    refuses(
        "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
        APP.toBuilder().allowedMethods("PATCH").build());
    refuses(
        "AllowedOrigin \"http://*.*\" can not have more than one wildcard.",
        APP.toBuilder().allowedOrigins("http://*.*").build());
    refuses(
        "AllowedHeader \"*-*\" can not have more than one wildcard.",
        APP.toBuilder().allowedHeaders("*-*").build());
    refuses(
        "ExposeHeader \"x-*\" contains wildcard.", APP.toBuilder().exposeHeaders("x-*").build());
    refuses("exceed allowed limit of 100", Collections.nCopies(101, APP).toArray(CORSRule[]::new));
    assertCode("MalformedXML", () -> put());
    assertCode("NoSuchBucket", () -> s3.getBucketCors(b -> b.bucket("nowhere")));
  }

  @Test
  void takesAPermission() {
    var reader =
        lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetBucketCORS", "arn:aws:s3:::shelf"));
    put(APP);
    assertThat(reader.getBucketCors(b -> b.bucket("shelf")).corsRules()).hasSize(1);
    assertCode("AccessDenied", () -> reader.deleteBucketCors(b -> b.bucket("shelf")));
    assertCode(
        "AccessDenied",
        () ->
            reader.putBucketCors(
                b -> b.bucket("shelf").corsConfiguration(c -> c.corsRules(EVERYBODY))));
  }
}
