package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;

final class AclTest {
  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final S3Client other = lab.root(Lab.OTHER_ACCOUNT, Region.US_EAST_1);
  private final String otherId = CanonicalUsers.idOf(Lab.OTHER_ACCOUNT);

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void own(String ownership) {
    s3.putBucketOwnershipControls(
        b ->
            b.bucket("shelf")
                .ownershipControls(
                    c ->
                        c.rules(
                            OwnershipControlsRule.builder().objectOwnership(ownership).build())));
  }

  private void open() {
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
  }

  private void get(S3Client client) {
    client.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
  }

  @Test
  void listsAreDisabledByDefault() {
    assertThat(
            s3.getBucketOwnershipControls(b -> b.bucket("shelf"))
                .ownershipControls()
                .rules()
                .getFirst()
                .objectOwnershipAsString())
        .isEqualTo("BucketOwnerEnforced");
    assertCode(
        "AccessControlListNotSupported",
        () -> s3.putBucketAcl(b -> b.bucket("shelf").acl("public-read")));
    assertCode(
        "AccessControlListNotSupported",
        () -> s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("public-read")));
    s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("private"));
    s3.putObject(
        b -> b.bucket("shelf").key("k").acl("bucket-owner-full-control"), RequestBody.empty());
    assertThat(s3.getObjectAcl(b -> b.bucket("shelf").key("k")).grants()).hasSize(1);
  }

  @Test
  void publicGrantsOpenAnObject() {
    own("BucketOwnerPreferred");
    assertCode(
        "AccessDenied", () -> s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("public-read")));
    open();
    var anonymous = lab.anonymous();
    assertCode("AccessDenied", () -> get(anonymous));
    s3.putObjectAcl(b -> b.bucket("shelf").key("k").acl("public-read"));
    get(anonymous);
    get(other);
    assertCode("AccessDenied", () -> anonymous.listObjectsV2(b -> b.bucket("shelf")));
    s3.putBucketAcl(b -> b.bucket("shelf").acl("public-read"));
    anonymous.listObjectsV2(b -> b.bucket("shelf"));
    s3.putPublicAccessBlock(
        b -> b.bucket("shelf").publicAccessBlockConfiguration(c -> c.ignorePublicAcls(true)));
    assertCode("AccessDenied", () -> get(anonymous));
    assertCode("AccessDenied", () -> get(other));
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    own("ObjectWriter");
    get(anonymous);
  }

  @Test
  void anotherAccountIsGrantedWhatItsUsersMay() {
    own("ObjectWriter");
    s3.putObjectAcl(b -> b.bucket("shelf").key("k").grantRead("id=" + otherId));
    get(other);
    var user = lab.user(Lab.OTHER_ACCOUNT, "user", Lab.allow("s3:GetObject", "*"));
    get(user);
    var nobody = lab.user(Lab.OTHER_ACCOUNT, "nobody", Lab.allow("s3:ListBucket", "*"));
    assertCode("AccessDenied", () -> get(nobody));
    s3.putBucketPolicy(
        b ->
            b.bucket("shelf")
                .policy(
                    Lab.policy(
                        "Deny",
                        "{\"AWS\":\"arn:aws:iam::" + Lab.OTHER_ACCOUNT + ":root\"}",
                        "s3:GetObject",
                        "arn:aws:s3:::shelf/*")));
    assertCode("AccessDenied", () -> get(other));
  }

  @Test
  void writersOwnWhatTheyWrite() {
    own("ObjectWriter");
    s3.putBucketAcl(b -> b.bucket("shelf").grantWrite("id=" + otherId));
    other.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("2"));
    assertThat(other.getObjectAcl(b -> b.bucket("shelf").key("k")).owner().id()).isEqualTo(otherId);
    // The bucket's owner can delete it, and not read it.
    assertCode("AccessDenied", () -> get(s3));
    get(other);
    s3.deleteObject(b -> b.bucket("shelf").key("k"));
    other.putObject(
        b -> b.bucket("shelf").key("k").acl("bucket-owner-full-control"),
        RequestBody.fromString("2"));
    get(s3);
    own("BucketOwnerPreferred");
    other.putObject(
        b -> b.bucket("shelf").key("k").acl("bucket-owner-full-control"),
        RequestBody.fromString("2"));
    assertThat(s3.getObjectAcl(b -> b.bucket("shelf").key("k")).owner().id())
        .isEqualTo(CanonicalUsers.idOf(Lab.ACCOUNT));
  }

  @Test
  void denialsOfTheBucketsPolicyStandBeforeWhatListsGrant() {
    own("ObjectWriter");
    open();
    s3.putBucketAcl(b -> b.bucket("shelf").grantWrite("id=" + otherId));
    other.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("2"));
    s3.putObject(b -> b.bucket("shelf").key("mine").acl("public-read"), RequestBody.empty());
    get(other);
    s3.putBucketPolicy(
        b ->
            b.bucket("shelf")
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[
                    {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::shelf/open/*"},
                    {"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::shelf/*"}]}"""));
    // Of another's object the policy allows nothing, but can deny it.
    assertCode("AccessDenied", () -> get(other));
    // And what a public policy denies stays denied where it counts for nobody outside.
    s3.putPublicAccessBlock(
        b -> b.bucket("shelf").publicAccessBlockConfiguration(c -> c.restrictPublicBuckets(true)));
    assertCode("AccessDenied", () -> other.getObject(b -> b.bucket("shelf").key("mine")));
    s3.deleteBucketPolicy(b -> b.bucket("shelf"));
    other.getObjectAsBytes(b -> b.bucket("shelf").key("mine"));
    get(other);
  }

  @Test
  void takesDocuments() {
    own("BucketOwnerPreferred");
    var acl = s3.getObjectAcl(b -> b.bucket("shelf").key("k"));
    s3.putObjectAcl(
        b ->
            b.bucket("shelf")
                .key("k")
                .accessControlPolicy(
                    p ->
                        p.owner(acl.owner())
                            .grants(
                                g ->
                                    g.permission("READ_ACP")
                                        .grantee(
                                            Grantee.builder()
                                                .type("CanonicalUser")
                                                .id(otherId)
                                                .build()))));
    assertThat(other.getObjectAcl(b -> b.bucket("shelf").key("k")).grants()).hasSize(1);
    assertCode("AccessDenied", () -> get(other));
    assertCode(
        "InvalidArgument",
        () -> s3.putObjectAcl(b -> b.bucket("shelf").key("k").grantRead("id=nobody")));
    assertCode(
        "InvalidArgument",
        () ->
            s3.putObjectAcl(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .grantRead("uri=http://acs.amazonaws.com/groups/none")));
    s3.putBucketAcl(b -> b.bucket("shelf").acl("log-delivery-write"));
    assertCode("InvalidBucketAclWithObjectOwnership", () -> own("BucketOwnerEnforced"));
  }
}
