package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Conditional writes that something else overtakes. */
final class ConditionalWritesTest {
  private static final Map<String, String> UNLESS_THERE = Map.of("if-none-match", "*");

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

  /** A body, in the middle of which something happens. */
  private static Body during(Runnable event) {
    var bytes = new byte[100];
    var stream =
        new InputStream() {
          private final InputStream in = new ByteArrayInputStream(bytes);
          private boolean happened;

          @Override
          public int read() throws IOException {
            if (!happened) {
              happened = true;
              event.run();
            }
            return in.read();
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            int one = read();
            if (one < 0) {
              return -1;
            }
            buffer[offset] = (byte) one;
            return 1;
          }
        };
    return new Body(stream, bytes.length);
  }

  /** The status and the code of an upload of k. */
  private String put(Runnable meanwhile, Map<String, String> conditions) throws IOException {
    var answer = lab.put("shelf", "k", during(meanwhile), conditions);
    var body = new String(answer.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    var code = body.replaceAll("(?s).*<Code>(.*)</Code>.*", " $1");
    return answer.status() + code;
  }

  private String store(String text) {
    return s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString(text)).eTag();
  }

  private void delete() {
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
  }

  private void keepVersions() {
    s3.putBucketVersioning(
        b ->
            b.bucket("shelf")
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDeleteDuringAnUploadConflicts(boolean versioned) throws IOException {
    if (versioned) {
      keepVersions();
    }
    store("old");
    assertThat(put(this::delete, UNLESS_THERE)).isEqualTo("409 ConditionalRequestConflict");
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).isEmpty();
    assertThat(put(() -> {}, UNLESS_THERE)).isEqualTo("200");
  }

  @Test
  void theFirstToFinishWins() throws IOException {
    assertThat(put(() -> store("other"), UNLESS_THERE)).isEqualTo("412 PreconditionFailed");
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asUtf8String())
        .isEqualTo("other");
  }

  @Test
  void whatIsReplacedMustStay() throws IOException {
    var condition = Map.of("if-match", store("old"));
    assertThat(put(() -> store("other"), condition)).isEqualTo("412 PreconditionFailed");
    store("old");
    assertThat(put(this::delete, condition)).isEqualTo("404 NoSuchKey");
    store("old");
    Runnable anew =
        () -> {
          delete();
          store("old");
        };
    assertThat(put(anew, condition)).isEqualTo("409 ConditionalRequestConflict");
    assertThat(put(() -> {}, condition)).isEqualTo("200");
  }

  @Test
  void deletesOfOtherKeysAndOfNothingDoNotConflict() throws IOException {
    s3.putObject(b -> b.bucket("shelf").key("k2"), RequestBody.empty());
    Runnable others =
        () -> {
          s3.deleteObject(b -> b.bucket("shelf").key("k2"));
          delete();
        };
    assertThat(put(others, UNLESS_THERE)).isEqualTo("200");
    assertThat(put(this::delete, Map.of())).isEqualTo("200");
  }

  // Uploads in parts

  private record Upload(String id, CompletedPart part) {}

  private Upload begin() {
    var id = s3.createMultipartUpload(b -> b.bucket("shelf").key("k")).uploadId();
    var part =
        s3.uploadPart(
            b -> b.bucket("shelf").key("k").uploadId(id).partNumber(1),
            RequestBody.fromString("part"));
    return new Upload(id, CompletedPart.builder().partNumber(1).eTag(part.eTag()).build());
  }

  private void complete(Upload upload) {
    s3.completeMultipartUpload(
        b ->
            b.bucket("shelf")
                .key("k")
                .uploadId(upload.id())
                .ifNoneMatch("*")
                .multipartUpload(m -> m.parts(upload.part())));
  }

  private String refused(Upload upload) {
    var error = catchThrowableOfType(S3Exception.class, () -> complete(upload));
    return error.statusCode() + " " + error.awsErrorDetails().errorCode();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anUploadInPartsBeginsAnewAfterADelete(boolean versioned) {
    if (versioned) {
      keepVersions();
    }
    store("old");
    var upload = begin();
    assertThat(refused(upload)).isEqualTo("412 PreconditionFailed");
    delete();
    assertThat(refused(upload)).isEqualTo("409 ConditionalRequestConflict");
    lab.restart();
    assertThat(refused(upload)).isEqualTo("409 ConditionalRequestConflict");
    complete(begin());
  }

  @Test
  void anUploadInPartsLosesToAWriteThatFinishedFirst() {
    var upload = begin();
    store("other");
    assertThat(refused(upload)).isEqualTo("412 PreconditionFailed");
    delete();
    assertThat(refused(upload)).isEqualTo("409 ConditionalRequestConflict");
  }
}
