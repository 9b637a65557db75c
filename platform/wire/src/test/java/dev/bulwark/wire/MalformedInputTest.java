package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends, it is read or refused with a modelled error. */
class MalformedInputTest {

  static Stream<ServiceInfo> services() {
    return ServiceCatalog.services().stream();
  }

  @ParameterizedTest
  @MethodSource("services")
  void mangledRequestsAreReadOrRefused(ServiceInfo service) throws Exception {
    var random = new Random(service.id().hashCode());
    var values = new RandomValues(random.nextLong());
    for (var operation : ServiceCatalog.model(service.id()).operations()) {
      if (RandomValues.hasEventStream(operation.input())) {
        continue;
      }
      for (var protocol : service.protocols()) {
        for (var i = 0; i < 12; i++) {
          var request = Client.request(operation, protocol, values.structure(operation.input(), 2));
          var mangled = mangle(request, random);
          try {
            Requests.input(mangled);
          } catch (ApiException e) {
            assertThat(e.httpStatus()).as(protocol + " " + operation).isBetween(400, 499);
          } catch (RuntimeException | Error e) {
            fail(
                protocol + " " + operation + " " + mangled.rawPath() + "?" + mangled.rawQuery(), e);
          }
        }
      }
    }
  }

  private static HttpRequest mangle(HttpRequest request, Random random) throws IOException {
    var body = mangle(request.body().stream().readAllBytes(), random);
    var path = request.rawPath();
    var query = request.rawQuery();
    if (random.nextInt(4) == 0) {
      var at = 1 + random.nextInt(path.length());
      path = path.substring(0, at) + "%" + path.substring(at);
    }
    if (random.nextInt(4) == 0) {
      query = query + "&max-keys=x&%ff=%&partNumber=&versionId=%00";
    }
    var headers = request.headers();
    if (random.nextInt(8) == 0) {
      headers.set("content-encoding", "gzip");
    }
    return new HttpRequest(
        request.method(), path, query, headers, Body.of(body), "127.0.0.1", false);
  }

  private static byte[] mangle(byte[] body, Random random) {
    if (body.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(body, random.nextInt(body.length));
      case 1 -> {
        var other = body.clone();
        for (var i = 0; i < 3; i++) {
          other[random.nextInt(other.length)] = (byte) random.nextInt(256);
        }
        yield other;
      }
      case 2 -> {
        var from = random.nextInt(body.length);
        var other = new ByteArrayOutputStream();
        other.write(body, 0, from);
        other.write(body, random.nextInt(from + 1), body.length - from);
        yield other.toByteArray();
      }
      default -> {
        var other = new String(body, java.nio.charset.StandardCharsets.ISO_8859_1);
        yield other
            .replace(random.nextBoolean() ? "\":\"" : "\":", "\":[")
            .replace("true", "7")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      }
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Description': 5}                | NUMBER_VALUE can not be converted to a String",
        "{'Description': true}             | TRUE_VALUE can not be converted to a String",
        "{'Description': {}}               | Start of structure or map found where not expected.",
        "{'Description': []}               | Start of list found where not expected",
        "{'MultiRegion': 'yes'}            | STRING_VALUE can not be converted to an Boolean",
        "{'Tags': 'x'}                     | Unexpected field type",
        "{'Tags': {}}                      | Start of structure or map found where not expected.",
        "{'Tags': [5]}                     | Unexpected field type"
      })
  void wrongTypesInJsonAreTold(String body, String message) {
    var response =
        Requests.refusal(Requests.json("TrentService.CreateKey", body.replace('\'', '"')));
    assertThat(response.status()).isEqualTo(400);
    assertThat(Requests.text(response))
        .isEqualTo("{\"__type\":\"SerializationException\",\"message\":\"" + message + "\"}");
  }

  @Test
  void dynamoDbHasWordsOfItsOwn() {
    var response =
        Requests.refusal(Requests.json("DynamoDB_20120810.ListTables", "{\"Limit\":\"x\"}"));
    assertThat(Requests.text(response)).contains("STRING_VALUE cannot be converted to Integer");
  }

