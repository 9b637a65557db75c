package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What standards and public suites of vectors say comes of known keys. */
final class KnownAnswersTest {
  private static final Vectors RSA = Vectors.read("rsa.txt");
  private static final Vectors ELLIPTIC = Vectors.read("elliptic.txt");

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  // RSA

  private static KeyPair rsa(String name) {
    var key =
        RSA.ofKind("key")
            .filter(block -> block.text("name").equals(name))
            .findFirst()
            .orElseThrow();
    return KeyPair.of(TestKeys.rsa(KeySpec.RSA_2048, key.number("p"), key.number("q")));
  }

  static Stream<Vectors.Block> rsaSignatures() {
    return RSA.ofKind("signature");
  }

  @ParameterizedTest
  @MethodSource("rsaSignatures")
  void rsaSignaturesAreAsWycheproofSays(Vectors.Block vector) throws Exception {
    var key = rsa(vector.text("key"));
    var algorithm = SigningAlgorithm.valueOf(vector.text("algorithm"));
    var message = vector.bytes("message");
    var signature = vector.bytes("signature");
    boolean valid = Boolean.parseBoolean(vector.text("valid"));
    var digest = MessageDigest.getInstance(algorithm.hash()).digest(message);
    assertThat(key.verify(algorithm, Input.RAW, message, signature)).isEqualTo(valid);
    assertThat(key.verify(algorithm, Input.DIGEST, digest, signature)).isEqualTo(valid);
    if (valid && !algorithm.isPss()) {
      assertThat(key.sign(algorithm, Input.RAW, message)).isEqualTo(signature);
      assertThat(key.sign(algorithm, Input.DIGEST, digest)).isEqualTo(signature);
    }
  }

  static Stream<Vectors.Block> rsaEncryptions() {
    return RSA.ofKind("encryption");
  }

  @ParameterizedTest
  @MethodSource("rsaEncryptions")
  void rsaCiphertextsOpenAsWycheproofSays(Vectors.Block vector) {
    assertThat(
            rsa(vector.text("key"))
                .decrypt(
                    EncryptionAlgorithm.valueOf(vector.text("algorithm")),
                    vector.bytes("ciphertext")))
        .isEqualTo(vector.bytes("message"));
  }

  // Elliptic curves

  private static KeyPair elliptic(Vectors.Block vector) {
    return KeyPair.of(TestKeys.elliptic(KeySpec.valueOf(vector.text("spec")), vector.number("d")));
  }

  static Stream<Vectors.Block> ellipticSignatures() {
    return ELLIPTIC.ofKind("signature");
  }

  /** Which only proves that such signatures are taken: ours are random (RFC 6979, section 3.6). */
  @ParameterizedTest
  @MethodSource("ellipticSignatures")
  void ecdsaSignaturesAreThoseOfRfc6979(Vectors.Block vector) throws IOException {
    var key = elliptic(vector);
    var algorithm = SigningAlgorithm.valueOf(vector.text("algorithm"));
    var message = vector.bytes("message");
    assertThat(
            key.verify(algorithm, Input.RAW, message, der(vector.number("r"), vector.number("s"))))
        .isTrue();
    assertThat(
            key.verify(
                algorithm,
                Input.RAW,
                message,
                der(vector.number("r"), vector.number("s").add(BigInteger.ONE))))
        .isFalse();
  }

  private static byte[] der(BigInteger r, BigInteger s) throws IOException {
    var both = new ASN1EncodableVector();
    both.add(new ASN1Integer(r));
    both.add(new ASN1Integer(s));
    return new DERSequence(both).getEncoded();
  }

  static Stream<Vectors.Block> agreements() {
    return ELLIPTIC.ofKind("agreement");
  }

  @ParameterizedTest
  @MethodSource("agreements")
  void sharedSecretsAreThoseOfCavp(Vectors.Block vector) {
    var spec = KeySpec.valueOf(vector.text("spec"));
    assertThat(elliptic(vector).agree(TestKeys.point(spec, vector.number("x"), vector.number("y"))))
        .isEqualTo(vector.bytes("z"));
  }

