package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

  private static Route route(String head) {
    return Requests.ROUTER.route(Requests.of(head));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // path style: host | method and path | operation | bucket | key
        "localhost:4566                       | GET /                                | ListBuckets "
            + "            |          |",
        "127.0.0.1:4566                       | GET /photos                          | ListObjects "
            + "            | photos   |",
        "127.0.0.1:4566                       | GET /photos/                         | ListObjects "
            + "            | photos   |",
        "127.0.0.1:4566                       | GET /photos?list-type=2&prefix=a     |"
            + " ListObjectsV2           | photos   |",
        "127.0.0.1:4566                       | GET /photos?acl                      | GetBucketAcl"
            + "            | photos   |",
        "127.0.0.1:4566                       | GET /photos?acl=                     | GetBucketAcl"
            + "            | photos   |",
        "127.0.0.1:4566                       | GET /photos?location                 |"
            + " GetBucketLocation       | photos   |",
        "127.0.0.1:4566                       | GET /photos?analytics                |"
            + " ListBucketAnalyticsConfigurations | photos |",
        "127.0.0.1:4566                       | GET /photos?analytics&id=1           |"
            + " GetBucketAnalyticsConfiguration | photos |",
        "127.0.0.1:4566                       | PUT /photos?analytics                |"
            + " PutBucketAnalyticsConfiguration | photos |",
        "127.0.0.1:4566                       | PUT /photos                          | CreateBucket"
            + "            | photos   |",
        "127.0.0.1:4566                       | HEAD /photos                         | HeadBucket  "
            + "            | photos   |",
        "127.0.0.1:4566                       | POST /photos?delete                  |"
            + " DeleteObjects           | photos   |",
        "127.0.0.1:4566                       | GET /photos/a/b.txt?x-id=GetObject   | GetObject   "
            + "            | photos   | a/b.txt",
        "127.0.0.1:4566                       | HEAD /photos/a                       | HeadObject  "
            + "            | photos   | a",
        "127.0.0.1:4566                       | PUT /photos/a                        | PutObject   "
            + "            | photos   | a",
        "127.0.0.1:4566                       | DELETE /photos/a?versionId=1         | DeleteObject"
            + "            | photos   | a",
        "127.0.0.1:4566                       | PUT /photos/a?partNumber=1&uploadId=u | UploadPart "
            + "            | photos   | a",
        "127.0.0.1:4566                       | POST /photos/a?uploads               |"
            + " CreateMultipartUpload   | photos   | a",
        "127.0.0.1:4566                       | POST /photos/a?uploadId=u            |"
            + " CompleteMultipartUpload | photos   | a",
        "127.0.0.1:4566                       | DELETE /photos/a?uploadId=u          |"
            + " AbortMultipartUpload    | photos   | a",
        "127.0.0.1:4566                       | GET /photos/a?uploadId=u             | ListParts   "
            + "            | photos   | a",
        "127.0.0.1:4566                       | GET /photos/a?tagging                |"
            + " GetObjectTagging        | photos   | a",
        // virtual-host style
        "photos.s3.us-east-1.amazonaws.com    | GET /a                               | GetObject   "
            + "            | photos   | a",
        "photos.s3.amazonaws.com              | GET /                                | ListObjects "
            + "            | photos   |",
        "a.b.c.s3.eu-west-1.amazonaws.com     | GET /k                               | GetObject   "
            + "            | a.b.c    | k",
        "s3.us-east-1.amazonaws.com           | GET /photos/k                        | GetObject   "
            + "            | photos   | k",
        "s3-us-west-2.amazonaws.com           | GET /photos/k                        | GetObject   "
            + "            | photos   | k",
        "photos.s3-us-west-2.amazonaws.com    | GET /k                               | GetObject   "
            + "            | photos   | k",
        "photos.s3.localhost:4566             | GET /k                               | GetObject   "
            + "            | photos   | k",
        "photos.localhost:4566                | GET /k                               | GetObject   "
            + "            | photos   | k",
        "iam.localhost:4566                   | GET /k                               | GetObject   "
            + "            | iam      | k",
        "photos.bulwark.test                  | GET /k                               | GetObject   "
            + "            | photos   | k",
        "a.photos.bulwark.test:4566           | GET /k                               | GetObject   "
            + "            | a.photos | k",
        "bulwark.test                         | GET /photos/k                        | GetObject   "
            + "            | photos   | k",
        "PHOTOS.localhost                     | GET /k                               | GetObject   "
            + "            | photos   | k",
        "somewhere.example                    | GET /photos/k                        | GetObject   "
            + "            | photos   | k",
        "[::1]:4566                           | GET /photos/k                        | GetObject   "
            + "            | photos   | k",
        // keys are decoded once and never normalized
        "localhost                            | GET /photos/../etc/passwd            | GetObject   "
            + "            | photos   | ../etc/passwd",
        "localhost                            | GET /photos/%2e%2e/%2e               | GetObject   "
            + "            | photos   | ../.",
        "localhost                            | GET /photos/%252e                    | GetObject   "
            + "            | photos   | %2e",
        "localhost                            | GET /photos//                        | GetObject   "
            + "            | photos   | /",
        "localhost                            | GET /photos//a//b/                   | GetObject   "
            + "            | photos   | //a//b/",
        "localhost                            | GET /photos/a+b%2Bc%20d              | GetObject   "
            + "            | photos   | a+b+c d",
        "localhost                            | GET /photos/%E6%BC%A2                | GetObject   "
            + "            | photos   | 漢",
        "localhost                            | GET /photos/a%3Facl                  | GetObject   "
            + "            | photos   | a?acl"
      })
  void s3RequestsFindTheirOperation(
      String host, String line, String operation, String bucket, String key) {
    var route = route(line + "\nhost: " + host + Requests.scope("s3"));
    assertThat(route.requireOperation()).hasToString("s3:" + operation);
    assertThat(route.labels().get("Bucket")).isEqualTo(bucket);
    // In place of a leading double slash the table has what stands after the bucket's own slash.
    assertThat(route.labels().get("Key"))
        .isEqualTo(key != null && key.startsWith("//") ? key.substring(1) : key);
  }

  @Test
  void copiesAreToldByTheirHeader() {
    var copy = "\nhost: localhost\nx-amz-copy-source: /b/k" + Requests.scope("s3");
    assertThat(route("PUT /b/k" + copy).requireOperation()).hasToString("s3:CopyObject");
    assertThat(route("PUT /b/k?partNumber=1&uploadId=u" + copy).requireOperation())
        .hasToString("s3:UploadPartCopy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateTrail",
        "CloudTrail_20131101.CreateTrail"
      })
  void targetsMayLeaveThePackageOut(String target) {
    assertThat(
            route("POST /\nhost: localhost\nx-amz-target: " + target + Requests.scope("cloudtrail"))
                .requireOperation())
        .hasToString("cloudtrail:CreateTrail");
  }

  @Test
  void operationsKnownByNameOnlyAreNotBuilt() {
    for (var request :
        new String[] {
          "GET /?Action=ListDelegationRequests&Version=2010-05-08\nhost: localhost"
              + Requests.scope("iam"),
          "POST /\n"
              + "host: localhost\n"
              + "x-amz-target:"
              + " com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateDashboard"
              + Requests.scope("cloudtrail")
        }) {
      var response = Requests.refusal(Requests.of(request));
      assertThat(response.status()).isEqualTo(501);
      assertThat(Requests.text(response)).contains("does not implement the operation");
    }
  }

  @Test
  void nulIsACharacterOfAKey() {
    assertThat(route("GET /b/a%00b\nhost: localhost").labels()).containsEntry("Key", "a\0b");
  }

  @Test
  void anonymousAndPresignedRequestsGoToS3() {
    assertThat(route("GET /b/k\nhost: localhost").requireOperation()).hasToString("s3:GetObject");
    var presigned =
        route(
            "GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Fus-east-1%2Fs3%2Faws4_request\n"
                + "host: localhost");
    assertThat(presigned.requireOperation()).hasToString("s3:GetObject");
    assertThat(
            route("GET /b/k?AWSAccessKeyId=A&Signature=S&Expires=1\nhost: localhost")
                .requireOperation())
        .hasToString("s3:GetObject");
    assertThat(route("GET /b/k?Action=x\nhost: localhost").requireOperation())
        .hasToString("s3:GetObject");
  }

  @Test
  void objectsAreNotReadIntoMemory() {
    var request = Requests.of("PUT /b/k\nhost: localhost");
    var route =
        Requests.ROUTER.route(
            request.withBody(new dev.bulwark.schema.Body(InputStream.nullInputStream(), 5L << 30)));
    assertThat(route.request().content()).isNull();
    assertThat(route.request().body().length()).isEqualTo(5L << 30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST /b/k       | OBJECT  | POST",
        "PATCH /b        | BUCKET  | PATCH",
        "DELETE /        | SERVICE | DELETE"
      })
  void methodsThatS3DoesNotHaveAreRefused(String line, String resourceType, String method) {
    var response = Requests.refusal(Requests.of(line + "\nhost: localhost" + Requests.scope("s3")));
    assertThat(response.status()).isEqualTo(405);
    assertThat(Requests.text(response))
        .contains(
            "<Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this"
                + " resource.</Message>",
            "<Method>" + method + "</Method><ResourceType>" + resourceType + "</ResourceType>");
  }

  @Test
  void pathsThatCannotBeDecodedAreRefused() {
    for (var path : new String[] {"/b/%zz", "/b/%", "/b/%ff", "/%c3%28/k"}) {
      var response =
          Requests.refusal(Requests.of("GET " + path + "\nhost: localhost" + Requests.scope("s3")));
      assertThat(response.status()).isEqualTo(400);
      assertThat(Requests.text(response)).contains("<Code>InvalidURI</Code>");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iam   | localhost                    | Action=ListUsers&Version=2010-05-08          |"
            + " iam:ListUsers",
        "sts   | localhost                    | Version=2011-06-15&Action=GetCallerIdentity  |"
            + " sts:GetCallerIdentity",
        "sns   | localhost                    | Action=ListTopics                            |"
            + " sns:ListTopics",
        "sqs   | localhost                    | Action=ListQueues&Version=2012-11-05         |"
            + " sqs:ListQueues",
        "ec2   | localhost                    | Action=DescribeVpcs&Version=2014-01-01       |"
            + " ec2:DescribeVpcs",
        "      | iam.amazonaws.com            | Action=ListUsers&Version=2010-05-08          |"
            + " iam:ListUsers",
        "      | sts.eu-west-1.amazonaws.com  | Action=GetCallerIdentity&Version=2011-06-15  |"
            + " sts:GetCallerIdentity",
        "      | sts.localhost                | Action=GetCallerIdentity&Version=2011-06-15  |"
            + " sts:GetCallerIdentity",
        "      | localhost                    | Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
            + " | sts:AssumeRoleWithWebIdentity"
      })
  void queriesFindTheirOperation(String scope, String host, String form, String operation) {
    var head = "\nhost: " + host + (scope == null ? "" : Requests.scope(scope));
    var request =
        Requests.of("POST /\ncontent-type: application/x-www-form-urlencoded" + head, form);
    assertThat(Requests.ROUTER.route(request).requireOperation()).hasToString(operation);
    assertThat(route("GET /?" + form + head).requireOperation()).hasToString(operation);
  }

  @Test
  void compressedFormsFindTheirOperationAndStayAsTheyAre() throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(compressed)) {
      zip.write("Action=ListUsers&Version=2010-05-08".getBytes(StandardCharsets.UTF_8));
    }
    var head =
        "POST /\n"
            + "content-type: application/x-www-form-urlencoded\n"
            + "content-encoding: gzip\n"
            + "host: localhost"
            + Requests.scope("iam");
    var route = Requests.ROUTER.route(Requests.of(head, compressed.toByteArray()));
    assertThat(route.requireOperation()).hasToString("iam:ListUsers");
    assertThat(route.request().content()).isEqualTo(compressed.toByteArray());

    assertThatThrownBy(() -> Requests.ROUTER.route(Requests.of(head, "no gzip")))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("Content-Encoding");
  }

  @Test
  void anonymousPostsToS3KeepTheirBodyWhateverTheirType() {
    for (var target : new String[] {"/b?delete\nhost: localhost", "/?delete\nhost: b.localhost"}) {
      var request =
          Requests.of(
              "POST " + target + "\ncontent-type: application/x-www-form-urlencoded", "<Delete/>");
      var route = Requests.ROUTER.route(request);
      assertThat(route.requireOperation()).hasToString("s3:DeleteObjects");
      assertThat(route.request().content()).asString().isEqualTo("<Delete/>");
    }
  }

  @Test
  void formsStayReadable() {
    var form = "Action=ListUsers&Version=2010-05-08&PathPrefix=%2Fa%2F";
    var route = Requests.ROUTER.route(Requests.form("iam", form));
    assertThat(route.request().content()).asString().isEqualTo(form);
    assertThat(route.request().content()).asString().isEqualTo(form);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "iam | Action=Nope&Version=2010-05-08      | Could not find operation Nope for version"
            + " 2010-05-08",
        "iam | Action=ListUsers&Version=2010-01-01 | Could not find operation ListUsers for version"
            + " 2010-01-01",
        "iam | Action=ListUsers                    | Could not find operation ListUsers for version"
            + " NO_VERSION_SPECIFIED",
        "ec2 | Action=Nope&Version=2016-11-15      | The action Nope is not valid for this web"
            + " service."
      })
  void actionsThatAreNotThereAreRefused(String service, String form, String message) {
    var response = Requests.refusal(Requests.form(service, form));
    assertThat(response.status()).isEqualTo(400);
    assertThat(Requests.text(response))
        .contains("<Code>InvalidAction</Code><Message>" + message + "</Message>");
  }

  @Test
  void targetsThatAreNotThereAreRefused() {
    for (var target : new String[] {"TrentService.Nope", "Nope.ListKeys", "x", ""}) {
      var response = Requests.refusal(Requests.json(target, "{}"));
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.headers().first("content-type")).isEqualTo("application/x-amz-json-1.1");
      assertThat(Requests.text(response)).isEqualTo("{\"__type\":\"UnknownOperationException\"}");
    }
  }

  @Test
  void jsonIsAnsweredInTheVersionInWhichItAsks() {
    var request =
        Requests.of(
            "POST /\n"
                + "host: localhost\n"
                + "content-type: application/x-amz-json-1.0\n"
                + "x-amz-target: AmazonSQS.ListQueues",
            "{}");
    var route = Requests.ROUTER.route(request);
    var error = new dev.bulwark.schema.ApiException("AccessDenied", 403, "no");
    var response = Protocols.of(route.protocol()).encodeError(error, route, "req-1");
    assertThat(response.headers().first("content-type")).isEqualTo("application/x-amz-json-1.0");
    assertThat(response.headers().first("x-amzn-query-error")).isEqualTo("AccessDenied;Sender");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lambda       | GET /2015-03-31/functions                    | lambda:ListFunctions      "
            + " |",
        "lambda       | GET /2015-03-31/functions/                   | lambda:ListFunctions      "
            + " |",
        "lambda       | POST /2015-03-31/functions/f%3Aone/invocations | lambda:Invoke            |"
            + " f:one",
        "lambda       | GET /2018-10-31/layers?find=LayerVersion&Arn=a |"
            + " lambda:GetLayerVersionByArn |",
        "route53      | GET /2013-04-01/hostedzone/Z1                | route53:GetHostedZone     "
            + " |",
        "cloudfront   | POST /2020-05-31/distribution?WithTags       |"
            + " cloudfront:CreateDistributionWithTags |",
        "cloudfront   | POST /2020-05-31/distribution                |"
            + " cloudfront:CreateDistribution |",
        "securityhub  | DELETE /insights/arn:aws:x/y/z               | securityhub:DeleteInsight  |"
      })
  void restRequestsFindTheirOperation(
      String service, String line, String operation, String function) {
    var route = route(line + "\nhost: localhost" + Requests.scope(service));
    assertThat(route.requireOperation()).hasToString(operation);
    if (function != null) {
      assertThat(route.labels()).isEqualTo(Map.of("FunctionName", function));
    }
  }

  @Test
  void greedyLabelsTakeSlashes() {
    var route =
        route("DELETE /insights/arn:aws:x/y%2Fz\nhost: localhost" + Requests.scope("securityhub"));
    assertThat(route.labels()).containsEntry("InsightArn", "arn:aws:x/y/z");
  }

  @Test
  void restPathsAndServicesThatAreNotThereAreRefused() {
    var response =
        Requests.refusal(Requests.of("GET /nope\nhost: localhost" + Requests.scope("lambda")));
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.headers().first("x-amzn-errortype")).isEqualTo("UnknownOperationException");

    var nowhere =
        Requests.refusal(Requests.of("GET /nope\nhost: localhost" + Requests.scope("braket")));
    assertThat(nowhere.status()).isEqualTo(404);
  }

  @Test
  void cborNeedsItsPath() {
    var head = "\nhost: localhost\nsmithy-protocol: rpc-v2-cbor";
    var route = route("POST /service/GraniteServiceVersion20100801/operation/ListMetrics" + head);
    assertThat(route.requireOperation()).hasToString("cloudwatch:ListMetrics");

    for (var path :
        new String[] {
          "/",
          "/service/Nope/operation/ListMetrics",
          "/service/GraniteServiceVersion20100801/operation/Nope"
        }) {
      var response = Requests.refusal(Requests.of("POST " + path + head));
      assertThat(response.status()).isEqualTo(404);
      assertThat(response.headers().first("content-type")).isEqualTo("application/cbor");
      assertThat(response.headers().first("smithy-protocol")).isEqualTo("rpc-v2-cbor");
    }
  }
}
