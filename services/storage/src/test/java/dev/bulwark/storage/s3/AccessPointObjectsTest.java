package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.access.Principal;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.Tag;

/** What browsers, lists and odd keys make of access points. */
final class AccessPointObjectsTest {
  private static final String POINT = "/v20180820/accesspoint/desk";
  private static final String ARN = "arn:aws:s3:us-east-1:" + Lab.ACCOUNT + ":accesspoint/desk";
  private static final String LABEL = "desk-" + Lab.ACCOUNT;
  private static final Tag TAG = Tag.builder().key("a").value("b").build();

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final S3Client byHost = lab.rootByHost(Lab.ACCOUNT);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** Makes the access point; returns its alias. */
  private String create(String more) {
    var answer =
        control(
            "",
            "<CreateAccessPointRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Bucket>shelf</Bucket>"
                + more
                + "</CreateAccessPointRequest>");
    return answer.substring(answer.indexOf("<Alias>") + 7, answer.indexOf("</Alias>"));
  }

  private String control(String path, String body) {
    var root = new Principal.AccountRoot(Lab.ACCOUNT);
    return text(lab.control(root, "PUT", Lab.ACCOUNT, POINT + path, "", body));
  }

  private void deny(String action, String key) {
    control(
        "/policy",
        "<PutAccessPointPolicyRequest xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><Policy>"
            + Lab.policy("Deny", "\"*\"", action, ARN + "/object/" + key)
            + "</Policy></PutAccessPointPolicyRequest>");
  }

  private static String blocking(String what) {
    return "<PublicAccessBlockConfiguration><"
        + what
        + ">true</"
        + what
        + "></PublicAccessBlockConfiguration>";
  }

