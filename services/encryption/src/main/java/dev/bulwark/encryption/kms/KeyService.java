package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.CreateGrantResponse;
import dev.bulwark.service.Caller;
import java.util.Map;

/**
 * What other services encrypt with, in the name of whom they serve: the caller needs the
 * permission, and key policies see {@code kms:ViaService}, if the service asks with {@link
 * Caller#via}. Keys are named as in the API; an alias of AWS such as {@code alias/aws/s3} gets its
 * key with its first use; an ARN may be of another account, whose key policy then has to allow it,
 * beside the caller's own IAM policies.
 *
 * <p>Each call leaves an event of its own, of the caller and invoked by the service.
 *
 * <p>Encryption contexts are AWS's: S3 gives {@code aws:s3:arn}, the ARN of the object, or of the
 * bucket where that has a bucket key; EBS {@code aws:ebs:id}; Secrets Manager {@code SecretARN} and
 * {@code SecretVersionId}; CloudTrail {@code aws:cloudtrail:arn}; CloudWatch Logs {@code
 * aws:logs:arn}; SNS {@code aws:sns:topicArn}.
 *
 * <p>All throw what KMS would answer, as {@link dev.bulwark.schema.ApiException}.
 */
public interface KeyService {
  /**
   * A data key of 256 bits.
   *
   * @param plaintext for its user to wipe
   */
  record DataKey(String keyArn, byte[] plaintext, byte[] ciphertext) {}

  /** A data key that nobody has seen yet. */
  record SealedDataKey(String keyArn, byte[] ciphertext) {}

  /** The ARN of the key that a name stands for; {@code kms:DescribeKey}. */
  String describe(Caller caller, String keyId);

  /** A new data key; {@code kms:GenerateDataKey}. */
  DataKey generateDataKey(Caller caller, String keyId, Map<String, String> encryptionContext);

  /**
   * A new data key for later: EBS makes one with each encrypted volume, and opens it when that is
   * attached; {@code kms:GenerateDataKeyWithoutPlaintext}.
   *
   * @param length in bytes
   */
  SealedDataKey generateDataKeyWithoutPlaintext(
      Caller caller, String keyId, Map<String, String> encryptionContext, int length);

  /**
   * A grant, to a service for instance that goes on using the key after its caller's request has
   * ended; {@code kms:CreateGrant}. Policies see {@code kms:GrantIsForAWSResource}.
   */
  CreateGrantResponse createGrant(Caller caller, CreateGrantRequest request);

  /** Takes a grant back that its grantee needs no more; the retiring principal may. */
  void retireGrant(Caller caller, String keyArn, String grantId);

  /** A ciphertext of at most 4,096 bytes; {@code kms:Encrypt}. */
  byte[] encrypt(
      Caller caller, String keyId, Map<String, String> encryptionContext, byte[] plaintext);

  /**
   * Demands what an operation with a symmetric key would, without doing it: for services that hold
   * a data key of it already, and still ask for each caller. Returns the key's ARN.
   *
   * @param action {@code kms:GenerateDataKey}, {@code kms:Encrypt} or {@code kms:Decrypt}
   */
  String require(Caller caller, String action, String keyId, Map<String, String> encryptionContext);

  /** What was encrypted under that context; {@code kms:Decrypt}. */
  byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> encryptionContext);
}