  /** RFC 8032, sections 7.1 (test 2) and 7.3: these signatures are deterministic. */
  @Test
  void ed25519FollowsRfc8032() {
    var key = edwards("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    assertThat(key.sign(SigningAlgorithm.ED25519_SHA_512, Input.RAW, hex("72")))
        .isEqualTo(
            hex(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    var preHashed = edwards("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
    assertThat(preHashed.sign(SigningAlgorithm.ED25519_PH_SHA_512, Input.DIGEST, hex("616263")))
        .isEqualTo(
            hex(
                "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"));
  }

  private static KeyPair edwards(String seed) {
    return (KeyPair)
        UsableKey.of(
            KeyMaterial.imported(
                KeySpec.ECC_NIST_EDWARDS25519, hex("302e020100300506032b657004220420" + seed)));
  }

  // HMAC

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

  // ML-DSA

  /**
   * A hundred keys made from known seeds, and their deterministic signatures of the empty message,
   * hashed: the accumulated vectors of C2SP's CCTV. Keys and signatures are Bouncy Castle's, since
   * ours are random; each of them is imported, and each signature verified, here.
   */
  @ParameterizedTest
  @CsvSource({
    "ML_DSA_44, d51148e1f9f4fa1a723a6cf42e25f2a99eb5c1b378b3d2dbbd561b1203beeae4",
    "ML_DSA_65, 8358a1843220194417cadbc2651295cd8fc65125b5a5c1a239a16dc8b57ca199",
    "ML_DSA_87, 8c3ad714777622b8f21ce31bb35f71394f23bc0fcf3c78ace5d608990f3b061b"
  })
  void mlDsaFollowsFips204(KeySpec spec, String expected) throws Exception {
    var parameters =
        switch (spec) {
          case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
          case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
          default -> MLDSAParameters.ml_dsa_87;
        };
    var seeds = new SHAKEDigest(128);
    var all = new SHAKEDigest(128);
    for (int i = 0; i < 100; i++) {
      var seed = new byte[32];
      seeds.doOutput(seed, 0, seed.length);
      var secret = new MLDSAPrivateKeyParameters(parameters, seed);
      var publicKey = secret.getPublicKey();
      all.update(publicKey, 0, publicKey.length);
      var signer = new MLDSASigner();
      signer.init(true, secret);
      var signature = signer.generateSignature();
      all.update(signature, 0, signature.length);
      var key =
          KeyPair.of(
              KeyMaterial.imported(
                  spec, PrivateKeyInfoFactory.createPrivateKeyInfo(secret).getEncoded()));
      assertThat(key.verify(SigningAlgorithm.ML_DSA_SHAKE_256, Input.RAW, new byte[0], signature))
          .isTrue();
    }
    var hash = new byte[32];
    all.doFinal(hash, 0, hash.length);
    assertThat(hash).isEqualTo(hex(expected));
  }

  // AES

  /** The GCM specification's test case 16: AES-256 with associated data. */
  @Test
  void gcmFollowsItsSpecification() throws Exception {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(
            hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"), "AES"),
        new GCMParameterSpec(128, hex("cafebabefacedbaddecaf888")));
    cipher.updateAAD(hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
    assertThat(
            cipher.doFinal(
                hex(
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")))
        .isEqualTo(
            hex(
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    + "76fc6ece0f4e1768cddf8853bb2d551b"));
  }

  /**
   * A ciphertext that another implementation of SP 800-108 and AES-GCM (Python's cryptography) put
   * together: so none that was ever handed out becomes unreadable.
   */
  @Test
  void aCiphertextIsOfTheFormThatIsPromised() {
    var secret = new byte[32];
    for (int i = 0; i < secret.length; i++) {
      secret[i] = (byte) i;
    }
    var envelope =
        new Envelope(
            "123456789012",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "0123456789abcdef0123456789abcdef");
    var context =
        EncryptionContext.encode(Map.of("team", "red", "aws:s3:arn", "arn:aws:s3:::bucket/key"));
    var expected =
        hex(
            "01001cbe991a141234abcd12ab34cd56ef1234567890ab0123456789abcdef0123456789abcdef"
                + "404142434445464748494a4b4c4d4e4f"
                + "c30115851f05448acf29d4494dea3f39dc0e96daa8fad80233");
    var message = "a message".getBytes(StandardCharsets.US_ASCII);
    var key = SymmetricKey.of(secret);
    assertThat(
            envelope.seal(
                key, context, message, HexFormat.of().parseHex("404142434445464748494a4b4c4d4e4f")))
        .isEqualTo(expected);
    assertThat(Envelope.open(key, context, expected)).isEqualTo(message);
  }
}