  private static String text(HttpResponse response) {
    try {
      return new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // Browsers

  private HttpResponse post(String address, String signedFor, Map<String, String> more) {
    var fields =
        Forms.signed(
            lab,
            signedFor,
            "[\"starts-with\",\"$key\",\"\"],[\"starts-with\",\"$acl\",\"\"],{\"success_action_status\":\"201\"}");
    fields.put("success_action_status", "201");
    fields.putAll(more);
    return lab.post(address, Forms.TYPE, Forms.body(fields, new byte[] {'1'}));
  }

  @Test
  void formsArePostedToAccessPoints() {
    var alias = create("");
    for (var name : new String[] {alias, LABEL}) {
      for (var signedFor : new String[] {alias, LABEL, ARN}) {
        var answer = post(name, signedFor, Map.of());
        assertThat(text(answer))
            .contains("<Bucket>shelf</Bucket>", "/" + name + "/user/a%20b.txt</Location>");
        assertThat(answer.status()).isEqualTo(201);
      }
    }
    assertThat(s3.headObject(b -> b.bucket("shelf").key("user/a b.txt")).contentLength())
        .isEqualTo(1);
    // What is signed for the bucket is not signed for the way through the access point.
    assertThat(text(post(alias, "shelf", Map.of()))).contains("Policy Condition failed");
    assertThat(text(post("shelf", alias, Map.of()))).contains("Policy Condition failed");
  }

  @Test
  void formsNeedWhatThePolicyOfTheAccessPointGives() {
    var alias = create("");
    deny("s3:PutObject", "user/*");
    assertThat(text(post(alias, alias, Map.of())))
        .contains("<Code>AccessDenied</Code>", ARN + "/object/user/a b.txt");
    assertThat(post(alias, alias, Map.of("key", "other")).status()).isEqualTo(201);
    assertThat(post("shelf", "shelf", Map.of()).status()).isEqualTo(201);
    // Nobody is let in unsigned, as the access point blocks what is public.
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    s3.putBucketPolicy(
        b ->
            b.bucket("shelf")
                .policy(Lab.policy("Allow", "\"*\"", "s3:PutObject", "arn:aws:s3:::shelf/*")));
    var unsigned = Forms.body(Map.of("key", "k"), new byte[1]);
    assertThat(lab.post("shelf", Forms.TYPE, unsigned).status()).isEqualTo(204);
    assertThat(lab.post(alias, Forms.TYPE, unsigned).status()).isEqualTo(403);
  }

  @Test
  void pagesOfOtherOriginsMayUseAccessPointsAsTheBucketSays() {
    var alias = create("");
    var asked = Map.of("origin", "https://app.example", "access-control-request-method", "PUT");
    assertThat(text(lab.send("OPTIONS", "/" + alias + "/k", asked)))
        .contains("CORS is not enabled for this bucket.");
    s3.putBucketCors(
        b ->
            b.bucket("shelf")
                .corsConfiguration(
                    c ->
                        c.corsRules(
                            r ->
                                r.allowedMethods("PUT", "GET")
                                    .allowedOrigins("https://app.example"))));
    for (var name : new String[] {alias, LABEL}) {
      assertThat(
              lab.send("OPTIONS", "/" + name + "/k", asked)
                  .headers()
                  .first("access-control-allow-origin"))
          .isEqualTo("https://app.example");
      var refused = lab.send("GET", "/" + name + "/k", Map.of("origin", "https://app.example"));
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.headers().first("access-control-allow-origin"))
          .isEqualTo("https://app.example");
    }
    assertThat(text(lab.send("OPTIONS", "/nowhere-" + Lab.ACCOUNT + "/k", asked)))
        .contains("CORSResponse: Bucket not found");
    assertThat(s3.getBucketCors(b -> b.bucket(alias)).corsRules()).hasSize(1);
  }

  @Test
  void accessPointsOfNetworksAnswerNoPage() {
    create("<VpcConfiguration><VpcId>vpc-1a2b3c4d</VpcId></VpcConfiguration>");
    var asked = Map.of("origin", "https://app.example", "access-control-request-method", "PUT");
    assertThat(text(lab.send("OPTIONS", "/" + LABEL + "/k", asked)))
        .contains("CORSResponse: Bucket not found");
    assertThat(lab.send("GET", "/" + LABEL + "/k", Map.of("origin", "https://a")).status())
        .isEqualTo(403);
  }

  // Lists

  private void letListsCount() {
    s3.putBucketOwnershipControls(
        b ->
            b.bucket("shelf")
                .ownershipControls(
                    c -> c.rules(r -> r.objectOwnership(ObjectOwnership.OBJECT_WRITER))));
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
  }

  @Test
  void anAccessPointBlocksPublicListsThatItsBucketDoesNot() {
    var alias = create(blocking("BlockPublicAcls"));
    letListsCount();
    s3.putObject(
        b -> b.bucket("shelf").key("k").acl(ObjectCannedACL.PUBLIC_READ), RequestBody.empty());
    assertCode(
        "AccessDenied",
        () ->
            s3.putObject(
                b -> b.bucket(alias).key("k").acl(ObjectCannedACL.PUBLIC_READ),
                RequestBody.empty()));
    assertCode(
        "AccessDenied",
        () ->
            byHost.putObject(
                b ->
                    b.bucket(ARN)
                        .key("k")
                        .grantRead("uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""),
                RequestBody.empty()));
    assertCode(
        "AccessDenied",
        () ->
            s3.copyObject(
                b ->
                    b.copySource("shelf/k")
                        .destinationBucket(alias)
                        .destinationKey("copy")
                        .acl(ObjectCannedACL.PUBLIC_READ)));
    assertCode(
        "AccessDenied",
        () ->
            s3.createMultipartUpload(
                b -> b.bucket(alias).key("k").acl(ObjectCannedACL.PUBLIC_READ)));
    assertCode(
        "AccessDenied",
        () -> s3.putObjectAcl(b -> b.bucket(alias).key("k").acl(ObjectCannedACL.PUBLIC_READ)));
    assertThat(text(post(alias, alias, Map.of("acl", "public-read"))))
        .contains("<Code>AccessDenied</Code>", "BlockPublicAcls");
    s3.putObject(
        b -> b.bucket(alias).key("mine").acl(ObjectCannedACL.PRIVATE), RequestBody.empty());
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents())
        .extracting(o -> o.key())
        .containsExactly("k", "mine");
  }

  @Test
  void anAccessPointThatBlocksNothingLetsPublicListsThrough() {
    var alias = create(blocking("BlockPublicPolicy"));
    letListsCount();
    s3.putObject(
        b -> b.bucket(alias).key("k").acl(ObjectCannedACL.PUBLIC_READ), RequestBody.empty());
    assertThat(s3.getObjectAcl(b -> b.bucket(alias).key("k")).grants())
        .extracting(g -> g.permission())
        .containsExactlyInAnyOrder(Permission.FULL_CONTROL, Permission.READ);
    s3.putPublicAccessBlock(
        b -> b.bucket("shelf").publicAccessBlockConfiguration(c -> c.blockPublicAcls(true)));
    assertCode(
        "AccessDenied",
        () ->
            s3.putObject(
                b -> b.bucket(alias).key("k").acl(ObjectCannedACL.PUBLIC_READ),
                RequestBody.empty()));
  }

  // Keys

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b+c%20d&e=f?g#h;i:j@k,l$m!n'(o)*~",
        "folder/",
        "//twice//",
        "../up/../../k/..",
        "./here/.",
        "ünï/日本語/😀",
        "\"<quoted>\" & {braces}|\\^`[x]",
        "tab\tand\nline",
        "object/k",
        "LONG",
      })
  void oddKeysAreTheSameOnEveryWay(String given) {
    var key = given.equals("LONG") ? "é".repeat(512) : given;
    var alias = create("");
    byHost.putObject(b -> b.bucket(ARN).key(key), RequestBody.fromString("12"));
    byHost.putObjectTagging(b -> b.bucket(ARN).key(key).tagging(t -> t.tagSet(TAG)));
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key(key)).tagSet()).containsExactly(TAG);
    assertThat(s3.getObjectTagging(b -> b.bucket(alias).key(key)).tagSet()).containsExactly(TAG);
    assertThat(byHost.getObjectAcl(b -> b.bucket(ARN).key(key)).grants()).hasSize(1);
    assertThat(
            byHost
                .getObjectAttributes(
                    b -> b.bucket(ARN).key(key).objectAttributes(ObjectAttributes.OBJECT_SIZE))
                .objectSize())
        .isEqualTo(2);
    s3.copyObject(
        b -> b.sourceBucket(ARN).sourceKey(key).destinationBucket(alias).destinationKey("copy"));
    assertThat(byHost.getObjectAsBytes(b -> b.bucket(ARN).key(key)).asUtf8String()).isEqualTo("12");
    assertThat(byHost.listObjectsV2(b -> b.bucket(ARN).encodingType("url")).contents())
        .extracting(o -> o.key())
        .containsExactlyInAnyOrder(key, "copy");
    byHost.deleteObjectTagging(b -> b.bucket(ARN).key(key));
    assertThat(s3.getObjectTagging(b -> b.bucket("shelf").key(key)).tagSet()).isEmpty();
    byHost.deleteObject(b -> b.bucket(ARN).key(key));
    assertCode("NoSuchKey", () -> s3.getObjectTagging(b -> b.bucket("shelf").key(key)));
  }

  @Test
  void keysOfMoreThanAThousandBytesAreRefused() {
    var alias = create("");
    var key = "é".repeat(512) + 'x';
    assertCode(
        "KeyTooLongError", () -> s3.putObject(b -> b.bucket(alias).key(key), RequestBody.empty()));
    assertCode("KeyTooLongError", () -> s3.getObjectTagging(b -> b.bucket(alias).key(key)));
  }

  @Test
  void whatStandsAroundObjectsTakesItsOwnPermissionOnTheAccessPoint() {
    var alias = create("");
    var key = "a b/ü+1";
    s3.putObject(b -> b.bucket("shelf").key(key).tagging("a=b"), RequestBody.empty());
    s3.putBucketPolicy(
        b ->
            b.bucket("shelf")
                .policy(
                    Lab.policy(
                        "Allow",
                        "{\"AWS\":\"arn:aws:iam::" + Lab.ACCOUNT + ":user/reader\"}",
                        "s3:*",
                        "arn:aws:s3:::shelf/*")));
    var reader =
        lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetObjectTagging", ARN + "/object/a b/ü*"));
    assertThat(reader.getObjectTagging(b -> b.bucket(alias).key(key)).tagSet())
        .containsExactly(TAG);
    assertCode("AccessDenied", () -> reader.getObjectTagging(b -> b.bucket(alias).key("a b/u")));
    assertCode("AccessDenied", () -> reader.getObjectAcl(b -> b.bucket(alias).key(key)));
    assertCode(
        "AccessDenied",
        () ->
            reader.getObjectAttributes(
                b -> b.bucket(alias).key(key).objectAttributes(ObjectAttributes.E_TAG)));
    deny("s3:GetObjectTagging", "a b/*");
    assertCode("AccessDenied", () -> reader.getObjectTagging(b -> b.bucket(alias).key(key)));
  }
}