  @Test
  void fractionsAreCutOff() {
    assertThat(Same.text(Requests.input(Requests.json("TrentService.ListKeys", "{\"Limit\":7.9}"))))
        .contains("Limit=7");
    var tooLarge = Requests.json("TrentService.ListKeys", "{\"Limit\":99999999999}");
    assertThat(Requests.text(Requests.refusal(tooLarge)))
        .contains("NUMBER_VALUE can not be converted to an Integer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{",
        "[]",
        "{\"Marker\":\"\\ud800\"}",
        "{\"Marker\":\"\\udc00a\"}",
        "{} {}",
        "\"x\"",
        "{\"Limit\":",
        "{\"Limit\":1,}",
        "{\"Unknown\":\"\\q\"}",
        "{\"Unknown\":\"\\u12\"}",
        "{\"Unknown\":[{\"a\":\"\\ud800\"}]}",
        "{\"Unknown\":{\"\\x\":1}}",
        "null"
      })
  void brokenJsonIsASerializationException(String body) {
    assertThat(Requests.text(Requests.refusal(Requests.json("TrentService.ListKeys", body))))
        .startsWith("{\"__type\":\"SerializationException\"");
  }

  @Test
  void deepDocumentsAreRefused() {
    var json = "{\"x\":".repeat(5000) + "1" + "}".repeat(5000);
    assertThat(Requests.text(Requests.refusal(Requests.json("TrentService.ListKeys", json))))
        .contains("SerializationException");

    var xml = "<a>".repeat(5000) + "</a>".repeat(5000);
    var put =
        Requests.of(
            "PUT /b?tagging\nhost: localhost" + Requests.scope("s3"),
            "<Tagging>" + xml + "</Tagging>");
    assertThat(Requests.text(Requests.refusal(put))).contains("<Code>MalformedXML</Code>");

    var name = "A" + ".member.1".repeat(5000);
    assertThat(
            Requests.text(
                Requests.refusal(
                    Requests.form("iam", "Action=ListUsers&Version=2010-05-08&" + name + "=1"))))
        .contains("<Code>MalformedInput</Code>");

    var cbor = new byte[5000];
    Arrays.fill(cbor, (byte) 0x81);
    var post =
        Requests.of(
            "POST /service/GraniteServiceVersion20100801/operation/ListMetrics\nhost: localhost\nsmithy-protocol: rpc-v2-cbor",
            cbor);
    assertThat(Requests.refusal(post).status()).isEqualTo(400);
  }

  @Test
  void namesWithoutEndAreRefused() {
    var form = new StringBuilder("Action=ListUsers&Version=2010-05-08");
    for (var i = 0; i < 1000; i++) {
      form.append('&').append(i).append(".x".repeat(100)).append("=1");
    }
    assertThat(Requests.text(Requests.refusal(Requests.form("iam", form.toString()))))
        .contains("<Code>MalformedInput</Code>", "too many parts");
  }

  @Test
  void documentsOfManyPartsAreRefused() {
    var json = "{\"x\":[" + "1,".repeat(600_000) + "1]}";
    assertThat(Requests.text(Requests.refusal(Requests.json("TrentService.ListKeys", json))))
        .contains("SerializationException");

    var put =
        Requests.of(
            "PUT /b?tagging\nhost: localhost" + Requests.scope("s3"),
            "<Tagging><TagSet>" + "<Tag/>".repeat(300_000) + "</TagSet></Tagging>");
    assertThat(Requests.text(Requests.refusal(put))).contains("<Code>MalformedXML</Code>");
  }

  @Test
  @Timeout(20)
  void textsInManyPiecesAreReadInOneGo() {
    var put =
        Requests.of(
            "PUT /b?tagging\nhost: localhost" + Requests.scope("s3"),
            "<Tagging><TagSet><Tag><Key>"
                + "a<!---->".repeat(500_000)
                + "</Key><Value/></Tag></TagSet></Tagging>");
    assertThat(Same.text(Requests.input(put))).contains("a".repeat(500_000));
  }

  /** A body for which there is room for some bytes only. */
  private static final class Cramped extends InputStream implements MemoryShare {
    private int room;

    Cramped(int room) {
      this.room = room;
    }

    @Override
    public int read() {
      return 'x';
    }

    @Override
    public boolean reserve(int bytes) {
      room -= bytes;
      return room >= 0;
    }
  }

  @Test
  void bodiesThatFindNoRoomAreRefusedForNow() {
    var request =
        Requests.json("TrentService.ListKeys", "")
            .withBody(new Body(new Cramped(1 << 20), Bodies.MAX_BYTES));
    var response = Requests.refusal(request);
    assertThat(response.status()).isEqualTo(503);
    assertThat(Requests.text(response)).contains("ServiceUnavailable");

    var s3 =
        Requests.of("POST /b?delete\nhost: localhost").withBody(new Body(new Cramped(1 << 20), -1));
    assertThat(Requests.text(Requests.refusal(s3))).contains("<Code>SlowDown</Code>");
  }

