package dev.bulwark.acceptance;

import dev.bulwark.acceptance.FuzzValues.Fields;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Requests to any operation of any service, well-formed or mangled on some level, and signed so
 * that they get past the door.
 */
final class FuzzRequests {
  static final List<String> KEYS =
      List.of(
          "object",
          "folder/object",
          "../up",
          "../../../../../../tmp/bulwark-fuzz-escape",
          "%2e%2e/%2e%2e/bulwark-fuzz-escape",
          "a/./b/../c",
          "//",
          "nul\0byte",
          "ä".repeat(512),
          "x".repeat(1025),
          "plus+and space",
          "C:\\bulwark-fuzz-escape");

  private static final List<String> RAW_PATHS =
      List.of(
          "/fuzz-bucket/../../../../tmp/bulwark-fuzz-escape",
          "/fuzz-bucket/%2e%2e/%2e%2e/bulwark-fuzz-escape",
          "/fuzz-bucket/%00",
          "/fuzz-bucket/%c0%af%c0%ae",
          "/fuzz-bucket/%zz",
          "/fuzz-bucket/%",
          "/fuzz-bucket//",
          "/../fuzz-bucket",
          "//fuzz-bucket/x",
          "/%2e%2e/%2e%2e/etc/passwd",
          "/fuzz-bucket/a;b=c",
          "/fuzz-bucket/\u00ff\u00fe",
          "/fuzz-bucket/" + "y/".repeat(2000),
          "/fuzz-bucket/_bulwark/../x");

  /** The services that are built get half of the requests. */
  private static final List<String> BUILT =
      List.of(
          "iam",
          "sts",
          "organizations",
          "account",
          "accessanalyzer",
          "s3",
          "kms",
          "cloudhsmv2",
          "cloudtrail");

  /** The root user's own, which would end the run: nothing of a closed account is served. */
  private static final String CLOSING = "CloseAccount";

  /**
   * A request on the wire.
   *
   * @param broken whether it breaks HTTP itself, so that it need not be answered in a protocol's
   *     words
   */
  record Shot(byte[] bytes, boolean head, boolean broken, String what) {}

  private final Random random;
  private final URI endpoint;
  private final FuzzValues values;
  private final FuzzBytes bytes;
  private final List<ServiceInfo> services = ServiceCatalog.services();

  FuzzRequests(Random random, URI endpoint) {
    this.random = random;
    this.endpoint = endpoint;
    this.values = new FuzzValues(random);
    this.bytes = new FuzzBytes(random);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  Shot next() throws IOException {
    var info =
        random.nextBoolean()
            ? java.util.Objects.requireNonNull(ServiceCatalog.find(any(BUILT)))
            : any(services);
    var operation =
        any(
            ServiceCatalog.model(info.id()).operations().stream()
                .filter(one -> !one.name().equals(CLOSING))
                .toList());
    var protocol = any(info.protocols());
    var level = random.nextInt(100);
    var wildness = level < 25 ? 0 : level < 60 ? 4 : 15;
    var request = request(operation, protocol, values.structure(operation.input(), 3, wildness));
    var what = info.id() + ":" + operation.name() + " " + protocol;
    if (level >= 60 && level < 75) {
      request =
          request.withBody(Body.of(bytes.mangle(content(request), protocol, request.headers())));
      what += " mangled body";
    } else if (level >= 75 && level < 85) {
      mangleHeaders(request.headers());
      what += " mangled headers";
    } else if (level >= 85 && level < 90) {
      request = s3Object(any(RAW_PATHS));
      what = request.method() + " path " + beginning(request.rawPath());
    } else if (level >= 90 && level < 95) {
      return finish(chunked(), "chunked upload");
    }
    var signed = sign(request, info);
    if (signed.headers().all("host").size() > 1) {
      // RFC 9112: to be refused before anybody looks at what it says.
      return new Shot(RawConnection.bytes(signed), false, true, what);
    }
    return level < 97
        ? finish(signed, what)
        : new Shot(bytes.breakHttp(RawConnection.bytes(signed)), false, true, what + " broken");
  }

  private static Shot finish(HttpRequest request, String what) throws IOException {
    return new Shot(RawConnection.bytes(request), request.method().equals("HEAD"), false, what);
  }

  private HttpRequest sign(HttpRequest request, ServiceInfo info) throws IOException {
    var signer = Requests.signer(RunningServer.ROOT, info.signingName());
    var body = content(request);
    return switch (random.nextInt(40)) {
      case 0 -> {
        var unsigned = request.withBody(Body.of(body));
        unsigned
            .headers()
            .set(
                "authorization",
                any(
                    List.of(
                        "AWS4-HMAC-SHA256",
                        "Basic YTpi",
                        "AWS4-HMAC-SHA256 Credential=a/b/c",
                        ",,,=")));
        yield unsigned;
      }
      case 1 ->
          signer.presign(request.withBody(Body.of(body)), Duration.ofMinutes(5), Instant.now());
      case 2 -> request.withBody(Body.of(body));
      default -> signer.sign(request, body, Instant.now());
    };
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(60, text.length()));
  }

