package dev.bulwark.access;

import static dev.bulwark.access.Fixture.bytes;
import static dev.bulwark.access.Fixture.request;
import static dev.bulwark.access.Fixture.utf8;
import static dev.bulwark.access.Fixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.Body;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Signatures that AWS has published: its test suite of Signature Version 4, and the examples of
 * S3's API reference.
 */
class PublishedVectorsTest {
  private static final String SUITE_KEY = "AKIDEXAMPLE";
  private static final String SUITE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Instant SUITE_TIME = Instant.parse("2015-08-30T12:36:00Z");
  private static final Instant S3_TIME = Instant.parse("2013-05-24T00:00:00Z");

  private static final SigningPolicy SUITE =
      SigningPolicy.regional(AuthFamily.QUERY, "us-east-1", "service");

  private static Authentication suite(
      String line, String signedHeaders, String signature, String body, String... more) {
    var all = new String[more.length + 6];
    System.arraycopy(more, 0, all, 0, more.length);
    all[more.length] = "Host";
    all[more.length + 1] = "example.amazonaws.com";
    all[more.length + 2] = "X-Amz-Date";
    all[more.length + 3] = "20150830T123600Z";
    all[more.length + 4] = "Authorization";
    all[more.length + 5] =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
            + signedHeaders
            + ", Signature="
            + signature;
    return Fixture.authenticator(SUITE_KEY, SUITE_SECRET, SUITE_TIME)
        .authenticate(request(line, all).withBody(Body.of(utf8(body))), SUITE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "GET /, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "POST /, 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "GET /ሴ, 8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    "GET /example space/, 652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    "GET //example//, 9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    "GET //, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "GET /./, 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "GET /example/.., 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "GET /example1/example2/../.., 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "GET /./example, ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,"
        + " 07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    "GET /?Param2=value2&Param1=value1, b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "GET /?Param1=value1, a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    "GET /?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,"
        + " 9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
  })
  void pathsAndQueries(String line, String signature) {
    var authentication = suite(line, "host;x-amz-date", signature, "");
    assertThat(authentication.principal()).isEqualTo(Fixture.ALICE);
    assertThat(authentication.region()).isEqualTo("us-east-1");
    assertThat(authentication.signedHeaders()).containsExactly("host", "x-amz-date");
  }

  @Test
  void headerValuesAreTrimmedAndFolded() {
    suite(
        "GET /",
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        "",
        "My-Header1",
        " value1",
        "My-Header2",
        " \"a   b   c\"");
  }

  @Test
  void repeatedHeadersKeepTheirOrder() {
    suite(
        "GET /",
        "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "",
        "My-Header1",
        "value2",
        "My-Header1",
        "value2",
        "My-Header1",
        "value1");
  }

  @Test
  void formBody() {
    suite(
        "POST /",
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        "Param1=value1",
        "Content-Type",
        "application/x-www-form-urlencoded");
  }

  private static Authentication s3(
      String line, String signedHeaders, String signature, String body, String... more) {
    var all = Arrays.copyOf(more, more.length + 4);
    all[more.length] = "x-amz-date";
    all[more.length + 1] = "20130524T000000Z";
    all[more.length + 2] = "Authorization";
    all[more.length + 3] =
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="
            + signedHeaders
            + ",Signature="
            + signature;
    return Fixture.authenticator(S3_TIME)
        .authenticate(request(line, all).withBody(Body.of(utf8(body))), Fixture.S3);
  }

  private static final String HOST = "examplebucket.s3.amazonaws.com";

  @Test
  void s3GetObject() {
    s3(
        "GET /test.txt",
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        "",
        "Host",
        HOST,
        "Range",
        "bytes=0-9",
        "x-amz-content-sha256",
        Crypto.EMPTY_HASH);
  }

