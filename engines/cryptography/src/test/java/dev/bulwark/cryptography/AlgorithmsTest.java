package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of key, from its making to its use. */
final class AlgorithmsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(KeySpec.class)
  void everyKindOfKeyIsMadeUsedAndImported(KeySpec spec) {
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      assertThat(material.toString()).isEqualTo("KeyMaterial[" + spec + "]");
      var key = UsableKey.of(material);
      if (key instanceof KeyPair pair) {
        for (var algorithm : SigningAlgorithm.of(spec)) {
          for (var input : algorithm.inputs()) {
            var message = input == Input.RAW ? MESSAGE : new byte[algorithm.digestBytes()];
            var signature = pair.sign(algorithm, input, message);
            assertThat(pair.verify(algorithm, input, message, signature)).isTrue();
            message[0] ^= 1;
            assertThat(pair.verify(algorithm, input, message, signature)).isFalse();
            message[0] ^= 1;
            assertThat(pair.verify(algorithm, input, message, new byte[3])).isFalse();
          }
        }
        for (var algorithm : EncryptionAlgorithm.of(spec)) {
          var longest = new byte[algorithm.maxPlaintext(spec)];
          assertThat(pair.decrypt(algorithm, pair.encrypt(algorithm, longest))).isEqualTo(longest);
        }
      }
      try (var again = KeyMaterial.imported(spec, material.copySecret())) {
        assertThat(again.publicKey()).isEqualTo(material.publicKey());
        assertThat(again.copySecret()).isEqualTo(material.copySecret());
      }
    }
  }

  @Test
  void materialOfAnotherKindIsRefused() {
    try (var p256 = KeyMaterial.generate(KeySpec.ECC_NIST_P256, RANDOM);
        var rsa = KeyMaterial.generate(KeySpec.RSA_2048, RANDOM)) {
      for (var wrong :
          Map.of(
                  KeySpec.ECC_SECG_P256K1, p256.copySecret(),
                  KeySpec.ECC_NIST_P384, p256.copySecret(),
                  KeySpec.RSA_3072, rsa.copySecret(),
                  KeySpec.RSA_2048, p256.copySecret(),
                  KeySpec.ECC_NIST_EDWARDS25519, rsa.copySecret(),
                  KeySpec.SYMMETRIC_DEFAULT, new byte[31],
                  KeySpec.ECC_NIST_P256, new byte[100])
              .entrySet()) {
        assertThatThrownBy(() -> KeyMaterial.imported(wrong.getKey(), wrong.getValue()))
            .isInstanceOf(CryptographyException.class);
      }
    }
  }

  @Test
  void aContextHasOneEncodingAndTwoContextsHaveTwo() {
    assertThat(EncryptionContext.encode(Map.of())).isEmpty();
    assertThat(EncryptionContext.encode(Map.of("a", "bc")))
        .isNotEqualTo(EncryptionContext.encode(Map.of("ab", "c")));
    assertThat(EncryptionContext.encode(Map.of("a", "1", "b", "2")))
        .isEqualTo(EncryptionContext.encode(new TreeMap<>(Map.of("b", "2", "a", "1"))));
  }

  @Test
  void aCiphertextTellsItsKey() {
    var key = SymmetricKey.of(new byte[32]);
    for (var keyId :
        List.of("1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab")) {
      var envelope = new Envelope("012345678901", keyId, "0123456789abcdef0123456789abcdef");
      var sealed = envelope.seal(key, new byte[0], MESSAGE, RANDOM.generateSeed(Envelope.NONCE));
      assertThat(sealed).hasSize(MESSAGE.length + Envelope.OVERHEAD);
      assertThat(Envelope.of(sealed)).isEqualTo(envelope);
      assertThat(Envelope.open(key, new byte[0], sealed)).isEqualTo(MESSAGE);
    }
  }

  @ParameterizedTest
  @EnumSource(Wrapping.class)
  void wrappedMaterialOpens(Wrapping wrapping) throws Exception {
    try (var wrappingMaterial = KeyMaterial.generate(KeySpec.RSA_2048, RANDOM)) {
      var wrappingKey = KeyPair.of(wrappingMaterial);
      assertThat(wrapping.carries(KeySpec.RSA_2048, KeySpec.RSA_4096))
          .isEqualTo(wrapping.name().startsWith("RSA_AES"));
      assertThatThrownBy(() -> wrapping.unwrap(wrappingKey, new byte[10]))
          .isInstanceOf(CryptographyException.class);
      assertThatThrownBy(() -> wrapping.unwrap(wrappingKey, new byte[256 + 40]))
          .isInstanceOf(CryptographyException.class);
    }
  }
}
