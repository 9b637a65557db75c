package dev.bulwark.encryption.kms;

import static dev.bulwark.encryption.kms.Lab.assertCode;
import static dev.bulwark.encryption.kms.Lab.assertFails;
import static dev.bulwark.encryption.kms.Lab.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateCustomKeyStoreRequest;
import software.amazon.awssdk.services.kms.model.CustomKeyStoresListEntry;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;

/** Keys outside, behind a proxy that really listens on this machine. */
final class ExternalKeyStoresTest {
  private static final String WRONG_SECRET = "0123456789012345678901234567890123456789012=";

  private final XksServer proxy = new XksServer();
  private final Lab lab = new Lab(KmsQuotas.AWS, proxy.settings());
  private final KmsClient kms = lab.root();

  @AfterEach
  void close() {
    lab.close();
    proxy.close();
  }

  private static CreateCustomKeyStoreRequest.Builder store(
      CreateCustomKeyStoreRequest.Builder request) {
    return request
        .customKeyStoreName("outside")
        .customKeyStoreType("EXTERNAL_KEY_STORE")
        .xksProxyUriEndpoint("https://localhost")
        .xksProxyUriPath(XksServer.PATH)
        .xksProxyConnectivity("PUBLIC_ENDPOINT")
        .xksProxyAuthenticationCredential(
            c -> c.accessKeyId(XksServer.ACCESS_KEY).rawSecretAccessKey(XksServer.SECRET));
  }

  private String store() {
    return kms.createCustomKeyStore(r -> store(r)).customKeyStoreId();
  }

