package dev.bulwark.server;

import dev.bulwark.encryption.kms.KeyService;
import dev.bulwark.identity.Identity;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.sns.MailServer;
import dev.bulwark.messaging.sns.Sns;
import dev.bulwark.outgoing.OutgoingSettings;
import dev.bulwark.service.Caller;
import dev.bulwark.wire.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /** How SNS reaches the world. */
  static Sns.Outside outside(
      Supplier<String> url, @Nullable String smtp, Map<String, String> environment) {
    try {
      return new Sns.Outside(
          url,
          OutgoingSettings.of("BULWARK_SNS", environment),
          smtp == null || smtp.isEmpty() ? null : MailServer.parse(smtp));
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  /** How far requests to API destinations go. */
  static OutgoingSettings destinations(Map<String, String> environment) {
    try {
      return OutgoingSettings.of("BULWARK_EVENTS", environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  /** Serves the certificate by which subscribers verify what SNS sends them. */
  static LocalRoute certificates(Sns sns) {
    return (route, request) -> {
      var pem = route.startsWith("GET ") ? sns.certificate(route.substring(4)) : null;
      return pem == null
          ? null
          : HttpResponse.of(200, "application/x-pem-file", pem.getBytes(StandardCharsets.US_ASCII));
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
