package dev.bulwark.server;

import dev.bulwark.access.FormSignatures;
import dev.bulwark.encryption.kms.KeyService;
import dev.bulwark.identity.iam.MfaCheck;
import dev.bulwark.service.Caller;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.storage.s3.DataKeys;
import dev.bulwark.storage.s3.S3Needs;
import java.util.Map;
import java.util.function.Supplier;

/** What S3 asks of KMS, IAM, CloudWatch and the authorizer. */
final class StorageNeeds {
  private StorageNeeds() {}

  static S3Needs of(
      KeyService kms,
      MfaCheck mfa,
      FormSignatures forms,
      ServiceCalls calls,
      Supplier<ServiceCallers> callers,
      MetricPublisher metrics) {
    return new S3Needs(
        keys(kms),
        (caller, serialNumber, code, now) ->
            mfa.check(caller, serialNumber, code, now) == MfaCheck.Result.VALID,
        forms,
        calls,
        callers,
        metrics);
  }

  private static DataKeys keys(KeyService kms) {
    return new DataKeys() {
      @Override
      public DataKey generate(Caller caller, String keyId, Map<String, String> context) {
        var key = kms.generateDataKey(caller, keyId, context);
        return new DataKey(key.keyArn(), key.plaintext(), key.ciphertext());
      }

      @Override
      public byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> context) {
        return kms.decrypt(caller, ciphertext, context);
      }

      @Override
      public String require(
          Caller caller, String action, String keyId, Map<String, String> context) {
        return kms.require(caller, action, keyId, context);
      }
    };
  }
}
