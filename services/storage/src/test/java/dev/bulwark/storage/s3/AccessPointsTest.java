package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

final class AccessPointsTest {
  private static final String ARN = "arn:aws:s3:us-east-1:" + Lab.ACCOUNT + ":accesspoint/desk";
  private static final Principal ROOT = new Principal.AccountRoot(Lab.ACCOUNT);

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final S3Client byHost = lab.rootByHost(Lab.ACCOUNT);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private HttpResponse control(String method, String path, String query, String body) {
    return lab.control(ROOT, method, Lab.ACCOUNT, "/v20180820/accesspoint" + path, query, body);
  }

  private static String text(HttpResponse response) {
    try {
      return new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String request(String bucket, String more) {
    return "<CreateAccessPointRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Bucket>"
        + bucket
        + "</Bucket>"
        + more
        + "</CreateAccessPointRequest>";
  }

  private String create(String name, String more) {
    var answer = text(control("PUT", "/" + name, "", request("shelf", more)));
    assertThat(answer).contains("<AccessPointArn>").contains("<Alias>");
    return answer.substring(answer.indexOf("<Alias>") + 7, answer.indexOf("</Alias>"));
  }

  private HttpResponse putPolicy(String policy) {
    return control(
        "PUT",
        "/desk/policy",
        "",
        "<PutAccessPointPolicyRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Policy>"
            + policy.replace("&", "&amp;").replace("<", "&lt;")
            + "</Policy></PutAccessPointPolicyRequest>");
  }

  private String delegating() {
    return """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*",
        "Resource":["arn:aws:s3:::shelf","arn:aws:s3:::shelf/*"],
        "Condition":{"StringEquals":{"s3:DataAccessPointAccount":"%s"}}}]}"""
        .formatted(Lab.ACCOUNT);
  }

  @Test
  void accessPointsAreMadeToldOfAndDeleted() {
    var alias = create("desk", "");
    assertThat(alias).startsWith("desk-").endsWith("-s3alias").hasSize(4 + 1 + 34 + 8);
    assertThat(text(control("GET", "/desk", "", "")))
        .contains("<Name>desk</Name>")
        .contains("<Bucket>shelf</Bucket>")
        .contains("<NetworkOrigin>Internet</NetworkOrigin>")
        .contains("<BlockPublicPolicy>true</BlockPublicPolicy>")
        .contains("<BucketAccountId>" + Lab.ACCOUNT + "</BucketAccountId>");
    create("desk2", "");
    assertThat(text(control("GET", "", "bucket=shelf", ""))).contains(ARN).contains(ARN + "2");
    assertThat(text(control("GET", "", "bucket=shelf&maxResults=1", "")))
        .contains(ARN)
        .doesNotContain(ARN + "2")
        .contains("<NextToken>");
    assertThat(text(control("PUT", "/desk", "", request("shelf", ""))))
        .contains("AccessPointAlreadyOwnedByYou");
    assertCode(
        "BucketHasAccessPointsAttached",
        () -> {
          s3.deleteObject(b -> b.bucket("shelf").key("k"));
          s3.deleteBucket(b -> b.bucket("shelf"));
        });
    assertThat(control("DELETE", "/desk", "", "").status()).isBetween(200, 204);
    assertThat(control("DELETE", "/desk2", "", "").status()).isBetween(200, 204);
    assertThat(text(control("GET", "/desk", "", ""))).contains("NoSuchAccessPoint");
    assertThat(text(control("DELETE", "/desk", "", ""))).contains("NoSuchAccessPoint");
    s3.deleteBucket(b -> b.bucket("shelf"));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(text(control("PUT", "/Desk", "", request("shelf", "")))).contains("InvalidRequest");
    assertThat(text(control("PUT", "/desk", "", request("missing", "")))).contains("NoSuchBucket");
    s3.createBucket(b -> b.bucket("desk-" + Lab.ACCOUNT));
    assertThat(text(control("PUT", "/desk", "", request("shelf", "")))).contains("InvalidRequest");
    lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1).createBucket(b -> b.bucket("theirs"));
    assertThat(text(control("PUT", "/mine", "", request("theirs", "")))).contains("AccessDenied");
    create("mine", "");
    assertCode("BucketAlreadyExists", () -> s3.createBucket(b -> b.bucket("mine-" + Lab.ACCOUNT)));
    assertThat(
            lab.control(
                    new Principal.AccountRoot(Lab.OTHER_ACCOUNT),
                    "GET",
                    Lab.ACCOUNT,
                    "/v20180820/accesspoint/mine",
                    "",
                    "")
                .status())
        .isEqualTo(403);
  }

  @Test
  void objectsAreReachedByArnAndAlias() {
    var alias = create("desk", "");
    byHost.putObject(b -> b.bucket(ARN).key("a/b"), RequestBody.fromString("12"));
    assertThat(s3.getObjectAsBytes(b -> b.bucket(alias).key("a/b")).asUtf8String()).isEqualTo("12");
    assertThat(byHost.getObjectAsBytes(b -> b.bucket(ARN).key("k")).asUtf8String()).isEqualTo("1");
    assertThat(byHost.listObjectsV2(b -> b.bucket(ARN)).contents()).hasSize(2);
    assertThat(byHost.headBucket(b -> b.bucket(ARN)).accessPointAlias()).isTrue();
    s3.copyObject(
        b -> b.copySource(ARN + "/object/a/b").destinationBucket(alias).destinationKey("copy"));
    assertThat(s3.getObjectAsBytes(b -> b.bucket("shelf").key("copy")).asUtf8String())
        .isEqualTo("12");
    byHost.deleteObject(b -> b.bucket(ARN).key("k"));
    assertCode("NoSuchKey", () -> byHost.getObject(b -> b.bucket(ARN).key("k")));
    assertThatThrownBy(() -> s3.getBucketVersioning(b -> b.bucket(alias)))
        .hasMessageContaining("not allowed against this resource");
  }

  @Test
  void objectsOfEverySizeAreCopiedFromAnAccessPoint() {
    create("desk", "");
    var large = new byte[200_000];
    s3.putObject(b -> b.bucket("shelf").key("large"), RequestBody.fromBytes(large));
    var upload = s3.createMultipartUpload(b -> b.bucket("shelf").key("parts")).uploadId();
    var part =
        s3.uploadPart(
            b -> b.bucket("shelf").key("parts").uploadId(upload).partNumber(1),
            RequestBody.fromString("in parts"));
    s3.completeMultipartUpload(
        b ->
            b.bucket("shelf")
                .key("parts")
                .uploadId(upload)
                .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(part.eTag()))));
    for (var key : List.of("k", "large", "parts")) {
      s3.copyObject(
          b ->
              b.copySource(ARN + "/object/" + key)
                  .destinationBucket("shelf")
                  .destinationKey("copy of " + key));
      assertThat(s3.headObject(b -> b.bucket("shelf").key("copy of " + key)).contentLength())
          .isEqualTo(s3.headObject(b -> b.bucket("shelf").key(key)).contentLength());
    }
    assertCode(
        "InvalidRequest",
        () ->
            s3.copyObject(
                b ->
                    b.copySource(ARN + "/object/k")
                        .destinationBucket("shelf")
                        .destinationKey("k")));
  }

  @Test
  void accessPointsOfOthersDoNotHoldUpABucket() {
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    var other = new Principal.AccountRoot(Lab.OTHER_ACCOUNT);
    var theirs =
        lab.control(
            other,
            "PUT",
            Lab.OTHER_ACCOUNT,
            "/v20180820/accesspoint/theirs",
            "",
            request("shelf", "<BucketAccountId>" + Lab.ACCOUNT + "</BucketAccountId>"));
    assertThat(theirs.status()).isEqualTo(200);
    assertThat(text(control("PUT", "/chain", "", request("theirs-" + Lab.OTHER_ACCOUNT, ""))))
        .contains("NoSuchBucket");
    s3.deleteBucket(b -> b.bucket("shelf"));
  }

  @Test
  void whatTheBucketsAccountBlocksIsBlockedThroughAccessPointsToo() {
    create(
        "desk",
        "<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy>"
            + "<RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>");
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(delegating()));
    putPolicy(Lab.policy("Allow", "\"*\"", "s3:GetObject", ARN + "/object/*"));
    var guest = lab.userByHost(Lab.OTHER_ACCOUNT, "guest", Lab.allow("s3:GetObject", "*"));
    guest.getObjectAsBytes(b -> b.bucket(ARN).key("k"));
    s3.putPublicAccessBlock(
        b -> b.bucket("shelf").publicAccessBlockConfiguration(c -> c.restrictPublicBuckets(true)));
    assertCode("AccessDenied", () -> guest.getObject(b -> b.bucket(ARN).key("k")));
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    guest.getObjectAsBytes(b -> b.bucket(ARN).key("k"));
    lab.control(
        "PUT",
        Lab.ACCOUNT,
        "<PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">"
            + "<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>");
    assertCode("AccessDenied", () -> guest.getObject(b -> b.bucket(ARN).key("k")));
  }

  @Test
  void bothPoliciesHaveToAllow() {
    create("desk", "");
    var reader =
        lab.userByHost(Lab.ACCOUNT, "reader", Lab.allow("s3:GetObject", ARN + "/object/*"));
    assertCode("AccessDenied", () -> reader.getObject(b -> b.bucket(ARN).key("k")));
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(delegating()));
    assertThat(reader.getObjectAsBytes(b -> b.bucket(ARN).key("k")).asUtf8String()).isEqualTo("1");
    // What the bucket leaves to its access points it does not give to those who come by themselves.
    assertCode("AccessDenied", () -> reader.getObject(b -> b.bucket("shelf").key("k")));
    assertThat(putPolicy(Lab.policy("Deny", "\"*\"", "s3:GetObject", ARN + "/object/k")).status())
        .isBetween(200, 204);
    assertCode("AccessDenied", () -> reader.getObject(b -> b.bucket(ARN).key("k")));
    assertThat(text(control("GET", "/desk/policy", "", ""))).contains("Deny");
    assertThat(text(control("GET", "/desk/policyStatus", "", "")))
        .contains("<IsPublic>false</IsPublic>");
    assertThat(control("DELETE", "/desk/policy", "", "").status()).isBetween(200, 204);
    assertThat(text(control("GET", "/desk/policy", "", ""))).contains("NoSuchAccessPointPolicy");
  }

  @Test
  void anotherAccountComesInByThePolicyOfTheAccessPoint() {
    create("desk", "");
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(delegating()));
    var guest = lab.userByHost(Lab.OTHER_ACCOUNT, "guest", Lab.allow("s3:GetObject", "*"));
    assertCode("AccessDenied", () -> guest.getObject(b -> b.bucket(ARN).key("k")));
    putPolicy(
        Lab.policy(
            "Allow", "{\"AWS\":\"" + Lab.OTHER_ACCOUNT + "\"}", "s3:GetObject", ARN + "/object/*"));
    assertThat(guest.getObjectAsBytes(b -> b.bucket(ARN).key("k")).asUtf8String()).isEqualTo("1");
  }

  @Test
  void publicPoliciesAreBlocked() {
    create("desk", "");
    assertThat(text(putPolicy(Lab.policy("Allow", "\"*\"", "s3:GetObject", ARN + "/object/*"))))
        .contains("AccessDenied")
        .contains("s3:PutAccessPointPolicy");
    assertThat(text(putPolicy(Lab.policy("Allow", "\"*\"", "s3:GetObject", "arn:aws:s3:::x/*"))))
        .contains("MalformedPolicy");
  }

  @Test
  void accessPointsOfNetworksTakeNobodyFromTheInternet() {
    create("desk", "<VpcConfiguration><VpcId>vpc-1a2b3c4d</VpcId></VpcConfiguration>");
    assertThat(text(control("GET", "/desk", "", "")))
        .contains("<NetworkOrigin>VPC</NetworkOrigin>")
        .contains("<VpcId>vpc-1a2b3c4d</VpcId>");
    assertCode("AccessDenied", () -> byHost.getObject(b -> b.bucket(ARN).key("k")));
  }

  @Test
  void tagsComeAndGo() {
    create("desk", "");
    var path = "/v20180820/tags/" + ARN.replace(":", "%3A").replace("/", "%2F");
    assertThat(
            lab.control(
                    ROOT,
                    "POST",
                    Lab.ACCOUNT,
                    path,
                    "",
                    "<TagResourceRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Tags><Tag><Key>a</Key>"
                        + "<Value>b</Value></Tag></Tags></TagResourceRequest>")
                .status())
        .isEqualTo(204);
    assertThat(text(lab.control(ROOT, "GET", Lab.ACCOUNT, path, "", "")))
        .contains("<Key>a</Key><Value>b</Value>");
    assertThat(lab.control(ROOT, "DELETE", Lab.ACCOUNT, path, "tagKeys=a", "").status())
        .isEqualTo(204);
    assertThat(text(lab.control(ROOT, "GET", Lab.ACCOUNT, path, "", ""))).doesNotContain("<Key>");
  }
}
