package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tour of the README with the stock aws CLI, where it is installed. */
class CliTest {
  private final String suffix = UUID.randomUUID().toString().substring(0, 8);
  @TempDir Path folder;
  private Tool aws;

  @BeforeEach
  void find() {
    var program = Tool.onPath("aws");
    assumeThat(program).as("the aws CLI is not installed").isPresent();
    aws = Tool.of(program.get(), RunningServer.shared(), folder);
  }

  @Test
  void aUserDoesWhatItsPolicyAllowsAndNothingElse() throws Exception {
    var user = "alice-" + suffix;
    var bucket = "reports-" + suffix;
    assertThat(aws.run("sts", "get-caller-identity", "--query", "Arn", "--output", "text").ok())
        .isEqualTo("arn:aws:iam::123456789012:root");
    aws.run("iam", "create-user", "--user-name", user).ok();
    var key =
        aws.run(
                "iam",
                "create-access-key",
                "--user-name",
                user,
                "--query",
                "AccessKey.[AccessKeyId,SecretAccessKey]",
                "--output",
                "text")
            .ok()
            .split("\\s+");
    var policy =
        Files.writeString(
            folder.resolve("policy.json"),
            """
            {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["s3:CreateBucket", "s3:ListBucket"], "Resource": "arn:aws:s3:::%1$s"},
              {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"], "Resource": "arn:aws:s3:::%1$s/*"}]}"""
                .formatted(bucket));
    aws.run(
            "iam",
            "put-user-policy",
            "--user-name",
            user,
            "--policy-name",
            "reports",
            "--policy-document",
            "file://" + policy)
        .ok();
    var alice = aws.with("AWS_ACCESS_KEY_ID", key[0]).with("AWS_SECRET_ACCESS_KEY", key[1]);
    assertThat(alice.run("sts", "get-caller-identity", "--query", "Arn", "--output", "text").ok())
        .isEqualTo("arn:aws:iam::123456789012:user/" + user);

    alice.run("s3", "mb", "s3://" + bucket).ok();
    var content = new byte[9 << 20];
    new Random(5).nextBytes(content);
    Files.write(folder.resolve("large.bin"), content);
    alice.run("s3", "cp", "--no-progress", "large.bin", "s3://" + bucket + "/large.bin").ok();
    alice.run("s3", "cp", "--no-progress", "s3://" + bucket + "/large.bin", "back.bin").ok();
    assertThat(Files.mismatch(folder.resolve("large.bin"), folder.resolve("back.bin")))
        .isEqualTo(-1);
    assertThat(alice.run("s3", "ls", "s3://" + bucket).ok()).contains("9437184 large.bin");

    // Version 1 of the CLI signs links by Signature Version 2 unless it is told better.
    var config =
        Files.writeString(
            folder.resolve("config"), "[default]\ns3 =\n  signature_version = s3v4\n");
    var link =
        alice
            .with("AWS_CONFIG_FILE", config.toString())
            .run("s3", "presign", "s3://" + bucket + "/large.bin")
            .ok();
    var fetched =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(link)).timeout(Duration.ofSeconds(30)).build(),
                BodyHandlers.ofByteArray());
    assertThat(fetched.statusCode()).isEqualTo(200);
    assertThat(fetched.body()).isEqualTo(content);

    assertThat(alice.run("s3", "rm", "s3://" + bucket + "/large.bin").failed())
        .contains("AccessDenied", "s3:DeleteObject");
    assertThat(alice.run("iam", "list-users").failed())
        .contains(
            "An error occurred (AccessDenied) when calling the ListUsers operation: User: arn:aws:iam::123456789012:user/"
                + user
                + " is not authorized to perform: iam:ListUsers on resource: ",
            "because no identity-based policy allows the iam:ListUsers action");

    assertThat(
            aws.run(
                    "cloudtrail",
                    "lookup-events",
                    "--lookup-attributes",
                    "AttributeKey=Username,AttributeValue=" + user,
                    "--query",
                    "Events[].EventName",
                    "--output",
                    "text")
                .ok())
        .contains("ListUsers", "CreateBucket", "GetCallerIdentity");
    aws.run("s3", "rb", "--force", "s3://" + bucket).ok();
  }

  private Tool as(String credentials) {
    var parts = credentials.split("\\s+");
    var other = aws.with("AWS_ACCESS_KEY_ID", parts[0]).with("AWS_SECRET_ACCESS_KEY", parts[1]);
    return parts.length == 2 ? other : other.with("AWS_SESSION_TOKEN", parts[2]);
  }

  /**
   * Scenario S13, the DevOps role. CodeCommit and DynamoDB are not built: a call that is allowed
   * comes to its end with that.
   */
  @Test
  void s13ADevOpsRoleMayWhatItsPolicyAllows() throws Exception {
    var user = "dev-" + suffix;
    var role = "devops-" + suffix;
    aws.run("iam", "create-user", "--user-name", user).ok();
    var dev =
        as(
            aws.run(
                    "iam",
                    "create-access-key",
                    "--user-name",
                    user,
                    "--query",
                    "AccessKey.[AccessKeyId,SecretAccessKey]",
                    "--output",
                    "text")
                .ok());
    Files.writeString(
        folder.resolve("trust.json"),
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
          "Principal": {"AWS": "arn:aws:iam::123456789012:user/%s"}}]}"""
            .formatted(user));
    Files.writeString(
        folder.resolve("work.json"),
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
          "Action": ["codecommit:CreateBranch", "dynamodb:ListTables"]}]}""");
    aws.run(
            "iam",
            "create-role",
            "--role-name",
            role,
            "--assume-role-policy-document",
            "file://trust.json")
        .ok();
    var session =
        as(
            dev.run(
                    "sts",
                    "assume-role",
                    "--role-arn",
                    "arn:aws:iam::123456789012:role/" + role,
                    "--role-session-name",
                    "work",
                    "--query",
                    "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]",
                    "--output",
                    "text")
                .ok());
    var denied =
        "User: arn:aws:sts::123456789012:assumed-role/"
            + role
            + "/work is not authorized to perform: ";
    assertThat(createBranch(session)).contains("AccessDenied", denied + "codecommit:CreateBranch");
    assertThat(session.run("dynamodb", "list-tables").failed())
        .contains("AccessDenied", denied + "dynamodb:ListTables");
    aws.run(
            "iam",
            "put-role-policy",
            "--role-name",
            role,
            "--policy-name",
            "work",
            "--policy-document",
            "file://work.json")
        .ok();
    assertThat(createBranch(session)).contains("NotImplemented").doesNotContain("AccessDenied");
    assertThat(session.run("dynamodb", "list-tables").failed())
        .contains("NotImplemented")
        .doesNotContain("AccessDenied");
    assertThat(createBranch(dev)).as("without the role").contains("AccessDenied");
  }

  private static String createBranch(Tool as) {
    return as.run(
            "codecommit",
            "create-branch",
            "--repository-name",
            "app",
            "--branch-name",
            "fix",
            "--commit-id",
            "317f8570EXAMPLE")
        .failed();
  }
}
