package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the standards' own vectors, and against OpenSSL both ways. */
final class AlgorithmsTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** RFC 4231, test case 1, whose key is 20 bytes: padded with zeros it is the same HMAC key. */
  @ParameterizedTest
  @MethodSource("rfc4231")
  void hmacFollowsRfc4231(KeySpec spec, String expected) {
    var secret = new byte[spec.secretBytes()];
    Arrays.fill(secret, 0, 20, (byte) 0x0b);
    var key = (MacKey) UsableKey.of(KeyMaterial.imported(spec, secret));
    assertThat(key.mac("Hi There".getBytes(StandardCharsets.US_ASCII))).isEqualTo(hex(expected));
  }

  static Stream<Arguments> rfc4231() {
    return Stream.of(
        Arguments.of(KeySpec.HMAC_224, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"),
        Arguments.of(
            KeySpec.HMAC_256, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Arguments.of(
            KeySpec.HMAC_384,
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"),
        Arguments.of(
            KeySpec.HMAC_512,
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"));
  }

  /** RFC 8032, sections 7.1 (test 2) and 7.3: these signatures are deterministic. */
  @Test
  void ed25519FollowsRfc8032() {
    var key =
        pair(
            KeySpec.ECC_NIST_EDWARDS25519,
            "302e020100300506032b657004220420"
                + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    assertThat(key.sign(SigningAlgorithm.ED25519_SHA_512, Input.RAW, hex("72")))
        .isEqualTo(
            hex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    var preHashed =
        pair(
            KeySpec.ECC_NIST_EDWARDS25519,
            "302e020100300506032b657004220420"
                + "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
    assertThat(preHashed.sign(SigningAlgorithm.ED25519_PH_SHA_512, Input.DIGEST, hex("616263")))
        .isEqualTo(
            hex(
                "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"));
  }

  private static KeyPair pair(KeySpec spec, String pkcs8) {
    return (KeyPair) UsableKey.of(KeyMaterial.imported(spec, hex(pkcs8)));
  }

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
      if (spec.family() != KeySpec.Family.ML_DSA) {
        try (var again = KeyMaterial.imported(spec, material.copySecret())) {
          assertThat(again.publicKey()).isEqualTo(material.publicKey());
        }
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
      assertThat(envelope.open(key, new byte[0], sealed)).isEqualTo(MESSAGE);
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

  // OpenSSL

  private byte[] openssl(byte[] input, String... arguments) throws Exception {
    var command = Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList();
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(folder.resolve("errors").toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("there is no openssl on this machine");
      return new byte[0];
    }
    try (var out = process.getOutputStream()) {
      out.write(input);
    }
    var answer = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("errors"))).isZero();
    return answer;
  }

  @ParameterizedTest
  @MethodSource("signingKinds")
  void opensslVerifiesWhatIsSignedAndSignsWhatIsVerified(KeySpec spec, SigningAlgorithm algorithm)
      throws Exception {
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      Files.write(folder.resolve("public"), Objects.requireNonNull(material.publicKey()));
      Files.write(folder.resolve("secret"), material.copySecret());
      var key = KeyPair.of(material);
      Files.write(folder.resolve("signature"), key.sign(algorithm, Input.RAW, MESSAGE));
      var hash = "-" + algorithm.hash().toLowerCase(Locale.ROOT).replace("-", "");
      var options =
          algorithm.isPss()
              ? List.of("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
              : List.<String>of();
      openssl(
          MESSAGE,
          arguments(
              List.of("dgst", hash),
              options,
              List.of("-verify", "public", "-keyform", "DER", "-signature", "signature")));
      var theirs =
          openssl(
              MESSAGE,
              arguments(
                  List.of("dgst", hash), options, List.of("-sign", "secret", "-keyform", "DER")));
      assertThat(key.verify(algorithm, Input.RAW, MESSAGE, theirs)).isTrue();
    }
  }

  @SafeVarargs
  private static String[] arguments(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toArray(String[]::new);
  }

  static Stream<Arguments> signingKinds() {
    return Stream.of(
            KeySpec.RSA_2048,
            KeySpec.ECC_NIST_P256,
            KeySpec.ECC_NIST_P384,
            KeySpec.ECC_NIST_P521,
            KeySpec.ECC_SECG_P256K1)
        .flatMap(
            spec ->
                SigningAlgorithm.of(spec).stream().map(algorithm -> Arguments.of(spec, algorithm)));
  }

  @ParameterizedTest
  @EnumSource(names = {"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"})
  void opensslEncryptsWhatIsDecrypted(EncryptionAlgorithm algorithm) throws Exception {
    try (var material = KeyMaterial.generate(KeySpec.RSA_2048, RANDOM)) {
      Files.write(folder.resolve("public"), Objects.requireNonNull(material.publicKey()));
      var hash = algorithm.hash().toLowerCase(Locale.ROOT).replace("-", "");
      var theirs =
          openssl(
              MESSAGE,
              "pkeyutl",
              "-encrypt",
              "-pubin",
              "-inkey",
              "public",
              "-keyform",
              "DER",
              "-pkeyopt",
              "rsa_padding_mode:oaep",
              "-pkeyopt",
              "rsa_oaep_md:" + hash,
              "-pkeyopt",
              "rsa_mgf1_md:" + hash);
      assertThat(KeyPair.of(material).decrypt(algorithm, theirs)).isEqualTo(MESSAGE);
    }
  }
}