  private static byte[] content(HttpRequest request) throws IOException {
    request.body().stream().reset();
    return request.body().stream().readAllBytes();
  }

  private HttpRequest request(Operation<?, ?> operation, Protocol protocol, Fields input) {
    var info = operation.service().info();
    var form = new StringBuilder("Action=" + operation.name() + "&Version=" + info.apiVersion());
    return switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1 -> {
        var request = Requests.of(endpoint, "POST", "/", "", FuzzBodies.json(input));
        request
            .headers()
            .set(
                "content-type",
                "application/x-amz-json-" + (protocol == Protocol.AWS_JSON_1_0 ? "1.0" : "1.1"))
            .set("x-amz-target", info.targetPrefix() + "." + operation.name());
        yield request;
      }
      case RPC_V2_CBOR -> {
        var path = "/service/" + info.targetPrefix() + "/operation/" + operation.name();
        var request = Requests.of(endpoint, "POST", path, "", FuzzBodies.cbor(input));
        request
            .headers()
            .set("smithy-protocol", "rpc-v2-cbor")
            .set("content-type", "application/cbor");
        yield request;
      }
      case QUERY, EC2_QUERY -> {
        FuzzBodies.form(input, "", null, protocol == Protocol.EC2_QUERY, form);
        var body = form.toString().getBytes(StandardCharsets.UTF_8);
        var request = Requests.of(endpoint, "POST", "/", "", body);
        request.headers().set("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        yield request;
      }
      case REST_JSON, REST_XML -> rest(operation, protocol, input);
    };
  }

  private HttpRequest rest(Operation<?, ?> operation, Protocol protocol, Fields input) {
    var uri = operation.http().uri();
    var mark = uri.indexOf('?');
    var path = mark < 0 ? uri : uri.substring(0, mark);
    var query = new StringBuilder(mark < 0 ? "" : uri.substring(mark + 1));
    var headers = new HttpHeaders();
    for (var entry : input.members().entrySet()) {
      var member = entry.getKey();
      var text = FuzzBodies.text(entry.getValue());
      switch (member.location()) {
        case URI -> {
          path = path.replace("{" + member.wireName() + "}", FuzzBodies.escape(text));
          path =
              path.replace(
                  "{" + member.wireName() + "+}", FuzzBodies.escape(text).replace("%2F", "/"));
        }
        case QUERY -> {
          query.append(query.isEmpty() ? "" : "&").append(member.wireName()).append('=');
          query.append(FuzzBodies.escape(text.length() > 2000 ? text.substring(0, 2000) : text));
        }
        case HEADER, HEADERS -> {
          // The length is what it is: wrong ones are sent by FuzzBytes.breakHttp.
          if (!member.wireName().equalsIgnoreCase("content-length")) {
            headers.set(member.wireName(), headerText(text));
          }
        }
        default -> {}
      }
    }
    var payload = operation.input().payload();
    var raw = payload == null ? null : input.members().get(payload);
    var hasBody = operation.input().members().stream().anyMatch(m -> m.location() == Location.BODY);
    byte[] body;
    if (raw != null && !(raw instanceof Fields)) {
      body =
          raw instanceof byte[] given
              ? given
              : FuzzBodies.text(raw).getBytes(StandardCharsets.UTF_8);
    } else if (!hasBody) {
      body = new byte[0];
    } else {
      body =
          protocol == Protocol.REST_XML
              ? FuzzBodies.xml(operation, input)
              : FuzzBodies.json(raw instanceof Fields fields ? fields : input);
    }
    var request =
        Requests.of(
            endpoint,
            operation.http().method(),
            path.length() > 8000 ? path.substring(0, 8000) : path,
            query.toString(),
            body);
    headers.forEach(request.headers()::set);
    if (protocol == Protocol.REST_JSON) {
      request.headers().set("content-type", "application/json");
    }
    return request;
  }

