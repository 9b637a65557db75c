package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bouncy Castle from the exported public key against ours, both ways. Of secp256k1 and of ML-DSA
 * over representatives Bouncy Castle does the work here, too: there OpenSSL and vectors count.
 */
final class BouncyCastleTest {
  private static final Provider BC = new BouncyCastleProvider();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  private static KeyFactory keys(KeySpec spec) throws Exception {
    var name =
        switch (spec.family()) {
          case RSA -> "RSA";
          case NIST_CURVE, SECG_CURVE -> "EC";
          default -> spec.javaName();
        };
    return KeyFactory.getInstance(name, BC);
  }

  private static PublicKey publicKey(KeyMaterial material) throws Exception {
    return keys(material.spec())
        .generatePublic(new X509EncodedKeySpec(Objects.requireNonNull(material.publicKey())));
  }

  private static PrivateKey privateKey(KeyMaterial material) throws Exception {
    return keys(material.spec()).generatePrivate(new PKCS8EncodedKeySpec(material.copySecret()));
  }

  private static Signature signature(SigningAlgorithm algorithm) throws Exception {
    var signature = Signature.getInstance(algorithm.javaName(), BC);
    if (algorithm.isPss()) {
      signature.setParameter(
          new PSSParameterSpec(
              algorithm.hash(),
              "MGF1",
              new MGF1ParameterSpec(algorithm.hash()),
              algorithm.digestBytes(),
              1));
    }
    return signature;
  }

  /** One material of each kind: RSA keys take long to make. */
  private static final Map<KeySpec, KeyMaterial> MATERIALS = new EnumMap<>(KeySpec.class);

  private static KeyMaterial material(KeySpec spec) {
    return MATERIALS.computeIfAbsent(spec, it -> KeyMaterial.generate(it, RANDOM));
  }

  /** Larger moduli than 2048 bits only take longer. */
  static Stream<Arguments> signing() {
    return Stream.of(KeySpec.values())
        .filter(spec -> spec.family() != KeySpec.Family.RSA || spec == KeySpec.RSA_2048)
        .flatMap(
            spec ->
                SigningAlgorithm.of(spec).stream()
                    .filter(one -> one != SigningAlgorithm.ED25519_PH_SHA_512)
                    .map(one -> Arguments.of(spec, one)));
  }

  @ParameterizedTest
  @MethodSource("signing")
  void signatures(KeySpec spec, SigningAlgorithm algorithm) throws Exception {
    var material = material(spec);
    var key = KeyPair.of(material);
    var verifier = signature(algorithm);
    verifier.initVerify(publicKey(material));
    verifier.update(MESSAGE);
    assertThat(verifier.verify(key.sign(algorithm, Input.RAW, MESSAGE))).isTrue();
    var signer = signature(algorithm);
    signer.initSign(privateKey(material), RANDOM);
    signer.update(MESSAGE);
    assertThat(key.verify(algorithm, Input.RAW, MESSAGE, signer.sign())).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"})
  void oaep(EncryptionAlgorithm algorithm) throws Exception {
    var material = material(KeySpec.RSA_2048);
    var parameters =
        new OAEPParameterSpec(
            algorithm.hash(),
            "MGF1",
            new MGF1ParameterSpec(algorithm.hash()),
            PSource.PSpecified.DEFAULT);
    var key = KeyPair.of(material);
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", BC);
    cipher.init(Cipher.ENCRYPT_MODE, publicKey(material), parameters);
    assertThat(key.decrypt(algorithm, cipher.doFinal(MESSAGE))).isEqualTo(MESSAGE);
    cipher.init(Cipher.DECRYPT_MODE, privateKey(material), parameters);
    assertThat(cipher.doFinal(key.encrypt(algorithm, MESSAGE))).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @EnumSource(names = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"})
  void sharedSecrets(KeySpec spec) throws Exception {
    try (var ours = KeyMaterial.generate(spec, RANDOM);
        var theirs = KeyMaterial.generate(spec, RANDOM)) {
      var agreement = KeyAgreement.getInstance("ECDH", BC);
      agreement.init(privateKey(theirs));
      agreement.doPhase(publicKey(ours), true);
      assertThat(KeyPair.of(ours).agree(Objects.requireNonNull(theirs.publicKey())))
          .isEqualTo(agreement.generateSecret());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"})
  void macs(KeySpec spec) throws Exception {
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      var mac = Mac.getInstance(spec.javaName(), BC);
      mac.init(new SecretKeySpec(material.copySecret(), spec.javaName()));
      assertThat(((MacKey) UsableKey.of(material)).mac(MESSAGE)).isEqualTo(mac.doFinal(MESSAGE));
    }
  }
}
