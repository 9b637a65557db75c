package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.acceptance.RawConnection.Answer;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.StorageClass;

/**
 * What S3 answers to what cannot be, request by request: {@code s3/errors.txt} has the table.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error
 *     responses</a>
 */
class S3ErrorsTest {
  private static final Pattern WORD = Pattern.compile("[^ \"]+(?:\"[^\"]*\")?");
  private static final RunningServer SERVER = RunningServer.shared();

  /** A line of the table. */
  private record Line(
      String who, String method, String target, String headers, String body, String answer) {
    static Line of(String line, Map<String, String> names) {
      var columns = line.split("\\|", 4);
      assertThat(columns).as(line).hasSize(4);
      var request = columns[0].strip().split(" ");
      var at = request.length - 2;
      var body = filled(columns[2].strip(), names);
      var known = new HashMap<>(names);
      known.put("md5", Base64.getEncoder().encodeToString(md5(body)));
      return new Line(
          at == 0 ? "" : request[0],
          request[at],
          filled(request[at + 1], known),
          filled(columns[1].strip(), known),
          body,
          filled(columns[3].strip(), known));
    }

    private static String filled(String text, Map<String, String> names) {
      for (var name : names.entrySet()) {
        text = text.replace("{" + name.getKey() + "}", name.getValue());
      }
      return text;
    }

    private static byte[] md5(String body) {
      try {
        return MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    HttpRequest request() {
      var question = target.indexOf('?');
      var request =
          Requests.of(
              SERVER.endpoint(),
              method,
              question < 0 ? target : target.substring(0, question),
              question < 0 ? "" : target.substring(question + 1),
              body.getBytes(StandardCharsets.UTF_8));
      if (!headers.isEmpty()) {
        for (var header : headers.split("; ")) {
          var colon = header.indexOf(": ");
          request.headers().set(header.substring(0, colon), header.substring(colon + 2));
        }
      }
      return switch (who) {
        case "anonymous" -> request;
        case "wrong" ->
            Requests.signed(
                request,
                AwsBasicCredentials.create(RunningServer.ROOT.accessKeyId(), "wrong"),
                "s3");
        case "unknown" ->
            Requests.signed(
                request, AwsBasicCredentials.create("AKIAIOSFODNN7NOBODY2", "none"), "s3");
        case "late" ->
            Requests.signed(
                request, RunningServer.ROOT, "s3", Instant.now().minus(Duration.ofHours(1)));
        default -> Requests.signed(request, RunningServer.ROOT, "s3");
      };
    }

    @Override
    public String toString() {
      return String.join(
              " ",
              who,
              method,
              target.length() > 80 ? target.substring(0, 80) : target,
              headers.length() > 160 ? "" : headers,
              body.length() > 200 ? "" : body)
          .strip();
    }
  }

  @Test
  void everyErrorIsThatOfS3() throws IOException {
    var names = world(SERVER.s3(RunningServer.ROOT));
    var softly = new SoftAssertions();
    try (var table = S3ErrorsTest.class.getResourceAsStream("/s3/errors.txt");
        var connection = new RawConnection(SERVER.endpoint(), 30_000)) {
      var lines = new String(table.readAllBytes(), StandardCharsets.UTF_8).lines();
      for (var text : lines.filter(line -> !line.isEmpty() && !line.startsWith("# ")).toList()) {
        var line = Line.of(text, names);
        check(softly, line, connection.send(line.request()));
      }
    }
    softly.assertAll();
  }

  private static void check(SoftAssertions softly, Line line, Answer answer) {
    var wanted = WORD.matcher(line.answer()).results().map(MatchResult::group).toList();
    var status = Integer.parseInt(wanted.getFirst());
    softly.assertThat(answer.status()).as("%s: %s", line, answer.text()).isEqualTo(status);
    if (answer.status() != status) {
      return;
    }
    softly.assertThat(answer.header("x-amz-request-id")).as("%s", line).isNotEmpty();
    softly.assertThat(answer.header("x-amz-id-2")).as("%s", line).isNotEmpty();
    for (var each : wanted.subList(1, wanted.size())) {
      var parts = each.split("[=:]", 2);
      var value = parts.length == 1 ? "" : parts[1].replaceAll("^\"|\"$", "");
      if (parts.length == 1) {
        softly
            .assertThat(answer.text())
            .as("%s", line)
            .contains("<Error><Code>" + each + "</Code><Message>")
            .contains("<RequestId>" + answer.header("x-amz-request-id") + "</RequestId>")
            .contains("<HostId>" + answer.header("x-amz-id-2") + "</HostId>");
        softly
            .assertThat(answer.header("content-type"))
            .as("%s", line)
            .isEqualTo("application/xml");
      } else if (each.charAt(parts[0].length()) == ':') {
        softly.assertThat(answer.header(parts[0])).as("%s: %s", line, each).isEqualTo(value);
      } else {
        softly
            .assertThat(answer.text())
            .as("%s", line)
            .contains("<" + parts[0] + ">" + value + "</" + parts[0] + ">");
      }
    }
    if (line.method().equals("HEAD")) {
      softly.assertThat(answer.body()).isEmpty();
    }
  }

  /** Makes what the table speaks of. */
  private static Map<String, String> world(S3Client s3) {
    var plain = "errors-plain";
    var content = RequestBody.fromString("0123456789");
    s3.createBucket(r -> r.bucket(plain));
    var etag = s3.putObject(r -> r.bucket(plain).key("there"), content).eTag();
    s3.putObject(r -> r.bucket(plain).key("frozen").storageClass(StorageClass.GLACIER), content);
    var upload = s3.createMultipartUpload(r -> r.bucket(plain).key("parts")).uploadId();
    var part = "";
    for (var number : List.of(1, 2)) {
      part =
          s3.uploadPart(
                  r -> r.bucket(plain).key("parts").uploadId(upload).partNumber(number),
                  RequestBody.fromString("part"))
              .eTag();
    }
    s3.createBucket(r -> r.bucket("errors-open"));
    s3.deletePublicAccessBlock(r -> r.bucket("errors-open"));
    s3.deleteBucketOwnershipControls(r -> r.bucket("errors-open"));
    s3.createBucket(r -> r.bucket("errors-versions"));
    s3.putBucketVersioning(
        r ->
            r.bucket("errors-versions")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    var version = s3.putObject(r -> r.bucket("errors-versions").key("there"), content).versionId();
    s3.putObject(r -> r.bucket("errors-versions").key("deleted"), content);
    var marker = s3.deleteObject(r -> r.bucket("errors-versions").key("deleted")).versionId();
    s3.createBucket(r -> r.bucket("errors-locked").objectLockEnabledForBucket(true));
    s3.putObject(r -> r.bucket("errors-locked").key("free"), content);
    var kept =
        s3.putObject(
                r ->
                    r.bucket("errors-locked")
                        .key("kept")
                        .objectLockMode(ObjectLockMode.COMPLIANCE)
                        .objectLockRetainUntilDate(Instant.now().plus(Duration.ofDays(1))),
                content)
            .versionId();
    return Map.of(
        "k1025",
        "k".repeat(1025),
        "k2049",
        "k".repeat(2049),
        "etag",
        etag,
        "upload",
        upload,
        "part",
        part,
        "version",
        version,
        "marker",
        marker,
        "kept",
        kept,
        "key",
        RunningServer.ROOT.accessKeyId());
  }
}
