package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.ACCOUNT;
import static dev.bulwark.encryption.kms.Lab.arn;
import static dev.bulwark.encryption.kms.Lab.policy;
import static dev.bulwark.encryption.kms.Lab.statement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.ApiException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Keys that other services use: as their callers, through the service, and on the record. */
final class ServicesTest {
  private static final Map<String, String> CONTEXT =
      Map.of("aws:s3:arn", "arn:aws:s3:::bucket/key");

  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private AwsCredentials user(String name, String action) {
    var credentials = lab.newUser(name);
    lab.allow(name, action);
    return credentials;
  }

  @Test
  void aServiceByItselfNeedsTheKeysPolicy() {
    var s3 = lab.serviceItself("s3.amazonaws.com", "arn:aws:s3:::bucket");
    var closed = kms.createKey().keyMetadata().arn();
    assertThatThrownBy(() -> lab.kms.generateDataKey(s3, closed, Map.of()))
        .isInstanceOf(ApiException.class);
    var key =
        kms.createKey(
                r ->
                    r.policy(
                        policy(
                            """
                            {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*"}""")))
            .keyMetadata()
            .arn();
    var made = lab.kms.generateDataKey(s3, key, CONTEXT);
    assertThat(made.plaintext()).hasSize(32);
    assertThat(lab.kms.decrypt(s3, made.ciphertext(), CONTEXT)).isEqualTo(made.plaintext());
    assertThatThrownBy(() -> lab.kms.decrypt(s3, made.ciphertext(), Map.of()))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("InvalidCiphertextException"));
    assertThat(lab.records(ACCOUNT, "Decrypt").getFirst())
        .contains("\"type\":\"AWSService\",\"invokedBy\":\"s3.amazonaws.com\"")
        .contains("\"aws:s3:arn\":\"arn:aws:s3:::bucket/key\"");
  }

  @Test
  void aServiceActsAsItsCallerAndLeavesAnEventOfIt() {
    var alice = user("Alice", "secretsmanager:*");
    var key = kms.createKey().keyMetadata().arn();
    assertThat(lab.askService(alice, caller -> lab.kms.generateDataKey(caller, key, CONTEXT)))
        .isEqualTo(400);
    assertThat(lab.records(ACCOUNT, "GenerateDataKey").getFirst())
        .contains("\"errorCode\":\"AccessDeniedException\"")
        .contains("\"invokedBy\":\"secretsmanager.amazonaws.com\"");
    lab.allow("Alice", "*");
    assertThat(lab.askService(alice, caller -> lab.kms.generateDataKey(caller, key, CONTEXT)))
        .isEqualTo(200);
    assertThat(lab.records(ACCOUNT, "GenerateDataKey").getLast())
        .contains("\"eventSource\":\"kms.amazonaws.com\"")
        .contains("\"arn\":\"" + arn("Alice") + "\"")
        .contains("\"invokedBy\":\"secretsmanager.amazonaws.com\"")
        .contains("\"sourceIPAddress\":\"secretsmanager.amazonaws.com\"")
        .contains(
            "\"requestParameters\":{\"keyId\":\""
                + key
                + "\",\"encryptionContext\":{\"aws:s3:arn\":\"arn:aws:s3:::bucket/key\"},\"keySpec\":\"AES_256\"}")
        .contains("\"readOnly\":true")
        .contains("\"ARN\":\"" + key + "\"")
        .doesNotContain("203.0.113.7");
  }

  @Test
  void aPolicySeesThroughWhichServiceAKeyIsUsed() {
    var alice = user("Alice", "secretsmanager:*");
    var key =
        kms.createKey(
                r ->
                    r.policy(
                        policy(
                            statement(
                                "Allow",
                                arn("Alice"),
                                "kms:*",
                                "{\"StringEquals\": {\"kms:ViaService\": \"secretsmanager.us-east-1.amazonaws.com\"}}"))))
            .keyMetadata()
            .arn();
    assertThat(lab.askService(alice, caller -> lab.kms.generateDataKey(caller, key, CONTEXT)))
        .isEqualTo(200);
    var direct = lab.client(KmsClient.builder(), alice, Region.US_EAST_1);
    Lab.assertCode(
        "AccessDeniedException",
        () -> direct.generateDataKey(r -> r.keyId(key).keySpec("AES_256")));
    assertThat(
            lab.askService(
                alice,
                caller -> lab.kms.generateDataKey(caller, "alias/aws/secretsmanager", CONTEXT)))
        .isEqualTo(200);
    assertThat(
            lab.askService(
                alice, caller -> lab.kms.generateDataKey(caller, "alias/aws/s3", CONTEXT)))
        .isEqualTo(400);
  }
}
