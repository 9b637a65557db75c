package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

final class AccountPublicAccessTest {
  private static final String PUBLIC =
      Lab.policy("Allow", "\"*\"", "s3:GetObject", "arn:aws:s3:::shelf/*");

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void block(String setting) {
    var body =
        "<PublicAccessBlockConfiguration xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"><"
            + setting
            + ">true</"
            + setting
            + "></PublicAccessBlockConfiguration>";
    assertThat(lab.control("PUT", Lab.ACCOUNT, body).status()).isBetween(200, 204);
  }

  private static String text(HttpResponse response) {
    try {
      return new String(response.body().stream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatWasPutComesBackUntilItIsDeleted() {
    var none = lab.control("GET", Lab.ACCOUNT, "");
    assertThat(none.status()).isEqualTo(404);
    assertThat(text(none)).contains("NoSuchPublicAccessBlockConfiguration");
    block("BlockPublicPolicy");
    assertThat(text(lab.control("GET", Lab.ACCOUNT, "")))
        .contains("<BlockPublicPolicy>true</BlockPublicPolicy>")
        .contains("<BlockPublicAcls>false</BlockPublicAcls>");
    assertThat(lab.control("GET", Lab.OTHER_ACCOUNT, "").status()).isEqualTo(403);
    assertThat(lab.control("DELETE", Lab.ACCOUNT, "").status()).isBetween(200, 204);
    assertThat(lab.control("GET", Lab.ACCOUNT, "").status()).isEqualTo(404);
  }

  @Test
  void noBucketOfTheAccountGetsAPublicPolicy() {
    block("BlockPublicPolicy");
    assertCode("AccessDenied", () -> s3.putBucketPolicy(b -> b.bucket("shelf").policy(PUBLIC)));
    lab.control("DELETE", Lab.ACCOUNT, "");
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(PUBLIC));
  }

  @Test
  void publicPoliciesLoseTheirEffectAtOnceAndGetItBack() {
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(PUBLIC));
    var anybody = lab.anonymous();
    anybody.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    block("RestrictPublicBuckets");
    assertCode("AccessDenied", () -> anybody.getObjectAsBytes(b -> b.bucket("shelf").key("k")));
    s3.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    lab.control("DELETE", Lab.ACCOUNT, "");
    anybody.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
  }

  @Test
  void publicListsAreRefusedAndIgnored() {
    s3.putBucketOwnershipControls(
        b ->
            b.bucket("shelf")
                .ownershipControls(o -> o.rules(r -> r.objectOwnership("ObjectWriter"))));
    s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("public-read"));
    var anybody = lab.anonymous();
    anybody.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    block("IgnorePublicAcls");
    assertCode("AccessDenied", () -> anybody.getObjectAsBytes(b -> b.bucket("shelf").key("k")));
    block("BlockPublicAcls");
    assertCode(
        "AccessDenied", () -> s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("public-read")));
    assertCode(
        "AccessDenied",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("n").acl("public-read"), RequestBody.fromString("1")));
  }
}
