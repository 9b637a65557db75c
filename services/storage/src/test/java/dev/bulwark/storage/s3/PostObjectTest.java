package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

final class PostObjectTest {
  private static final String BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  private record Answer(int status, String body, Map<String, String> headers) {}

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** The fields of a form with a signed policy of these conditions. */
  private Map<String, String> signed(String conditions) {
    var now = lab.clock.base().instant().atOffset(ZoneOffset.UTC);
    var date = now.format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"));
    var day = date.substring(0, 8);
    var credential = lab.rootKeyId() + "/" + day + "/us-east-1/s3/aws4_request";
    var document =
        """
        {"expiration":"%s","conditions":[{"bucket":"shelf"},
          {"x-amz-algorithm":"AWS4-HMAC-SHA256"},{"x-amz-credential":"%s"},{"x-amz-date":"%s"},%s]}"""
            .formatted(now.plusHours(1).toInstant(), credential, date, conditions);
    var policy = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
    var key = hmac(("AWS4" + Lab.SECRET).getBytes(StandardCharsets.UTF_8), day);
    for (var part : new String[] {"us-east-1", "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    var fields = new LinkedHashMap<String, String>();
    fields.put("key", "user/${filename}");
    fields.put("x-amz-algorithm", "AWS4-HMAC-SHA256");
    fields.put("x-amz-credential", credential);
    fields.put("x-amz-date", date);
    fields.put("policy", policy);
    fields.put("x-amz-signature", HexFormat.of().formatHex(hmac(key, policy)));
    return fields;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer post(Map<String, String> fields, byte[] file) throws IOException {
    var body = new ByteArrayOutputStream();
    fields.forEach(
        (name, value) ->
            body.writeBytes(
                ("--"
                        + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\""
                        + name
                        + "\"\r\n\r\n"
                        + value
                        + "\r\n")
                    .getBytes(StandardCharsets.UTF_8)));
    body.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\a b.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(file);
    body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return post(body.toByteArray());
  }

  private Answer post(byte[] body) throws IOException {
    var response = lab.post("shelf", "multipart/form-data; boundary=" + BOUNDARY, body);
    var headers = new LinkedHashMap<String, String>();
    response.headers().forEach(headers::put);
    return new Answer(
        response.status(),
        new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8),
        headers);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 65_536, 65_537, 300_000})
  void takesAFile(int size) throws IOException {
    var file = new byte[size];
    new Random(size).nextBytes(file);
    var fields = signed("[\"starts-with\",\"$key\",\"user/\"]");
    assertThat(post(fields, file).status()).isEqualTo(204);
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("user/a b.txt")).asByteArray())
        .isEqualTo(file);
  }

  @Test
  void takesHeadersTagsAndTheFormOfTheAnswer() throws IOException {
    var fields =
        signed(
            """
            ["starts-with","$key",""],["starts-with","$Content-Type","text/"],["eq","$x-amz-meta-colour","blue"],
            {"tagging":"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"},
            {"success_action_status":"201"}""");
    fields.put("Content-Type", "text/plain");
    fields.put("x-amz-meta-colour", "blue");
    fields.put(
        "tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>");
    fields.put("success_action_status", "201");
    fields.put("x-ignore-me", "1");
    var answer = post(fields, new byte[10]);
    assertThat(answer.body())
        .contains("<PostResponse>", "<Key>user/a b.txt</Key>", "<Bucket>shelf</Bucket>");
    assertThat(answer.status()).isEqualTo(201);
    var head = s3.headObject(b -> b.bucket("shelf").key("user/a b.txt"));
    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.metadata()).containsEntry("colour", "blue");
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key("user/a b.txt")).tagSet()).hasSize(1);
  }

  @Test
  void sendsTheBrowserOn() throws IOException {
    var fields = signed("[\"starts-with\",\"$key\",\"\"],[\"starts-with\",\"$redirect\",\"\"]");
    fields.put("redirect", "http://example.com/done?x=1");
    var answer = post(fields, new byte[1]);
    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.headers().get("location"))
        .startsWith("http://example.com/done?x=1&bucket=shelf&key=user%2Fa%20b.txt&etag=%22");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"starts-with\",\"$key\",\"other/\"] | 403 | Policy Condition failed",
        "[\"eq\",\"$key\",\"user/a\"] | 403 | Policy Condition failed",
        "[\"starts-with\",\"$key\",\"\"],[\"content-length-range\",11,20] | 400 | EntityTooSmall",
        "[\"starts-with\",\"$key\",\"\"],[\"content-length-range\",1,9] | 400 | EntityTooLarge",
        "{\"success_action_status\":\"200\"} | 403 | Policy Condition failed",
        "{\"acl\":\"private\"} | 403 | Policy Condition failed",
        "[\"like\",\"$key\",\"\"] | 400 | InvalidPolicyDocument",
      })
  void keepsToThePolicy(String conditions, int status, String text) throws IOException {
    var answer = post(signed(conditions), new byte[10]);
    assertThat(answer.body()).contains(text);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
  }

  @Test
  void refusesWhatIsNotSignedSo() throws IOException {
    var fields = signed("[\"starts-with\",\"$key\",\"\"]");
    fields.put("x-amz-meta-more", "1");
    assertThat(post(fields, new byte[1]).body())
        .contains("Invalid according to Policy: Extra input fields: x-amz-meta-more");
    fields.remove("x-amz-meta-more");
    fields.put("x-amz-signature", "0".repeat(64));
    assertThat(post(fields, new byte[1]).body()).contains("SignatureDoesNotMatch");
    fields = signed("[\"starts-with\",\"$key\",\"\"]");
    lab.clock.advance(Duration.ofHours(2));
    assertThat(post(fields, new byte[1]).body()).contains("Policy expired.");
    var anonymous = Map.of("key", "k");
    assertThat(post(anonymous, new byte[1]).status()).isEqualTo(403);
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--",
        "nothing",
        "--" + BOUNDARY,
        "--" + BOUNDARY + "\r\n\r\nvalue\r\n--" + BOUNDARY + "--",
        "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end",
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n\r\n--"
            + BOUNDARY
            + "--",
      })
  void refusesWhatIsNoForm(String body) throws IOException {
    var answer = post(body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).isBetween(400, 412);
    assertThat(lab.post("shelf", "text/plain", body.getBytes(StandardCharsets.UTF_8)).status())
        .isBetween(400, 412);
    var long1 = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    assertThat(post((long1 + "x".repeat(30_000)).getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
  }
}
