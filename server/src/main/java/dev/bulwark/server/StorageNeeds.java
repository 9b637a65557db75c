package dev.bulwark.server;

import dev.bulwark.access.FormSignatures;
import dev.bulwark.base.Randomness;
import dev.bulwark.encryption.kms.KeyService;
import dev.bulwark.events.EventStreams;
import dev.bulwark.identity.iam.MfaCheck;
import dev.bulwark.service.Caller;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import dev.bulwark.storage.s3.DataKeys;
import dev.bulwark.storage.s3.S3Needs;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/** What S3 asks of KMS, IAM, CloudWatch and the authorizer. */
final class StorageNeeds {
  private static final int DATA_KEY_BYTES = 32;

  private StorageNeeds() {}

  static S3Needs of(
      KeyService kms,
      MfaCheck mfa,
      FormSignatures forms,
      ServiceCalls calls,
      Supplier<ServiceCallers> callers,
      MetricPublisher metrics,
      EventStreams events,
      Clock clock) {
    return new S3Needs(
        keys(kms),
        (caller, serialNumber, code, now) ->
            mfa.check(caller, serialNumber, code, now) == MfaCheck.Result.VALID,
        forms,
        calls,
        callers,
        metrics,
        events,
        clock);
  }

  private static DataKeys keys(KeyService kms) {
    return new DataKeys() {
      @Override
      public DataKey generate(Caller caller, String keyId, Map<String, String> context) {
        var key = kms.generateDataKey(caller, keyId, context);
        return new DataKey(key.keyArn(), key.plaintext(), key.ciphertext());
      }

      @Override
      public DataKey wrap(Caller caller, String keyId, Map<String, String> context) {
        var keyArn = kms.require(caller, "kms:Encrypt", keyId, context);
        var plaintext = Randomness.bytes(DATA_KEY_BYTES);
        return new DataKey(keyArn, plaintext, kms.encrypt(caller, keyArn, context, plaintext));
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
