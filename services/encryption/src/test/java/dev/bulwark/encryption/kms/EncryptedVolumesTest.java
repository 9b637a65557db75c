package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.ACCOUNT;
import static dev.bulwark.encryption.kms.Lab.arn;
import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.GrantConstraints;
import dev.bulwark.encryption.kms.KeyService.SealedDataKey;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * What EC2 does with a customer's key for an encrypted EBS volume, by {@link KeyService}: it makes
 * the volume's data key and a grant in the name of who creates and attaches the volume, and opens
 * the data key by itself, under that grant, whenever the volume is attached.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html">How
 *     Amazon EBS encryption works</a>
 */
final class EncryptedVolumesTest {
  private static final String EC2 = "ec2.amazonaws.com";
  private static final String VOLUME = "vol-0123456789abcdef0";
  private static final String VOLUME_ARN = "arn:aws:ec2:us-east-1:" + ACCOUNT + ":volume/" + VOLUME;
  private static final Map<String, String> CONTEXT = Map.of("aws:ebs:id", VOLUME);

  private final Lab lab = new Lab();
  private final KmsClient kms = lab.root();
  private final AwsCredentials alice = lab.newUser("Alice");
  private final String key = key();

  @AfterEach
  void close() {
    lab.close();
  }

  /** Alice may use it through EC2 alone, and let EC2 keep what it needs for her volumes. */
  private String key() {
    lab.allow("Alice", "secretsmanager:*");
    return kms.createKey(
            r ->
                r.policy(
                    policy(
                        """
                        {"Effect": "Allow", "Principal": {"AWS": "%1$s"}, "Action": ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt"], "Resource": "*",
                         "Condition": {"StringEquals": {"kms:ViaService": "ec2.us-east-1.amazonaws.com"}}}"""
                            .formatted(arn("Alice")),
                        """
                        {"Effect": "Allow", "Principal": {"AWS": "%1$s"}, "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"], "Resource": "*",
                         "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}"""
                            .formatted(arn("Alice")))))
        .keyMetadata()
        .arn();
  }

  private <T> T asAlice(Function<Caller, T> work) {
    var result = new AtomicReference<T>();
    assertThat(lab.askService(EC2, alice, caller -> result.set(work.apply(caller)))).isEqualTo(200);
    return result.get();
  }

  /** CreateVolume. */
  private SealedDataKey create() {
    return asAlice(caller -> lab.kms.generateDataKeyWithoutPlaintext(caller, key, CONTEXT, 64));
  }

  private CreateGrantRequest grantForTheVolume() {
    return CreateGrantRequest.builder()
        .keyId(key)
        .granteeServicePrincipal(EC2)
        .retiringServicePrincipal(EC2)
        .operations(List.of("Decrypt"))
        .constraints(
            GrantConstraints.builder()
                .encryptionContextSubset(CONTEXT)
                .sourceArn(VOLUME_ARN)
                .build())
        .build();
  }

  /** AttachVolume, as far as keys are concerned: EC2 opens the volume's data key for its host. */
  private byte[] attach(SealedDataKey volume) {
    return lab.kms.decrypt(lab.serviceItself(EC2, VOLUME_ARN), volume.ciphertext(), CONTEXT);
  }

  private static void assertRefused(String error, ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code() + ": " + e.getMessage()).isEqualTo(error));
  }

  @Test
  void anEncryptedVolumeIsAttachedWhileItsKeyIsEnabled() {
    var volume = create();
    assertThat(volume.keyArn()).isEqualTo(key);
    asAlice(caller -> lab.kms.createGrant(caller, grantForTheVolume()));
    var secret = attach(volume);
    assertThat(secret).hasSize(64);

    kms.disableKey(r -> r.keyId(key));
    assertRefused("DisabledException: " + key + " is disabled.", () -> attach(volume));
    kms.enableKey(r -> r.keyId(key));
    assertThat(attach(volume)).isEqualTo(secret);
    kms.scheduleKeyDeletion(r -> r.keyId(key));
    assertRefused(
        "KMSInvalidStateException: " + key + " is pending deletion.", () -> attach(volume));
  }

  @Test
  void theGrantIsForThatVolumeAndEndsWithIt() {
    var volume = create();
    assertThatThrownBy(() -> attach(volume)).isInstanceOf(ApiException.class);
    var grant = asAlice(caller -> lab.kms.createGrant(caller, grantForTheVolume()));
    attach(volume);
    var another = VOLUME_ARN.replace("0123", "9999");
    assertThatThrownBy(
            () -> lab.kms.decrypt(lab.serviceItself(EC2, another), volume.ciphertext(), CONTEXT))
        .isInstanceOf(ApiException.class);
    lab.kms.retireGrant(lab.serviceItself(EC2, VOLUME_ARN), key, String.valueOf(grant.grantId()));
    assertThatThrownBy(() -> attach(volume)).isInstanceOf(ApiException.class);
  }

  @Test
  void whoMayUseAKeyThroughEc2MayNotUseItOtherwise() {
    var direct = lab.client(KmsClient.builder(), alice, Region.US_EAST_1);
    assertCode(
        "AccessDeniedException",
        () ->
            direct.generateDataKeyWithoutPlaintext(
                r -> r.keyId(key).numberOfBytes(64).encryptionContext(CONTEXT)));
    assertCode(
        "AccessDeniedException",
        () ->
            direct.createGrant(
                r -> r.keyId(key).granteePrincipal(arn("Alice")).operationsWithStrings("Decrypt")));
  }

  @Test
  void theRecordTellsWhoAskedThroughWhom() {
    create();
    asAlice(caller -> lab.kms.createGrant(caller, grantForTheVolume()));
    assertThat(lab.records(ACCOUNT, "GenerateDataKeyWithoutPlaintext").getFirst())
        .contains("\"userName\":\"Alice\"")
        .contains("\"invokedBy\":\"ec2.amazonaws.com\"")
        .contains("\"encryptionContext\":{\"aws:ebs:id\":\"" + VOLUME + "\"}")
        .contains("\"numberOfBytes\":64");
    assertThat(lab.records(ACCOUNT, "CreateGrant").getFirst())
        .contains("\"invokedBy\":\"ec2.amazonaws.com\"")
        .contains("\"granteeServicePrincipal\":\"ec2.amazonaws.com\"")
        .contains("\"readOnly\":false");
  }
}
