package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Responses byte by byte. */
class ResponseTest {
  private static final Instant WHOLE = Instant.parse("2026-01-31T12:00:00Z");
  private static final Instant FRACTION = Instant.parse("2026-01-31T12:00:00.120Z");

  private static Operation<?, ?> operation(String service, String name) {
    return java.util.Objects.requireNonNull(ServiceCatalog.model(service).findOperation(name));
  }

  /** A structure of the named members. */
  private static Structure of(Shape shape, Object... namesAndValues) {
    var builder = shape.newBuilder();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      var member = java.util.Objects.requireNonNull(shape.memberNamed((String) namesAndValues[i]));
      builder.member(member.index(), namesAndValues[i + 1]);
    }
    return builder.build();
  }

  private static HttpResponse encode(
      Operation<?, ?> operation, Protocol protocol, Object... namesAndValues) {
    var output =
        operation.output().name().equals(Unit.NAME)
            ? Unit.UNIT
            : of(operation.output(), namesAndValues);
    return Protocols.of(protocol).encode(operation, output, "req-1");
  }

  private static HttpResponse error(
      Operation<?, ?> operation, Protocol protocol, String method, ApiException error) {
    var request = Requests.of(method + " /b/k%20l\nhost: localhost");
    var route = new Route(operation.service().info(), operation, protocol, Map.of(), request);
    return Protocols.of(protocol).encodeError(error, route, "req-1");
  }

  @Test
  void query() {
    var response =
        encode(
            operation("sts", "GetCallerIdentity"),
            Protocol.QUERY,
            "UserId",
            "AIDA",
            "Account",
            "1",
            "Arn",
            "arn:<&>\"'");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().first("content-type")).isEqualTo("text/xml");
    assertThat(response.headers().first("x-amzn-requestid")).isEqualTo("req-1");
    assertThat(Requests.text(response))
        .isEqualTo(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
                + "<UserId>AIDA</UserId><Account>1</Account><Arn>arn:&lt;&amp;&gt;&quot;'</Arn></GetCallerIdentityResult>"
                + "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
    assertThat(Requests.text(encode(operation("iam", "DeleteUser"), Protocol.QUERY)))
        .isEqualTo(
            "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
                + "<ResponseMetadata><RequestId>req-1</RequestId></ResponseMetadata></DeleteUserResponse>");
  }

  @Test
  void queryListsAndTimes() {
    var list = operation("iam", "ListUsers");
    var users = java.util.Objects.requireNonNull(list.output().memberNamed("Users")).target();
    var user =
        of(
            users.element().target(),
            "UserName",
            "a",
            "CreateDate",
            WHOLE,
            "PasswordLastUsed",
            FRACTION);
    assertThat(
            Requests.text(
                encode(list, Protocol.QUERY, "Users", List.of(user), "IsTruncated", false)))
        .contains(
            "<ListUsersResult><Users><member><UserName>a</UserName><CreateDate>2026-01-31T12:00:00Z</CreateDate>"
                + "<PasswordLastUsed>2026-01-31T12:00:00.120Z</PasswordLastUsed></member></Users>"
                + "<IsTruncated>false</IsTruncated></ListUsersResult>");
  }

  @Test
  void queryErrors() {
    var response =
        error(
            operation("iam", "GetUser"),
            Protocol.QUERY,
            "POST",
            new ApiException("NoSuchEntity", 404, "No user <a>."));
    assertThat(response.status()).isEqualTo(404);
    assertThat(Requests.text(response))
        .isEqualTo(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>"
                + "<Code>NoSuchEntity</Code><Message>No user &lt;a&gt;.</Message></Error><RequestId>req-1</RequestId></ErrorResponse>");
  }

  @Test
  void ec2() {
    var response = encode(operation("ec2", "DeleteVpc"), Protocol.EC2_QUERY);
    assertThat(response.headers().first("content-type")).isEqualTo("text/xml;charset=UTF-8");
    assertThat(Requests.text(response))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DeleteVpcResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
                + "<requestId>req-1</requestId><return>true</return></DeleteVpcResponse>");
    var error =
        error(
            operation("ec2", "DeleteVpc"),
            Protocol.EC2_QUERY,
            "POST",
            new ApiException("A.B", 400, "m"));
    assertThat(Requests.text(error))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>A.B</Code><Message>m</Message></Error></Errors>"
                + "<RequestID>req-1</RequestID></Response>");
  }

  @Test
  void json() {
    var describe = operation("kms", "DescribeKey");
    var metadata =
        java.util.Objects.requireNonNull(describe.output().memberNamed("KeyMetadata")).target();
    var key =
        of(
            metadata,
            "KeyId",
            "k",
            "CreationDate",
            FRACTION,
            "Enabled",
            true,
            "DeletionDate",
            WHOLE);
    var response = encode(describe, Protocol.AWS_JSON_1_1, "KeyMetadata", key);
    assertThat(response.headers().first("content-type")).isEqualTo("application/x-amz-json-1.1");
    assertThat(Requests.text(response))
        .isEqualTo(
            "{\"KeyMetadata\":{\"KeyId\":\"k\",\"CreationDate\":1769860800.12,\"Enabled\":true,\"DeletionDate\":1769860800}}");
    assertThat(Requests.text(encode(operation("kms", "EnableKey"), Protocol.AWS_JSON_1_1)))
        .isEmpty();
    assertThat(
            Requests.text(
                error(
                    describe,
                    Protocol.AWS_JSON_1_1,
                    "POST",
                    new ApiException("NotFoundException", 400, "Key 'k'"))))
        .isEqualTo("{\"__type\":\"NotFoundException\",\"message\":\"Key 'k'\"}");
  }

  @Test
  void restJsonErrors() {
    var response =
        error(
            operation("lambda", "GetFunction"),
            Protocol.REST_JSON,
            "GET",
            new ApiException("ResourceNotFoundException", 404, "no").with("Type", "User"));
    assertThat(response.headers().first("x-amzn-errortype")).isEqualTo("ResourceNotFoundException");
    assertThat(Requests.text(response))
        .isEqualTo(
            "{\"__type\":\"ResourceNotFoundException\",\"message\":\"no\",\"Type\":\"User\"}");
  }

  @Test
  void s3() {
    var list = operation("s3", "ListBuckets");
    var buckets = java.util.Objects.requireNonNull(list.output().memberNamed("Buckets")).target();
    var bucket = of(buckets.element().target(), "Name", "b", "CreationDate", WHOLE);
    var response = encode(list, Protocol.REST_XML, "Buckets", List.of(bucket));
    assertThat(response.headers().first("content-type")).isEqualTo("application/xml");
    assertThat(response.headers().first("server")).isEqualTo("AmazonS3");
    assertThat(response.headers().first("x-amz-request-id")).isEqualTo("req-1");
    assertThat(response.headers().contains("x-amz-id-2")).isTrue();
    assertThat(Requests.text(response))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + "<Buckets><Bucket><Name>b</Name><CreationDate>2026-01-31T12:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>");
  }

  @Test
  void s3LocationIsItsRootElement() {
    var location = operation("s3", "GetBucketLocation");
    var declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    assertThat(
            Requests.text(encode(location, Protocol.REST_XML, "LocationConstraint", "eu-west-1")))
        .isEqualTo(
            declaration
                + "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>");
    assertThat(Requests.text(encode(location, Protocol.REST_XML)))
        .isEqualTo(
            declaration
                + "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>");
  }

  @Test
  void s3Headers() {
    var head = operation("s3", "HeadObject");
    var response =
        encode(
            head,
            Protocol.REST_XML,
            "ETag",
            "\"e\"",
            "LastModified",
            WHOLE,
            "ContentLength",
            5L,
            "Metadata",
            Map.of("plain", "a b", "wide", "ä", "evil", "a\r\nx: y"));
    assertThat(response.headers().first("etag")).isEqualTo("\"e\"");
    assertThat(response.headers().first("last-modified"))
        .isEqualTo("Sat, 31 Jan 2026 12:00:00 GMT");
    assertThat(response.headers().first("content-length")).isEqualTo("5");
    assertThat(response.headers().first("x-amz-meta-plain")).isEqualTo("a b");
    assertThat(response.headers().first("x-amz-meta-wide")).isEqualTo("=?UTF-8?B?w6Q=?=");
    assertThat(response.headers().first("x-amz-meta-evil")).isEqualTo("=?UTF-8?B?YQ0KeDogeQ==?=");

    var get =
        encode(
            operation("s3", "GetObject"),
            Protocol.REST_XML,
            "ContentDisposition",
            "a\r\nset-cookie: b");
    assertThat(get.headers().first("content-disposition")).isEqualTo("a  set-cookie: b");
  }

  @Test
  void s3MetadataIsDecoded() {
    var request =
        Requests.of(
            "PUT /b/k\nhost: localhost\nX-Amz-Meta-Wide: =?UTF-8?B?w6Q=?=\nx-amz-meta-q: =?utf-8?Q?a_=C3=A4?=\nx-amz-meta-odd: =?x?="
                + Requests.scope("s3"));
    assertThat(Same.text(Requests.input(request))).contains("Metadata={odd==?x?=, q=a ä, wide=ä}");
  }

  @Test
  void s3Errors() {
    var get = operation("s3", "GetObject");
    var noKey =
        new ApiException("NoSuchKey", 404, "The specified key does not exist.").with("Key", "k l");
    assertThat(Requests.text(error(get, Protocol.REST_XML, "GET", noKey)))
        .startsWith(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
                + "<Key>k l</Key><RequestId>req-1</RequestId><HostId>");
    assertThat(
            Requests.text(
                error(
                    get,
                    Protocol.REST_XML,
                    "GET",
                    new ApiException("AccessDenied", 403, "Access Denied"))))
        .contains("<Message>Access Denied</Message><Resource>/b/k l</Resource>");
    var head = error(get, Protocol.REST_XML, "HEAD", noKey);
    assertThat(head.status()).isEqualTo(404);
    assertThat(Requests.text(head)).isEmpty();
    assertThat(head.headers().contains("x-amz-request-id")).isTrue();
  }

  @Test
  void otherRestXmlErrors() {
    var response =
        error(
            operation("route53", "GetHostedZone"),
            Protocol.REST_XML,
            "GET",
            new ApiException("NoSuchHostedZone", 404, "no"));
    assertThat(Requests.text(response))
        .isEqualTo(
            "<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type>"
                + "<Code>NoSuchHostedZone</Code><Message>no</Message></Error><RequestId>req-1</RequestId></ErrorResponse>");
  }

  @Test
  void s3Grantees() {
    var acl = operation("s3", "GetBucketAcl");
    var grants = java.util.Objects.requireNonNull(acl.output().memberNamed("Grants")).target();
    var grant = grants.element().target();
    var grantee = java.util.Objects.requireNonNull(grant.memberNamed("Grantee")).target();
    var value =
        of(grant, "Grantee", of(grantee, "ID", "i", "Type", "CanonicalUser"), "Permission", "READ");
    assertThat(Requests.text(encode(acl, Protocol.REST_XML, "Grants", List.of(value))))
        .contains(
            "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>i</ID></Grantee>"
                + "<Permission>READ</Permission></Grant>");
  }
}