  @Test
  void documentTypesAndEntitiesAreRefused() {
    for (var body :
        new String[] {
          "<!DOCTYPE Tagging [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Tagging><TagSet><Tag><Key>&x;</Key></Tag></TagSet></Tagging>",
          "<!DOCTYPE Tagging SYSTEM \"http://127.0.0.1:1/x\"><Tagging/>",
          "<Tagging><TagSet>&undefined;</TagSet></Tagging>",
          "<Other/>",
          "<Tagging><TagSet>text</TagSet></Tagging>",
          "<Tagging>"
        }) {
      var request = Requests.of("PUT /b?tagging\nhost: localhost" + Requests.scope("s3"), body);
      var response = Requests.refusal(request);
      assertThat(response.status()).isEqualTo(400);
      assertThat(Requests.text(response)).as(body).contains("<Code>MalformedXML</Code>");
    }
  }

  @Test
  void bodiesThatAreTooLargeAreRefusedWithoutReadingThem() {
    var endless =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("not to be read");
          }
        };
    var request =
        Requests.json("TrentService.ListKeys", "")
            .withBody(new Body(endless, Bodies.MAX_BYTES + 1L));
    var response = Requests.refusal(request);
    assertThat(response.status()).isEqualTo(413);
    assertThat(Requests.text(response)).contains("RequestEntityTooLargeException");

    var s3 =
        Requests.of("POST /b?delete\nhost: localhost")
            .withBody(new Body(InputStream.nullInputStream(), 1L << 40));
    assertThat(Requests.text(Requests.refusal(s3)))
        .contains("<Code>MaxMessageLengthExceeded</Code>");
  }

  @Test
  void bodiesThatEndEarlyAreRefused() {
    var s3 =
        Requests.of("POST /b?delete\nhost: localhost")
            .withBody(new Body(InputStream.nullInputStream(), 10));
    assertThat(Requests.text(Requests.refusal(s3))).contains("<Code>IncompleteBody</Code>");
  }

  @Test
  void gzipIsInflatedWithinBounds() throws IOException {
    var request =
        Requests.json("TrentService.ListKeys", "")
            .withBody(
                Body.of(gzip("{\"Limit\":7}".getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    request.headers().set("content-encoding", "gzip");
    assertThat(Same.text(Requests.input(request))).contains("Limit=7");

    var bomb =
        Requests.json("TrentService.ListKeys", "")
            .withBody(Body.of(gzip(new byte[Bodies.MAX_BYTES + 1])));
    bomb.headers().set("content-encoding", "gzip");
    assertThat(Requests.refusal(bomb).status()).isEqualTo(413);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MaxItems=x        | MalformedInput       | STRING_VALUE can not be converted to an Integer",
        "MaxItems=%201%20  | MalformedInput       | STRING_VALUE can not be converted to an Integer",
        "MaxItems=1.0      | MalformedInput       | STRING_VALUE can not be converted to an Integer",
        "MaxItems=2147483648 | MalformedInput     | STRING_VALUE can not be converted to an Integer",
        "MaxItems.a=1      | MalformedInput       | Start of structure or map found where not expected.",
        "PathPrefix=%zz    | MalformedQueryString | The query string contains a syntax error."
      })
  void brokenFormsAreTold(String form, String code, String message) {
    var response =
        Requests.refusal(Requests.form("iam", "Action=ListUsers&Version=2010-05-08&" + form));
    assertThat(Requests.text(response))
        .contains("<Code>" + code + "</Code>", "<Message>" + message + "</Message>");
  }

  @Test
  void wrongTypesInS3ParametersNameTheArgument() {
    var response =
        Requests.refusal(
            Requests.of("GET /b?list-type=2&max-keys=x\nhost: localhost" + Requests.scope("s3")));
    assertThat(response.status()).isEqualTo(400);
    assertThat(Requests.text(response))
        .contains(
            "<Code>InvalidArgument</Code><Message>Provided max-keys not an integer or within integer range</Message>"
                + "<ArgumentName>max-keys</ArgumentName><ArgumentValue>x</ArgumentValue>");
  }

  @Test
  void hugeNumbersTakeNoTime() {
    var route =
        Requests.ROUTER.route(
            Requests.json("AWSEvents.PutEvents", "{\"Entries\":[{\"Time\":1e999999999}]}"));
    assertThat(route.protocol()).isEqualTo(Protocol.AWS_JSON_1_1);
    assertThat(Requests.text(Requests.refusal(route.request()))).contains("SerializationException");
  }
}