  @Test
  void s3PutObject() {
    var authentication =
        s3(
            "PUT /test$file.text",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            "Welcome to Amazon S3.",
            "Host",
            HOST,
            "Date",
            "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-storage-class",
            "REDUCED_REDUNDANCY",
            "x-amz-content-sha256",
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
    assertThat(bytes(authentication.request())).isEqualTo(utf8("Welcome to Amazon S3."));
  }

  @Test
  void s3Subresource() {
    s3(
        "GET /?lifecycle",
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        "",
        "Host",
        HOST,
        "x-amz-content-sha256",
        Crypto.EMPTY_HASH);
  }

  @Test
  void s3ListObjects() {
    s3(
        "GET /?prefix=J&max-keys=2",
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        "",
        "Host",
        HOST,
        "x-amz-content-sha256",
        Crypto.EMPTY_HASH);
  }

  @Test
  void s3PresignedUrl() {
    var query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    var request = with(request("GET /test.txt", "Host", HOST), "/test.txt", query);
    var authentication =
        Fixture.authenticator(S3_TIME.plusSeconds(86_399)).authenticate(request, Fixture.S3);
    assertThat(authentication.type()).isEqualTo(Authentication.Type.QUERY_STRING);
    assertThat(authentication.signatureAge()).hasSeconds(86_399);
  }

  private static byte[] chunks(String... signatures) {
    var out = new ByteArrayOutputStream();
    var sizes = new int[] {65_536, 1024, 0};
    for (int i = 0; i < 3; i++) {
      out.writeBytes(
          utf8(Integer.toHexString(sizes[i]) + ";chunk-signature=" + signatures[i] + "\r\n"));
      var data = new byte[sizes[i]];
      Arrays.fill(data, (byte) 'a');
      out.writeBytes(data);
      if (i < 2) {
        out.writeBytes(utf8("\r\n"));
      }
    }
    if (signatures.length > 3) {
      out.writeBytes(utf8("x-amz-checksum-crc32c:sOO8/Q==\n\r\n"));
      out.writeBytes(utf8("x-amz-trailer-signature:" + signatures[3] + "\r\n"));
    }
    out.writeBytes(utf8("\r\n"));
    return out.toByteArray();
  }

  @Test
  void s3SignedChunks() {
    var body =
        chunks(
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    assertThat(body).hasSize(66_824);
    var request =
        request(
                "PUT /examplebucket/chunkObject.txt",
                "Host",
                "s3.amazonaws.com",
                "x-amz-date",
                "20130524T000000Z",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY",
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                "Content-Encoding",
                "aws-chunked",
                "x-amz-decoded-content-length",
                "66560",
                "Content-Length",
                "66824",
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                    + "x-amz-decoded-content-length;x-amz-storage-class,"
                    + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
            .withBody(Body.of(body));
    var decoded = Fixture.authenticator(S3_TIME).authenticate(request, Fixture.S3).request().body();
    assertThat(decoded.length()).isEqualTo(66_560);
    assertThat(decoded.stream()).hasBinaryContent(letters(66_560));
  }

  @Test
  void s3SignedChunksWithTrailer() throws Exception {
    var body =
        chunks(
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
    var request =
        request(
                "PUT /examplebucket/chunkObject.txt",
                "Host",
                "s3.amazonaws.com",
                "x-amz-date",
                "20130524T000000Z",
                "x-amz-storage-class",
                "REDUCED_REDUNDANCY",
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                "Content-Encoding",
                "aws-chunked",
                "x-amz-decoded-content-length",
                "66560",
                "x-amz-trailer",
                "x-amz-checksum-crc32c",
                "Content-Length",
                "66946",
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;"
                    + "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,"
                    + "Signature=106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
            .withBody(Body.of(body));
    var decoded = Fixture.authenticator(S3_TIME).authenticate(request, Fixture.S3).request().body();
    var stream = (AwsChunkedStream) decoded.stream();
    assertThat(stream.readAllBytes()).isEqualTo(letters(66_560));
    assertThat(stream.trailers().first("x-amz-checksum-crc32c")).isEqualTo("sOO8/Q==");
  }

  private static byte[] letters(int count) {
    var data = new byte[count];
    Arrays.fill(data, (byte) 'a');
    return data;
  }
}
