package dev.bulwark.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What keys in tokens do, against the JDK's own algorithms. */
final class TokenKeysTest {
  private static final String LABEL = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";
  private static final byte[] PIN = "a pin of the user, long".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OFFICER = "an officer's pin".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private SoftHsm hsm;
  private Token token;

  @BeforeEach
  void open() {
    var library = SoftHsm.findLibrary(System.getenv());
    assumeTrue(library.isPresent(), SoftHsm.INSTALL);
    hsm = SoftHsm.open(library.get(), folder);
    token = hsm.create(LABEL, PIN, OFFICER);
  }

  @AfterEach
  void close() {
    if (hsm != null) {
      hsm.close();
    }
  }

  private static void assertKind(HsmException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HsmException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private PublicKey publicKey(String name, KeySpec spec) throws Exception {
    return KeyFactory.getInstance(spec.kind().name())
        .generatePublic(new X509EncodedKeySpec(token.publicKey(name)));
  }

  private static byte[] digest(Hash hash) throws Exception {
    return MessageDigest.getInstance(hash.name().replace('_', '-')).digest(TEXT);
  }

  private static String bits(Hash hash) {
    return hash.name().substring("SHA_".length());
  }

  @ParameterizedTest
  @EnumSource(names = {"EC_P256", "EC_P384", "EC_P521"})
  void whatACurveKeySignsTheJdkVerifies(KeySpec spec) throws Exception {
    token.generate("k", spec);
    for (var hash : List.of(Hash.SHA_256, Hash.SHA_384, Hash.SHA_512)) {
      var signature = token.sign("k", Scheme.ECDSA, hash, digest(hash));
      assertThat(signature).hasSize(2 * spec.bytes());
      var verifier = Signature.getInstance("SHA" + bits(hash) + "withECDSAinP1363Format");
      verifier.initVerify(publicKey("k", spec));
      verifier.update(TEXT);
      assertThat(verifier.verify(signature)).isTrue();
      assertThat(token.verify("k", Scheme.ECDSA, hash, digest(hash), signature)).isTrue();
      signature[5] ^= 1;
      assertThat(token.verify("k", Scheme.ECDSA, hash, digest(hash), signature)).isFalse();
    }
  }

  @Test
  void whatAnRsaKeySignsTheJdkVerifies() throws Exception {
    token.generate("k", KeySpec.RSA_2048);
    var publicKey = publicKey("k", KeySpec.RSA_2048);
    for (var hash : List.of(Hash.SHA_256, Hash.SHA_384, Hash.SHA_512)) {
      var pkcs1 = token.sign("k", Scheme.RSA_PKCS1, hash, digest(hash));
      var verifier = Signature.getInstance("SHA" + bits(hash) + "withRSA");
      verifier.initVerify(publicKey);
      verifier.update(TEXT);
      assertThat(verifier.verify(pkcs1)).isTrue();
      var pss = token.sign("k", Scheme.RSA_PSS, hash, digest(hash));
      var pssVerifier = Signature.getInstance("RSASSA-PSS");
      pssVerifier.setParameter(
          new PSSParameterSpec(
              "SHA-" + bits(hash),
              "MGF1",
              new MGF1ParameterSpec("SHA-" + bits(hash)),
              hash.bytes(),
              1));
      pssVerifier.initVerify(publicKey);
      pssVerifier.update(TEXT);
      assertThat(pssVerifier.verify(pss)).isTrue();
      assertThat(token.verify("k", Scheme.RSA_PSS, hash, digest(hash), pss)).isTrue();
      assertThat(token.verify("k", Scheme.RSA_PKCS1, hash, digest(hash), pss)).isFalse();
    }
  }

  @Test
  void anRsaKeyDecryptsWhatTheJdkEncryptedAndTheOtherWayRound() throws Exception {
    token.generate("k", KeySpec.RSA_2048);
    var publicKey = publicKey("k", KeySpec.RSA_2048);
    for (var hash : Hash.values()) {
      for (var mgf : List.of(Hash.SHA_1, hash)) {
        var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
            Cipher.ENCRYPT_MODE,
            publicKey,
            new OAEPParameterSpec(
                "SHA-" + bits(hash),
                "MGF1",
                new MGF1ParameterSpec("SHA-" + bits(mgf)),
                PSource.PSpecified.DEFAULT));
        assertThat(token.decryptOaep("k", hash, mgf, cipher.doFinal(TEXT))).isEqualTo(TEXT);
        var sealed = token.encryptOaep("k", hash, mgf, TEXT);
        assertThat(token.decryptOaep("k", hash, mgf, sealed)).isEqualTo(TEXT);
        sealed[9] ^= 1;
        assertKind(HsmException.Kind.BAD_DATA, () -> token.decryptOaep("k", hash, mgf, sealed));
      }
    }
    var modulus = ((java.security.interfaces.RSAPublicKey) publicKey).getModulus();
    var tooLarge = modulus.add(BigInteger.ONE).toByteArray();
    assertKind(
        HsmException.Kind.BAD_DATA,
        () ->
            token.decryptOaep(
                "k", Hash.SHA_256, Hash.SHA_256, Arrays.copyOfRange(tooLarge, 1, 257)));
    assertKind(
        HsmException.Kind.BAD_DATA,
        () -> token.encryptOaep("k", Hash.SHA_256, Hash.SHA_256, new byte[191]));
  }

