package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

final class PostObjectTest {
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

  private Map<String, String> signed(String conditions) {
    return Forms.signed(lab, "shelf", conditions);
  }

  private Answer post(Map<String, String> fields, byte[] file) throws IOException {
    return post(Forms.body(fields, file));
  }

  private Answer post(byte[] body) throws IOException {
    var response = lab.post("shelf", Forms.TYPE, body);
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
        "--" + Forms.BOUNDARY,
        "--" + Forms.BOUNDARY + "\r\n\r\nvalue\r\n--" + Forms.BOUNDARY + "--",
        "--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nno end",
        "--"
            + Forms.BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n\r\n--"
            + Forms.BOUNDARY
            + "--",
      })
  void refusesWhatIsNoForm(String body) throws IOException {
    var answer = post(body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).isBetween(400, 412);
    assertThat(lab.post("shelf", "text/plain", body.getBytes(StandardCharsets.UTF_8)).status())
        .isBetween(400, 412);
    var long1 = "--" + Forms.BOUNDARY + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    assertThat(post((long1 + "x".repeat(30_000)).getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
  }
}
