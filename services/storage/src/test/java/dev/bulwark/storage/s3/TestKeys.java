package dev.bulwark.storage.s3;

import dev.bulwark.base.Randomness;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** KMS as far as S3 sees it: one key in each account, which can be disabled. */
final class TestKeys implements DataKeys {
  static final String KEY = "arn:aws:kms:us-east-1:" + Lab.ACCOUNT + ":key/1234";

  private record Wrapped(String keyArn, byte[] plaintext, Map<String, String> context) {}

  private final Map<String, Wrapped> wrapped = new ConcurrentHashMap<>();
  final Set<String> disabled = ConcurrentHashMap.newKeySet();
  volatile int generated;
  volatile int decrypted;

  @Override
  public DataKey generate(Caller caller, String keyId, Map<String, String> context) {
    var keyArn = require(caller, "kms:GenerateDataKey", keyId, context);
    generated++;
    var plaintext = Randomness.bytes(32);
    var ciphertext = Randomness.bytes(100);
    wrapped.put(
        HexFormat.of().formatHex(ciphertext),
        new Wrapped(keyArn, plaintext.clone(), new HashMap<>(context)));
    return new DataKey(keyArn, plaintext, ciphertext);
  }

  @Override
  public DataKey wrap(Caller caller, String keyId, Map<String, String> context) {
    var keyArn = require(caller, "kms:Encrypt", keyId, context);
    var plaintext = Randomness.bytes(32);
    var ciphertext = Randomness.bytes(100);
    wrapped.put(
        HexFormat.of().formatHex(ciphertext),
        new Wrapped(keyArn, plaintext.clone(), new HashMap<>(context)));
    return new DataKey(keyArn, plaintext, ciphertext);
  }

  @Override
  public byte[] decrypt(Caller caller, byte[] ciphertext, Map<String, String> context) {
    var found = wrapped.get(HexFormat.of().formatHex(ciphertext));
    if (found == null || !found.context().equals(context)) {
      throw new ApiException("InvalidCiphertextException", 400, "");
    }
    require(caller, "kms:Decrypt", found.keyArn(), context);
    decrypted++;
    return found.plaintext().clone();
  }

  @Override
  public String require(Caller caller, String action, String keyId, Map<String, String> context) {
    var keyArn = keyId.startsWith("arn:") ? keyId : KEY;
    if (keyId.equals("missing")) {
      throw new ApiException("NotFoundException", 400, "Key 'missing' does not exist");
    }
    caller.require(
        new Permission(
            action,
            Resource.of(keyArn).ownedBy(Lab.ACCOUNT),
            Context.of(
                key ->
                    key.equals("kms:encryptioncontext:aws:s3:arn")
                        ? ContextValue.of(context.get("aws:s3:arn"))
                        : null)));
    if (disabled.contains(keyArn)) {
      throw new ApiException("DisabledException", 400, keyArn + " is disabled.");
    }
    return keyArn;
  }
}