  @Test
  void aKeyThatWasWrappedElsewhereIsTheSameInside() throws Exception {
    token.generate("pair", KeySpec.RSA_2048);
    var kek = new SecretKeySpec(new byte[32], "AES");
    var oaep = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    oaep.init(Cipher.WRAP_MODE, publicKey("pair", KeySpec.RSA_2048));
    token.unwrap("kek", KeySpec.AES_256, "pair", oaep.wrap(kek));
    var secret = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes("US-ASCII"), "HMAC");
    var kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.WRAP_MODE, kek);
    var wrapped = kwp.wrap(secret);
    token.unwrap("mac", KeySpec.HMAC_256, "kek", wrapped);
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(secret);
    assertThat(token.mac("mac", Hash.SHA_256, TEXT)).isEqualTo(mac.doFinal(TEXT));
    var gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(Cipher.ENCRYPT_MODE, kek, new GCMParameterSpec(128, new byte[12]));
    var plain = gcm.doFinal(TEXT);
    assertThat(token.decrypt("kek", new byte[12], new byte[0], plain)).isEqualTo(TEXT);
    assertThat(token.encrypt("kek", new byte[12], new byte[0], TEXT)).isEqualTo(plain);
    plain[0] ^= 1;
    assertKind(
        HsmException.Kind.BAD_DATA, () -> token.decrypt("kek", new byte[12], new byte[0], plain));
    assertKind(HsmException.Kind.REFUSED, () -> token.extract("mac"));
    assertKind(
        HsmException.Kind.BAD_DATA, () -> token.unwrap("x", KeySpec.AES_128, "kek", wrapped));
    wrapped[3] ^= 1;
    assertKind(
        HsmException.Kind.BAD_DATA, () -> token.unwrap("x", KeySpec.HMAC_256, "kek", wrapped));
    assertKind(
        HsmException.Kind.REFUSED, () -> token.unwrap("x", KeySpec.HMAC_256, "mac", wrapped));
    assertThat(token.names()).containsExactlyInAnyOrder("pair", "kek", "mac");
  }

  @Test
  void aWrappedKeyHasTheLengthOfItsKind() throws Exception {
    token.generate("pair", KeySpec.RSA_2048);
    var kek = new SecretKeySpec(new byte[16], "AES");
    var oaep = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    oaep.init(Cipher.WRAP_MODE, publicKey("pair", KeySpec.RSA_2048));
    token.unwrap("kek", KeySpec.AES_128, "pair", oaep.wrap(kek));
    var kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.WRAP_MODE, kek);
    // RFC 5649 fills up to multiples of 8: from outside, 27 bytes are as long as 32.
    for (int length : List.of(5, 16, 27, 33)) {
      var wrong = new SecretKeySpec(new byte[length], "any");
      for (var spec : List.of(KeySpec.HMAC_512, KeySpec.HMAC_256, KeySpec.AES_256)) {
        assertKind(
            HsmException.Kind.BAD_DATA, () -> token.unwrap("x", spec, "pair", oaep.wrap(wrong)));
        assertKind(
            HsmException.Kind.BAD_DATA, () -> token.unwrap("x", spec, "kek", kwp.wrap(wrong)));
      }
    }
    for (var spec : List.of(KeySpec.AES_192, KeySpec.HMAC_384, KeySpec.HMAC_512)) {
      var right = new SecretKeySpec(new byte[spec.bytes()], "any");
      token.unwrap("o-" + spec, spec, "pair", oaep.wrap(right));
      token.unwrap("k-" + spec, spec, "kek", kwp.wrap(right));
      assertThat(token.describe("k-" + spec).spec()).isEqualTo(spec);
    }
    assertThat(token.names()).hasSize(8);
  }

  @Test
  void keysDoOnlyWhatTheirKindDoes() {
    token.generate("ec", KeySpec.EC_P256);
    token.generate("mac", KeySpec.HMAC_256);
    token.generate("aes", KeySpec.AES_128);
    assertThat(token.keys())
        .containsExactlyInAnyOrder(
            new TokenKey("ec", KeySpec.EC_P256),
            new TokenKey("mac", KeySpec.HMAC_256),
            new TokenKey("aes", KeySpec.AES_128));
    var digest = new byte[32];
    assertKind(
        HsmException.Kind.REFUSED, () -> token.sign("ec", Scheme.RSA_PSS, Hash.SHA_256, digest));
    assertKind(
        HsmException.Kind.REFUSED, () -> token.sign("aes", Scheme.ECDSA, Hash.SHA_256, digest));
    assertKind(
        HsmException.Kind.BAD_DATA, () -> token.sign("ec", Scheme.ECDSA, Hash.SHA_384, digest));
    assertKind(HsmException.Kind.REFUSED, () -> token.mac("mac", Hash.SHA_512, TEXT));
    assertKind(HsmException.Kind.REFUSED, () -> token.publicKey("aes"));
    assertKind(HsmException.Kind.REFUSED, () -> token.extract("ec"));
    assertKind(
        HsmException.Kind.REFUSED, () -> token.encrypt("mac", new byte[12], new byte[0], TEXT));
    assertKind(HsmException.Kind.REFUSED, () -> token.generate("ec", KeySpec.AES_256));
    assertKind(HsmException.Kind.REFUSED, () -> token.generate("", KeySpec.AES_256));
    token.destroy("ec");
    assertKind(HsmException.Kind.NOT_FOUND, () -> token.publicKey("ec"));
    token.generate("ec", KeySpec.EC_P384);
    assertThat(token.keys()).contains(new TokenKey("ec", KeySpec.EC_P384));
  }

  @Test
  void pairsComeBackFromAnArchive() throws Exception {
    token.generate("ec", KeySpec.EC_P256);
    var publicKey = token.publicKey("ec");
    var archive = new ByteArrayOutputStream();
    hsm.archive(List.of(LABEL), archive);
    hsm.restore(new ByteArrayInputStream(archive.toByteArray()), Map.of(LABEL, OTHER));
    var restored = hsm.token(OTHER, PIN);
    assertThat(restored.publicKey("ec")).isEqualTo(publicKey);
    var signature = restored.sign("ec", Scheme.ECDSA, Hash.SHA_256, digest(Hash.SHA_256));
    assertThat(token.verify("ec", Scheme.ECDSA, Hash.SHA_256, digest(Hash.SHA_256), signature))
        .isTrue();
  }
}
