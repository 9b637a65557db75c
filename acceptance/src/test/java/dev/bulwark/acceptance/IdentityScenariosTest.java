package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** Who may do what, as users of IAM expect it: scenarios S9, S10, and S12 to S15. */
class IdentityScenariosTest {
  private final RunningServer server = RunningServer.shared();
  private final IamClient iam = server.client(IamClient.builder(), RunningServer.ROOT);
  private final S3Client rootS3 = s3(RunningServer.ROOT);
  private final String suffix = UUID.randomUUID().toString().substring(0, 8);

  private S3Client s3(AwsCredentials credentials) {
    return server.client(
        S3Client.builder()
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()),
        credentials);
  }

  private AwsBasicCredentials user(String name) {
    iam.createUser(r -> r.userName(name));
    var key = iam.createAccessKey(r -> r.userName(name)).accessKey();
    return AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
  }

  private String bucket(String name) {
    rootS3.createBucket(r -> r.bucket(name));
    rootS3.putObject(r -> r.bucket(name).key("report.txt"), RequestBody.fromString("content"));
    return name;
  }

  private static String allow(String action, String resource) {
    return """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"%s"}]}"""
        .formatted(action, resource);
  }

  @Test
  void aNewUserMayNothingAndKnowsWhoItIs() {
    var name = "nobody-" + suffix;
    var sts = server.client(StsClient.builder(), user(name));
    assertThat(sts.getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::%s:user/%s".formatted(RunningServer.ACCOUNT, name));
    var itsIam = server.client(IamClient.builder(), user("other-" + suffix));
    assertThatThrownBy(itsIam::listUsers)
        .isInstanceOf(IamException.class)
        .hasMessageContaining(
            "User: arn:aws:iam::%s:user/other-%s is not authorized to perform: iam:ListUsers on resource: "
                .formatted(RunningServer.ACCOUNT, suffix))
        .hasMessageContaining("because no identity-based policy allows the iam:ListUsers action");
  }

  @Test
  void s9AnAccessKeyWorksForWhatIsAllowedAndStopsWhenItIsMadeInactive() {
    var bucket = bucket("s9-" + suffix);
    var name = "s9-" + suffix;
    var credentials = user(name);
    var s3 = s3(credentials);
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(403);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
            });
    iam.putUserPolicy(
        r ->
            r.userName(name)
                .policyName("read")
                .policyDocument(allow("s3:GetObject", "arn:aws:s3:::" + bucket + "/*")));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    assertThatThrownBy(() -> s3.deleteObject(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class);
    iam.updateAccessKey(
        r -> r.userName(name).accessKeyId(credentials.accessKeyId()).status(StatusType.INACTIVE));
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidAccessKeyId"));
    iam.updateAccessKey(
        r -> r.userName(name).accessKeyId(credentials.accessKeyId()).status(StatusType.ACTIVE));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
  }

  @Test
  void s10WhatAGroupMayItsMembersMayAsLongAsTheyAreMembers() {
    var bucket = bucket("s10-" + suffix);
    var group = "developers-" + suffix;
    var name = "s10-" + suffix;
    var s3 = s3(user(name));
    iam.createGroup(r -> r.groupName(group));
    var policy =
        iam.createPolicy(
                r ->
                    r.policyName("read-" + suffix)
                        .policyDocument(allow("s3:GetObject", "arn:aws:s3:::" + bucket + "/*")))
            .policy();
    iam.attachGroupPolicy(r -> r.groupName(group).policyArn(policy.arn()));
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class);
    iam.addUserToGroup(r -> r.groupName(group).userName(name));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    iam.removeUserFromGroup(r -> r.groupName(group).userName(name));
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void s14ABucketPolicyAllowsTwoUsersAndDeniesTheThirdWhateverItsOwnPoliciesSay() {
    var bucket = bucket("s14-" + suffix);
    var one = s3(user("s14-one-" + suffix));
    var two = s3(user("s14-two-" + suffix));
    var third = s3(user("s14-third-" + suffix));
    iam.attachUserPolicy(
        r ->
            r.userName("s14-third-" + suffix)
                .policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    assertThat(third.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    rootS3.putBucketPolicy(
        r ->
            r.bucket(bucket)
                .policy(
                    """
                    {"Version":"2012-10-17","Statement":[
                      {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%1$s:user/s14-one-%2$s","arn:aws:iam::%1$s:user/s14-two-%2$s"]},
                       "Action":"s3:GetObject","Resource":"arn:aws:s3:::%3$s/*"},
                      {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::%1$s:user/s14-third-%2$s"},
                       "Action":"s3:*","Resource":["arn:aws:s3:::%3$s","arn:aws:s3:::%3$s/*"]}]}"""
                        .formatted(RunningServer.ACCOUNT, suffix, bucket)));
    assertThat(one.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    assertThat(two.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    assertThatThrownBy(() -> third.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("with an explicit deny in a resource-based policy");
  }

  @Test
  void s12ARoleIsAssumedWithItsExternalIdAndOnlySo() {
    var bucket = bucket("s12-" + suffix);
    var role = "partner-" + suffix;
    var name = "s12-" + suffix;
    var sts = server.client(StsClient.builder(), user(name));
    var arn = "arn:aws:iam::%s:role/%s".formatted(RunningServer.ACCOUNT, role);
    iam.createRole(
        r ->
            r.roleName(role)
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                      "Principal":{"AWS":"arn:aws:iam::%s:user/%s"},"Condition":{"StringEquals":{"sts:ExternalId":"e-42"}}}]}"""
                        .formatted(RunningServer.ACCOUNT, name)));
    iam.putRolePolicy(
        r ->
            r.roleName(role)
                .policyName("read")
                .policyDocument(allow("s3:GetObject", "arn:aws:s3:::" + bucket + "/*")));
    assertThatThrownBy(() -> sts.assumeRole(r -> r.roleArn(arn).roleSessionName("mine")))
        .isInstanceOf(StsException.class)
        .hasMessageContaining("is not authorized to perform: sts:AssumeRole on resource: " + arn);
    assertThatThrownBy(
            () -> sts.assumeRole(r -> r.roleArn(arn).roleSessionName("mine").externalId("wrong")))
        .isInstanceOf(StsException.class);
    var session =
        sts.assumeRole(r -> r.roleArn(arn).roleSessionName("mine").externalId("e-42"))
            .credentials();
    var credentials =
        AwsSessionCredentials.create(
            session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
    assertThat(server.client(StsClient.builder(), credentials).getCallerIdentity().arn())
        .isEqualTo("arn:aws:sts::%s:assumed-role/%s/mine".formatted(RunningServer.ACCOUNT, role));
    var s3 = s3(credentials);
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")).asUtf8String())
        .isEqualTo("content");
    assertThatThrownBy(() -> s3.deleteObject(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class);
    var limited =
        sts.assumeRole(
                r ->
                    r.roleArn(arn)
                        .roleSessionName("less")
                        .externalId("e-42")
                        .policy(allow("s3:ListBucket", "*")))
            .credentials();
    var lessS3 =
        s3(
            AwsSessionCredentials.create(
                limited.accessKeyId(), limited.secretAccessKey(), limited.sessionToken()));
    assertThatThrownBy(() -> lessS3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("because no session policy allows the s3:GetObject action");
  }

  private AwsSessionCredentials assumed(AwsCredentials caller, String role) {
    var session =
        server
            .client(StsClient.builder(), caller)
            .assumeRole(
                r ->
                    r.roleArn("arn:aws:iam::%s:role/%s".formatted(RunningServer.ACCOUNT, role))
                        .roleSessionName("work"))
            .credentials();
    return AwsSessionCredentials.create(
        session.accessKeyId(), session.secretAccessKey(), session.sessionToken());
  }

  private void role(String name, String user) {
    iam.createRole(
        r ->
            r.roleName(name)
                .assumeRolePolicyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                      "Principal":{"AWS":"arn:aws:iam::%s:user/%s"}}]}"""
                        .formatted(RunningServer.ACCOUNT, user)));
  }

  @Test
  void s13ASessionOfARoleListsABucketAsLongAsTheRolesPolicyAllowsIt() {
    var bucket = bucket("s13-" + suffix);
    var name = "s13-" + suffix;
    var caller = user(name);
    var function = "function-" + suffix;
    role(function, name);
    var s3 = s3(assumed(caller, function));
    assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(bucket)))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining(
            "User: arn:aws:sts::%s:assumed-role/%s/work is not authorized to perform: s3:ListBucket"
                .formatted(RunningServer.ACCOUNT, function))
        .hasMessageContaining("because no identity-based policy allows the s3:ListBucket action");
    iam.putRolePolicy(
        r ->
            r.roleName(function)
                .policyName("list")
                .policyDocument(allow("s3:ListBucket", "arn:aws:s3:::" + bucket)));
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents())
        .singleElement()
        .satisfies(object -> assertThat(object.key()).isEqualTo("report.txt"));
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class);
    iam.deleteRolePolicy(r -> r.roleName(function).policyName("list"));
    assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(bucket)))
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void s15ABoundaryCapsWhatAPolicyGrants() {
    var bucket = bucket("s15-" + suffix);
    var name = "s15-" + suffix;
    var s3 = s3(user(name));
    iam.attachUserPolicy(
        r -> r.userName(name).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    s3.deleteObject(r -> r.bucket(bucket).key("report.txt"));
    iam.putUserPermissionsBoundary(
        r ->
            r.userName(name).permissionsBoundary("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents()).isEmpty();
    assertThatThrownBy(
            () ->
                // Without a body: the client reads no answer that comes before it has sent one.
                s3.createMultipartUpload(r -> r.bucket(bucket).key("report.txt")))
        .isInstanceOf(S3Exception.class)
        .hasMessageContaining("because no permissions boundary allows the s3:PutObject action");
    iam.detachUserPolicy(
        r -> r.userName(name).policyArn("arn:aws:iam::aws:policy/AdministratorAccess"));
    assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(bucket)))
        .as("a boundary grants nothing")
        .isInstanceOf(S3Exception.class);
  }
}
