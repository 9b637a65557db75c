package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class BucketPoliciesTest {
  private static final String EVERYTHING = "arn:aws:s3:::shelf/*";
  private static final String PARTNER =
      "{\"AWS\":\"arn:aws:iam::" + Lab.OTHER_ACCOUNT + ":user/partner\"}";

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();
  private final S3Client partner = lab.user(Lab.OTHER_ACCOUNT, "partner", Lab.allow("s3:*", "*"));

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
    s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("hello"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void putPolicy(String policy) {
    s3.putBucketPolicy(b -> b.bucket("shelf").policy(policy));
  }

  private String read(S3Client client) {
    return client.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asUtf8String();
  }

  @Test
  void anotherAccountNeedsThePolicysLeave() {
    assertCode("AccessDenied", () -> read(partner));
    putPolicy(Lab.policy("Allow", PARTNER, "s3:GetObject", EVERYTHING));
    assertThat(read(partner)).isEqualTo("hello");
    assertCode(
        "AccessDenied",
        () -> partner.putObject(b -> b.bucket("shelf").key("k"), RequestBody.empty()));
    s3.deleteBucketPolicy(b -> b.bucket("shelf"));
    assertCode("AccessDenied", () -> read(partner));
  }

  @Test
  void aDenialHoldsForTheOwnerTooButNotForHisPolicy() {
    putPolicy(Lab.policy("Deny", "\"*\"", "s3:*", EVERYTHING));
    assertCode("AccessDenied", () -> read(s3));
    putPolicy(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::shelf"}]}""");
    assertCode("AccessDenied", () -> s3.listObjectsV2(b -> b.bucket("shelf")));
    s3.deleteBucketPolicy(b -> b.bucket("shelf"));
    assertThat(s3.listObjectsV2(b -> b.bucket("shelf")).contents()).hasSize(1);
  }

  @Test
  void publicPoliciesAreBlockedUntilTheBlockIsTakenOff() {
    var open = Lab.policy("Allow", "\"*\"", "s3:GetObject", EVERYTHING);
    assertThatThrownBy(() -> putPolicy(open))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .contains("BlockPublicPolicy setting in S3 Block Public Access"));
    var anonymous = lab.anonymous();
    assertCode("AccessDenied", () -> read(anonymous));
    s3.deletePublicAccessBlock(b -> b.bucket("shelf"));
    putPolicy(open);
    assertThat(read(anonymous)).isEqualTo("hello");
    assertThat(s3.getBucketPolicyStatus(b -> b.bucket("shelf")).policyStatus().isPublic()).isTrue();
    assertCode(
        "AccessDenied",
        () -> anonymous.putObject(b -> b.bucket("shelf").key("k"), RequestBody.empty()));
    assertCode(
        "InvalidRequest",
        () ->
            anonymous.getObjectAsBytes(
                b -> b.bucket("shelf").key("k").responseContentType("text/html")));
    s3.putPublicAccessBlock(
        b -> b.bucket("shelf").publicAccessBlockConfiguration(c -> c.restrictPublicBuckets(true)));
    assertCode("AccessDenied", () -> read(anonymous));
    assertCode("AccessDenied", () -> read(partner));
    assertThat(read(s3)).isEqualTo("hello");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | Policies must be valid JSON and the first byte must be '{'",
        "{ | This policy contains invalid Json",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::shelf/*\"}]} | Missing required field Principal",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\"}]} | Missing required field Resource",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Resource\":\"arn:aws:s3:::shelf/*\"}]} | Missing required field Action",
      },
      quoteCharacter = '`')
  void refusesMalformedPolicies(String policy, String message) {
    assertMalformed(message, policy);
  }

  @Test
  void refusesPoliciesAboutSomethingElse() {
    assertMalformed(
        "Policy has invalid resource",
        Lab.policy("Allow", PARTNER, "s3:GetObject", "arn:aws:s3:::other/*"));
    assertMalformed(
        "Policy has invalid resource", Lab.policy("Allow", PARTNER, "s3:GetObject", "*"));
    assertMalformed(
        "Policy has invalid action", Lab.policy("Allow", PARTNER, "ec2:RunInstances", EVERYTHING));
    assertMalformed(
        "Action does not apply to any resource(s) in statement",
        Lab.policy("Allow", PARTNER, "s3:ListBucket", EVERYTHING));
    assertMalformed(
        "Invalid principal in policy",
        Lab.policy(
            "Allow",
            "{\"AWS\":\"arn:aws:iam::" + Lab.ACCOUNT + ":user/nobody\"}",
            "s3:GetObject",
            EVERYTHING));
  }

  private void assertMalformed(String message, String policy) {
    assertThatThrownBy(() -> putPolicy(policy))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("MalformedPolicy");
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
  }

  @Test
  void conditionsSeeTheRequest() {
    putPolicy(
        """
        {"Version":"2012-10-17","Statement":[
          {"Effect":"Allow","Principal":%s,"Action":"s3:ListBucket","Resource":"arn:aws:s3:::shelf",
           "Condition":{"StringLike":{"s3:prefix":"open/*"}}},
          {"Effect":"Allow","Principal":%s,"Action":"s3:GetObject","Resource":"arn:aws:s3:::shelf/*",
           "Condition":{"StringEquals":{"s3:ExistingObjectTag/stage":"free"}}}]}"""
            .formatted(PARTNER, PARTNER));
    partner.listObjectsV2(b -> b.bucket("shelf").prefix("open/x"));
    assertCode("AccessDenied", () -> partner.listObjectsV2(b -> b.bucket("shelf")));
    assertCode("AccessDenied", () -> read(partner));
    s3.putObjectTagging(
        b -> b.bucket("shelf").key("k").tagging(t -> t.tagSet(x -> x.key("stage").value("free"))));
    assertThat(read(partner)).isEqualTo("hello");
  }
}