  /** Header values are one line; those that break HTTP are sent by {@link FuzzBytes#breakHttp}. */
  private static String headerText(String text) {
    var line = text.replaceAll("[^\\x20-\\x7e]", "?").strip();
    return line.length() > 4000 ? line.substring(0, 4000) : line;
  }

  private HttpRequest s3Object(String rawPath) {
    var method = any(List.of("PUT", "GET", "HEAD", "DELETE", "POST", "PATCH", "OPTIONS", "QUERY"));
    var query =
        any(
            List.of(
                "",
                "uploads",
                "acl",
                "tagging",
                "uploadId=x&partNumber=1",
                "list-type=2&max-keys=99999999999",
                "delete",
                "versionId=..",
                "partNumber=-1",
                "=&&=&%zz"));
    return Requests.of(endpoint, method, rawPath, query, values.bytes(random.nextInt(100)));
  }

  private void mangleHeaders(HttpHeaders headers) {
    var names = new ArrayList<String>();
    headers.names().forEach(names::add);
    for (var i = 1 + random.nextInt(3); i > 0; i--) {
      switch (random.nextInt(12)) {
        case 0 ->
            headers.add(
                "content-type",
                any(List.of("application/json", "text/plain", "", "a/b; charset=\"")));
        case 1 ->
            headers.set(
                "content-type",
                any(
                    List.of(
                        "multipart/form-data",
                        "application/x-amz-json-9.9",
                        "/",
                        "application/cbor")));
        case 2 ->
            headers.add(
                "x-amz-target",
                any(List.of("", ".", "A.B.C", "TrentService.ListKeys", "x".repeat(5000))));
        case 3 ->
            headers.set(
                "content-encoding",
                any(List.of("gzip", "deflate", "br", "aws-chunked", "gzip, gzip", "identity")));
        case 4 -> headers.set("smithy-protocol", any(List.of("rpc-v2-cbor", "rpc-v2-json", "")));
        case 5 -> headers.set("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
        case 6 -> headers.add(any(names), "again");
        case 7 ->
            headers.set(
                "range",
                any(
                    List.of(
                        "bytes=5-1",
                        "bytes=-",
                        "bytes=0-99999999999999999999",
                        "bytes=0-0,2-3,-1",
                        "=")));
        case 8 ->
            headers.set(
                any(
                    List.of(
                        "if-match", "if-none-match", "if-modified-since", "if-unmodified-since")),
                any(List.of("*", "\"", "W/\"x\"", "yesterday", "Mon, 99 Xyz 2026 25:61:61 GMT")));
        case 9 ->
            headers.set(
                any(
                    List.of(
                        "content-md5",
                        "x-amz-checksum-crc32",
                        "x-amz-checksum-sha256",
                        "x-amz-sdk-checksum-algorithm",
                        "x-amz-trailer")),
                any(List.of("", "AAAA", "not base64!", "CRC99", "x-amz-checksum-crc32")));
        case 10 -> headers.set("expect", "200-maybe");
        default ->
            headers.set(
                "x-amz-meta-" + "m".repeat(1 + random.nextInt(300)),
                "v".repeat(random.nextInt(3000)));
      }
    }
  }

  /** An upload to S3 in signed or unsigned chunks with something wrong in most. */
  private HttpRequest chunked() throws IOException {
    var request =
        Requests.of(
            endpoint, "PUT", "/fuzz-bucket/" + FuzzBodies.escape(any(KEYS)), "", new byte[0]);
    var signer = Requests.signer(RunningServer.ROOT, "s3");
    var content = values.bytes(random.nextInt(40_000));
    var size = 8192 + random.nextInt(3) * 1000;
    var trailers =
        new HttpHeaders()
            .set("x-amz-checksum-crc32", any(List.of("AAAAAA==", "", "????", "DUoRhQ==")));
    var now = Instant.now();
    var signed =
        switch (random.nextInt(3)) {
          case 0 -> signer.signChunks(request, content, size, now);
          case 1 -> signer.signChunks(request, content, size, trailers, now);
          default -> signer.unsignedChunks(request, content, size, trailers, now);
        };
    var body = content(signed);
    var mangled = bytes.mangleChunks(body);
    // The length is signed: a body of another length is another request.
    return signed.withBody(Body.of(mangled.length == body.length ? mangled : body));
  }
}
