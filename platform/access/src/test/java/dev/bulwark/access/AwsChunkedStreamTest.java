package dev.bulwark.access;

import static dev.bulwark.access.Fixture.NOW;
import static dev.bulwark.access.Fixture.request;
import static dev.bulwark.access.Fixture.signer;
import static dev.bulwark.access.Fixture.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsChunkedStreamTest {

  private static AwsChunkedStream unsigned(String body, int length, String... trailers) {
    return new AwsChunkedStream(
        new ByteArrayInputStream(utf8(body)), length, null, true, List.of(trailers));
  }

  private static ApiException failure(AwsChunkedStream stream) throws IOException {
    try {
      stream.readAllBytes();
    } catch (ApiException e) {
      // The stream does not recover.
      assertThatThrownBy(() -> stream.read()).isSameAs(e);
      assertThat(stream.trailers().names()).isEmpty();
      return e;
    }
    throw new AssertionError("accepted");
  }

  @Test
  void unsignedChunksWithTrailer() throws IOException {
    var stream =
        unsigned(
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg== \r\n\r\n",
            5,
            "x-amz-checksum-crc32");
    assertThat(stream.readAllBytes()).isEqualTo(utf8("hello"));
    assertThat(stream.read()).isEqualTo(-1);
    assertThat(stream.trailers().first("x-amz-checksum-crc32")).isEqualTo("NhCmhg==");
  }

  @Test
  void emptyBody() throws IOException {
    assertThat(unsigned("0\r\n\r\n", 0).readAllBytes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "5",
        "5\\r",
        "5\\n",
        "\\r\\n",
        "5\\r\\nhell",
        "5\\r\\nhello",
        "5\\r\\nhello\\n",
        "5\\r\\nhello\\r\\n",
        "5\\r\\nhello\\r\\n0\\r\\n",
        "5\\r\\nhello\\r\\n0\\r\\n\\r\\nmore",
        "5\\r\\nhelloo\\r\\n0\\r\\n\\r\\n",
        "4\\r\\nhell\\r\\n0\\r\\n\\r\\n",
        "6\\r\\nhello!\\r\\n0\\r\\n\\r\\n",
        "-5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "+5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "0x5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "5 \\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "5;a=b\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "00000000000000000005\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "fffffffffffffff\\r\\nhello\\r\\n0\\r\\n\\r\\n",
        "7fffffffffffffff\\r\\nhello\\r\\n0\\r\\n\\r\\n",
      })
  void malformedChunks(String body) throws IOException {
    var error = failure(unsigned(body.replace("\\r", "\r").replace("\\n", "\n"), 5));
    assertThat(error.code()).isEqualTo("IncompleteBody");
    assertThat(error.httpStatus()).isEqualTo(400);
  }

  @Test
  void endlessLinesAreCutOff() throws IOException {
    var endless =
        new InputStream() {
          private long count;

          @Override
          public int read() {
            count++;
            return 'a';
          }
        };
    var stream = new AwsChunkedStream(endless, 5, null, true, List.of());
    assertThat(failure(stream).code()).isEqualTo("IncompleteBody");
    assertThat(endless.count).isLessThan(100_000);
  }

  @Test
  void smallChunksButTheLast() throws IOException {
    var error = failure(unsigned("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n", 6));
    assertThat(error.code()).isEqualTo("InvalidChunkSizeError");
    assertThat(error)
        .hasMessage("Only the last chunk is allowed to have a size less than 8192 bytes");
    assertThat(error.details()).containsEntry("Chunk", 2).containsEntry("BadChunkSize", 3L);
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "x-amz-checksum-sha1:a",
    "x-amz-checksum-crc32",
    ":a",
    "x-amz-checksum-crc32:a;x-amz-checksum-crc32:a",
    "x-amz-checksum-crc32:a;x-amz-meta-a:b",
  })
  void trailersMustBeTheDeclaredOnes(String trailers) throws IOException {
    var body =
        "1\r\na\r\n0\r\n"
            + trailers.replace(";", "\r\n")
            + (trailers.isEmpty() ? "" : "\r\n")
            + "\r\n";
    assertThat(failure(unsigned(body, 1, "x-amz-checksum-crc32")).code())
        .isEqualTo("MalformedTrailerError");
  }

  @Test
  void decodedLengthIsNeeded() {
    var request = put();
    var signed = signer("s3").signChunks(request, utf8("hello"), 8192, NOW);
    var headers = Fixture.copy(signed.headers());
    headers.remove("x-amz-decoded-content-length");
    var error =
        Fixture.refusal(Fixture.authenticator(NOW), Fixture.with(signed, headers), Fixture.S3);
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo("MissingContentLength");
    assertThat(error.httpStatus()).isEqualTo(411);
  }

  private static HttpRequest put() {
    return request("PUT /bucket/key", "Host", "localhost:4566");
  }

  @Test
  void onlyChecksumsMayTrail() {
    var trailers = new HttpHeaders().add("x-amz-acl", "public-read");
    var signed = signer("s3").signChunks(put(), utf8("hello"), 8192, trailers, NOW);
    var error = Fixture.refusal(Fixture.authenticator(NOW), signed, Fixture.S3);
    assertThat(error)
        .isNotNull()
        .hasMessage("The value specified in the x-amz-trailer header is not supported");
  }

  @Test
  void signaturesMayNotBeLeftOut() throws IOException {
    var content = utf8("hello");
    var trailers = new HttpHeaders().add("x-amz-checksum-crc32", "NhCmhg==");
    var signed = signer("s3").signChunks(put(), content, 8192, trailers, NOW);
    var body = new String(Fixture.bytes(signed), java.nio.charset.StandardCharsets.US_ASCII);
    var withoutTrailerSignature = body.replaceFirst("x-amz-trailer-signature:.*\r\n", "");
    var withoutChunkSignature = body.replaceFirst(";chunk-signature=[0-9a-f]+", "");
    for (var changed : List.of(withoutTrailerSignature, withoutChunkSignature)) {
      assertThat(changed).isNotEqualTo(body);
      var error =
          Fixture.refusal(
              Fixture.authenticator(NOW), signed.withBody(Body.of(utf8(changed))), Fixture.S3);
      assertThat(error).isNotNull();
    }
  }

  @Test
  void anonymousUploadsMayBeChunkedButNotSigned() throws IOException {
    var trailers = new HttpHeaders().add("x-amz-checksum-crc32", "NhCmhg==");
    var signed = signer("s3").unsignedChunks(put(), utf8("hello"), 8192, trailers, NOW);
    var headers = Fixture.copy(signed.headers());
    headers.remove("authorization");
    var authenticated =
        Fixture.authenticator(NOW).authenticate(Fixture.with(signed, headers), Fixture.S3);
    assertThat(authenticated.principal()).isEqualTo(Principal.Anonymous.INSTANCE);
    assertThat(authenticated.request().body().stream().readAllBytes()).isEqualTo(utf8("hello"));
    headers.set("x-amz-content-sha256", PayloadReader.SIGNED_CHUNKS);
    var error =
        Fixture.refusal(Fixture.authenticator(NOW), Fixture.with(signed, headers), Fixture.S3);
    assertThat(error).isNotNull();
    assertThat(error.code()).isEqualTo("AccessDenied");
  }

  @Test
  void memoryStaysConstant() throws IOException {
    // 4 GiB of zeros in chunks of 1 MiB, made while they are read.
    var chunk = new byte[1 << 20];
    long chunks = 4096;
    var source =
        new InputStream() {
          private long next;
          private byte[] part = new byte[0];
          private int at;

          @Override
          public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] target, int from, int length) {
            while (at == part.length) {
              if (next == chunks * 3 + 1) {
                return -1;
              }
              part =
                  next == chunks * 3
                      ? utf8("0\r\n\r\n")
                      : next % 3 == 0 ? utf8("100000\r\n") : next % 3 == 1 ? chunk : utf8("\r\n");
              at = 0;
              next++;
            }
            int count = Math.min(length, part.length - at);
            System.arraycopy(part, at, target, from, count);
            at += count;
            return count;
          }
        };
    var stream = new AwsChunkedStream(source, chunks << 20, null, true, List.of());
    var buffer = new byte[64 << 10];
    long total = 0;
    for (int n; (n = stream.read(buffer)) >= 0; ) {
      total += n;
    }
    assertThat(total).isEqualTo(4L << 30);
    assertThat(Objects.requireNonNull(stream.trailers())).isNotNull();
  }
}
