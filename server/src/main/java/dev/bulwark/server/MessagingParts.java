package dev.bulwark.server;

import dev.bulwark.encryption.kms.KeyService;
import dev.bulwark.identity.Identity;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.service.Caller;
import java.util.Map;
import java.util.Optional;

/** What the messaging services ask of others. */
final class MessagingParts {
  private MessagingParts() {}

  static MessageKeys keys(KeyService keys) {
    return new MessageKeys() {
      @Override
      public DataKey generate(Caller caller, String keyId, Map<String, String> encryptionContext) {
        var key = keys.generateDataKey(caller, keyId, encryptionContext);
        return new DataKey(key.plaintext(), key.ciphertext());
      }

      @Override
      public byte[] decrypt(
          Caller caller, byte[] ciphertext, Map<String, String> encryptionContext) {
        return keys.decrypt(caller, ciphertext, encryptionContext);
      }
    };
  }

  static PolicyPrincipals principals(Identity identity) {
    return new PolicyPrincipals() {
      @Override
      public Optional<String> bind(String document) {
        return identity.bindPolicy(document);
      }

      @Override
      public String show(String stored) {
        return identity.showPolicy(stored);
      }
    };
  }
}