  private String connectedStore() {
    var id = store();
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(id));
    return id;
  }

  private CustomKeyStoresListEntry describe(String id) {
    return kms.describeCustomKeyStores(r -> r.customKeyStoreId(id)).customKeyStores().getFirst();
  }

  private String key(String store, String externalKey) {
    return kms.createKey(
            r -> r.origin("EXTERNAL_KEY_STORE").customKeyStoreId(store).xksKeyId(externalKey))
        .keyMetadata()
        .arn();
  }

  @Test
  void aStoreIsMadeConnectedAndTakenDown() {
    var id = store();
    var made = describe(id);
    assertThat(made.connectionStateAsString()).isEqualTo("DISCONNECTED");
    assertThat(made.customKeyStoreTypeAsString()).isEqualTo("EXTERNAL_KEY_STORE");
    var way = made.xksProxyConfiguration();
    assertThat(way.uriEndpoint()).isEqualTo("https://localhost");
    assertThat(way.uriPath()).isEqualTo(XksServer.PATH);
    assertThat(way.connectivityAsString()).isEqualTo("PUBLIC_ENDPOINT");
    assertThat(way.accessKeyId()).isEqualTo(XksServer.ACCESS_KEY);
    assertThat(proxy.requests.getFirst().at("/requestMetadata/kmsOperation").asString())
        .isEqualTo("CreateCustomKeyStore");
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(id));
    assertThat(describe(id).connectionStateAsString()).isEqualTo("CONNECTED");
    assertCode(
        "CustomKeyStoreInvalidStateException",
        () -> kms.deleteCustomKeyStore(r -> r.customKeyStoreId(id)));
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(id));
    kms.deleteCustomKeyStore(r -> r.customKeyStoreId(id));
    assertCode("CustomKeyStoreNotFoundException", () -> describe(id));
  }

  @Test
  void itsSecretIsInNoEvent() {
    store();
    lab.events.flush();
    assertThat(lab.events.callsAfter(0, 100))
        .extracting(call -> new String(call.record(), StandardCharsets.UTF_8))
        .anySatisfy(
            record ->
                assertThat(record)
                    .contains("CreateCustomKeyStore")
                    .doesNotContain(XksServer.SECRET));
  }

  @Test
  void eventsOfItsKeysTellWhereTheyAre() {
    proxy.makeKey("one");
    var store = connectedStore();
    var arn = key(store, "one");
    kms.encrypt(r -> r.keyId(arn).plaintext(bytes("secret")));
    assertThat(lab.records(Lab.ACCOUNT, "Encrypt").getLast())
        .contains(
            "\"additionalEventData\":{\"customKeyStoreId\":\"%s\",\"xksKeyId\":\"one\"}"
                .formatted(store));
  }

  @Test
  void whatIsEncryptedIsEncryptedTwice() {
    proxy.makeKey("one");
    var arn = key(connectedStore(), "one");
    var context = Map.of("team", "red");
    var sealed =
        kms.encrypt(r -> r.keyId(arn).plaintext(bytes("secret")).encryptionContext(context))
            .ciphertextBlob();
    var asked = proxy.requests.getLast();
    assertThat(asked.at("/requestMetadata/kmsOperation").asString()).isEqualTo("Encrypt");
    assertThat(asked.at("/requestMetadata/kmsKeyArn").asString()).isEqualTo(arn);
    assertThat(asked.at("/requestMetadata/awsPrincipalArn").asString())
        .isEqualTo("arn:aws:iam::123456789012:root");
    assertThat(asked.path("plaintext").asString()).isNotEqualTo("c2VjcmV0").hasSizeGreaterThan(80);
    assertThat(asked.toString()).doesNotContain("red");
    var opened = kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(context));
    assertThat(opened.plaintext()).isEqualTo(bytes("secret"));
    assertThat(opened.keyId()).isEqualTo(arn);
    assertThat(opened.keyMaterialId()).isNull();
    assertFails(
        "KMSInvalidStateException: The external key store proxy rejected the request because the"
            + " specified ciphertext or encryption context is corrupted, missing, or otherwise"
            + " invalid.",
        () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
    var largest = SdkBytes.fromByteArray(new byte[4096]);
    var whole = kms.encrypt(r -> r.keyId(arn).plaintext(largest)).ciphertextBlob();
    assertThat(kms.decrypt(r -> r.ciphertextBlob(whole)).plaintext()).isEqualTo(largest);

    var data = kms.generateDataKey(r -> r.keyId(arn).keySpec("AES_256"));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(data.ciphertextBlob())).plaintext())
        .isEqualTo(data.plaintext());
    var own = kms.createKey().keyMetadata().arn();
    var moved =
        kms.reEncrypt(
            r -> r.ciphertextBlob(sealed).sourceEncryptionContext(context).destinationKeyId(own));
    assertThat(kms.decrypt(r -> r.ciphertextBlob(moved.ciphertextBlob())).plaintext())
        .isEqualTo(bytes("secret"));
  }

  @Test
  void aChangedCiphertextIsRefusedWhereverItChanged() {
    proxy.makeKey("one");
    var arn = key(connectedStore(), "one");
    var sealed =
        kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))).ciphertextBlob().asByteArray();
    for (int i = 0; i < sealed.length; i += 3) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(
              catchThrowable(
                  () ->
                      kms.decrypt(
                          r -> r.keyId(arn).ciphertextBlob(SdkBytes.fromByteArray(changed)))))
          .isInstanceOf(KmsException.class);
    }
  }

  @Test
  void aKeyShowsItsStoreAndTheExternalKey() {
    proxy.makeKey("one");
    var store = connectedStore();
    var arn = key(store, "one");
    var shown = kms.describeKey(r -> r.keyId(arn)).keyMetadata();
    assertThat(shown.originAsString()).isEqualTo("EXTERNAL_KEY_STORE");
    assertThat(shown.customKeyStoreId()).isEqualTo(store);
    assertThat(shown.xksKeyConfiguration().id()).isEqualTo("one");
    assertThat(shown.currentKeyMaterialId()).isNull();
    assertThat(shown.keyStateAsString()).isEqualTo("Enabled");
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertThat(kms.describeKey(r -> r.keyId(arn)).keyMetadata().keyStateAsString())
        .isEqualTo("Unavailable");
    assertFails(
        "KMSInvalidStateException: This KMS key is in a custom key store that is not connected to"
            + " its external key store proxy. Connect the external key store and try the request"
            + " again.",
        () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
    assertCode("UnsupportedOperationException", () -> kms.enableKeyRotation(r -> r.keyId(arn)));
    assertCode("UnsupportedOperationException", () -> kms.rotateKeyOnDemand(r -> r.keyId(arn)));
    assertCode(
        "CustomKeyStoreHasCMKsException",
        () -> kms.deleteCustomKeyStore(r -> r.customKeyStoreId(store)));
    assertCode(
        "UnsupportedOperationException",
        () -> kms.generateRandom(r -> r.numberOfBytes(8).customKeyStoreId(store)));
  }

  @Test
  void anExternalKeyHasOneKmsKeyUntilThatIsGone() {
    proxy.makeKey("one");
    var store = connectedStore();
    var arn = key(store, "one");
    assertCode("XksKeyAlreadyInUseException", () -> key(store, "one"));
    kms.scheduleKeyDeletion(r -> r.keyId(arn).pendingWindowInDays(7));
    lab.advance(Duration.ofDays(8));
    lab.deleteDueKeys();
    key(store, "one");
  }

  @Test
  void anExternalKeyMustBeThereAndFit() {
    var store = connectedStore();
    assertFails(
        "XksKeyNotFoundException: The external key associated with this KMS key in an external key"
            + " store was not found in its external key manager. If the external key ID associated"
            + " with this KMS key is incorrect, create a new KMS key with the correct external key"
            + " ID.",
        () -> key(store, "none"));
    proxy.makeKey("one");
    proxy.keyStatus = "DISABLED";
    assertCode("XksKeyInvalidConfigurationException", () -> key(store, "one"));
    assertCode(
        "ValidationException",
        () -> kms.createKey(r -> r.origin("EXTERNAL_KEY_STORE").customKeyStoreId(store)));
    assertCode("ValidationException", () -> kms.createKey(r -> r.xksKeyId("one")));
    assertCode(
        "ValidationException",
        () -> kms.createKey(r -> r.origin("AWS_CLOUDHSM").customKeyStoreId(store)));
    assertCode(
        "UnsupportedOperationException",
        () ->
            kms.createKey(
                r ->
                    r.origin("EXTERNAL_KEY_STORE")
                        .customKeyStoreId(store)
                        .xksKeyId("one")
                        .keySpec("RSA_2048")
                        .keyUsage("SIGN_VERIFY")));
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(store));
    assertCode("CustomKeyStoreInvalidStateException", () -> key(store, "one"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, InvalidStateException, The external key associated with this KMS key in an external key"
        + " store is not enabled",
    "403, AccessDeniedException, The external key store proxy denied access to the operation.",
    "404, KeyNotFoundException, The external key associated with this KMS key in an external key"
        + " store was not found",
    "429, ThrottlingException, The external key store proxy rejected the request due to a very high"
        + " request rate.",
    "503, DependencyTimeoutException, The external key store proxy did not respond to the request"
        + " in the time allotted.",
    "500, InternalException, The external key store proxy rejected the request because it cannot"
        + " communicate",
    "500, SomethingElse, AWS KMS cannot interpret the response from the external key store proxy."
  })
  void whatAProxyRefusesIsToldInKmsWords(int status, String error, String beginning) {
    proxy.makeKey("one");
    var arn = key(connectedStore(), "one");
    proxy.refusal = XksServer.Refusal.of(status, error);
    assertThat(catchThrowable(() -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x")))))
        .isInstanceOfSatisfying(
            KmsInvalidStateException.class,
            e -> assertThat(e.awsErrorDetails().errorMessage()).startsWith(beginning));
  }

  @Test
  void answersThatMakeNoSenseAreNoKeysAndNoCiphertexts() {
    proxy.makeKey("one");
    var arn = key(connectedStore(), "one");
    var words =
        "KMSInvalidStateException: AWS KMS cannot interpret the response from the external key"
            + " store proxy. If you see this error repeatedly, report it to your external key store"
            + " proxy administrator.";
    proxy.corrupt = true;
    assertFails(words, () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
    for (var body :
        List.of("", "nonsense", "[]", "{}", "{\"ciphertext\": 3}", "x".repeat(400_000))) {
      proxy.refusal = new XksServer.Refusal(200, body);
      assertFails(words, () -> kms.encrypt(r -> r.keyId(arn).plaintext(bytes("x"))));
    }
  }

  @Test
  void aStoreNeedsAProxyThatAnswers() {
    proxy.health = "UNAVAILABLE";
    assertCode("XksProxyUriUnreachableException", this::store);
    proxy.health = "DEGRADED";
    assertCode(
        "XksProxyIncorrectAuthenticationCredentialException",
        () ->
            kms.createCustomKeyStore(
                r ->
                    store(r)
                        .xksProxyAuthenticationCredential(
                            c ->
                                c.accessKeyId(XksServer.ACCESS_KEY)
                                    .rawSecretAccessKey(WRONG_SECRET))));
    assertCode(
        "XksProxyInvalidConfigurationException",
        () -> kms.createCustomKeyStore(r -> store(r).xksProxyUriPath("/other/kms/xks/v1")));
    assertFails(
        "XksProxyUriUnreachableException: AWS KMS cannot establish a TLS connection to the external"
            + " key store proxy. Verify the TLS configuration, including its certificate.",
        () -> kms.createCustomKeyStore(r -> store(r).xksProxyUriEndpoint("https://127.0.0.1")));
    assertCode(
        "XksProxyUriUnreachableException",
        () ->
            kms.createCustomKeyStore(r -> store(r).xksProxyUriEndpoint("https://169.254.169.254")));
    assertCode(
        "XksProxyVpcEndpointServiceNotFoundException",
        () ->
            kms.createCustomKeyStore(
                r ->
                    store(r)
                        .xksProxyConnectivity("VPC_ENDPOINT_SERVICE")
                        .xksProxyVpcEndpointServiceName(
                            "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0")));
    assertCode(
        "ValidationException", () -> kms.createCustomKeyStore(r -> store(r).xksProxyUriPath(null)));
    store();
    assertCode("CustomKeyStoreNameInUseException", this::store);
    assertCode(
        "XksProxyUriInUseException",
        () -> kms.createCustomKeyStore(r -> store(r).customKeyStoreName("another")));
  }

  @Test
  void aConnectionThatFailsSaysWhy() {
    var id = store();
    proxy.refusal = XksServer.Refusal.of(401, "AuthenticationFailedException");
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(id));
    assertThat(describe(id).connectionStateAsString()).isEqualTo("FAILED");
    assertThat(describe(id).connectionErrorCodeAsString()).isEqualTo("INVALID_CREDENTIALS");
    assertCode(
        "CustomKeyStoreInvalidStateException",
        () -> kms.connectCustomKeyStore(r -> r.customKeyStoreId(id)));
    kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(id));
    proxy.refusal = null;
    kms.connectCustomKeyStore(r -> r.customKeyStoreId(id));
    assertThat(describe(id).connectionErrorCode()).isNull();
  }

  @Test
  void aCredentialIsChangedWhileTheStoreIsConnectedAndTheEndpointIsNot() {
    var id = connectedStore();
    kms.updateCustomKeyStore(r -> r.customKeyStoreId(id).newCustomKeyStoreName("other"));
    assertThat(describe(id).customKeyStoreName()).isEqualTo("other");
    assertCode(
        "XksProxyIncorrectAuthenticationCredentialException",
        () ->
            kms.updateCustomKeyStore(
                r ->
                    r.customKeyStoreId(id)
                        .xksProxyAuthenticationCredential(
                            c ->
                                c.accessKeyId(XksServer.ACCESS_KEY)
                                    .rawSecretAccessKey(WRONG_SECRET))));
    assertCode(
        "CustomKeyStoreInvalidStateException",
        () ->
            kms.updateCustomKeyStore(
                r -> r.customKeyStoreId(id).xksProxyUriEndpoint("https://elsewhere.example")));
  }

  @Test
  void privateAddressesNeedTheOperatorsLeave() {
    try (var careful = new Lab(KmsQuotas.AWS, proxy.settings(false))) {
      assertCode(
          "XksProxyUriUnreachableException",
          () -> careful.root().createCustomKeyStore(r -> store(r)));
      assertThat(proxy.requests).isEmpty();
    }
  }
}
