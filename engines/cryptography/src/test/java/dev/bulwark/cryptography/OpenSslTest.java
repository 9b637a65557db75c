package dev.bulwark.cryptography;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenSSL's command line against ours, both ways: another implementation by other people. */
final class OpenSslTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
  private static final Pattern VERSION = Pattern.compile("OpenSSL (\\d+)\\.(\\d+).*");

  @TempDir Path folder;

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

  private void require(int major, int minor, String what) throws Exception {
    var version = new String(openssl(new byte[0], "version"), StandardCharsets.UTF_8).strip();
    var found = VERSION.matcher(version);
    Assumptions.assumeTrue(
        found.matches()
            && Integer.parseInt(found.group(1)) * 100 + Integer.parseInt(found.group(2))
                >= major * 100 + minor,
        version + " has no " + what + ", which came with " + major + "." + minor);
  }

  private KeyPair keep(KeyMaterial material) throws IOException {
    Files.write(folder.resolve("public"), Objects.requireNonNull(material.publicKey()));
    Files.write(folder.resolve("secret"), material.copySecret());
    return KeyPair.of(material);
  }

  @SafeVarargs
  private static String[] arguments(List<String>... parts) {
    return Stream.of(parts).flatMap(List::stream).toArray(String[]::new);
  }

  // Signatures

  static Stream<Arguments> hashedKinds() {
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
  @MethodSource("hashedKinds")
  void signaturesOverDigests(KeySpec spec, SigningAlgorithm algorithm) throws Exception {
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      var key = keep(material);
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

  @ParameterizedTest
  @EnumSource(names = {"ECC_NIST_EDWARDS25519", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
  void signaturesOverMessages(KeySpec spec) throws Exception {
    require(3, spec.family() == KeySpec.Family.ML_DSA ? 5 : 0, spec.javaName());
    var algorithm = SigningAlgorithm.of(spec).getFirst();
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      var key = keep(material);
      Files.write(folder.resolve("message"), MESSAGE);
      Files.write(folder.resolve("signature"), key.sign(algorithm, Input.RAW, MESSAGE));
      var common = List.of("pkeyutl", "-rawin", "-in", "message", "-keyform", "DER");
      openssl(
          new byte[0],
          arguments(
              common, List.of("-verify", "-pubin", "-inkey", "public", "-sigfile", "signature")));
      var theirs = openssl(new byte[0], arguments(common, List.of("-sign", "-inkey", "secret")));
      assertThat(key.verify(algorithm, Input.RAW, MESSAGE, theirs)).isTrue();
    }
  }

  // Encryption

  @ParameterizedTest
  @EnumSource(names = {"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"})
  void oaep(EncryptionAlgorithm algorithm) throws Exception {
    try (var material = KeyMaterial.generate(KeySpec.RSA_2048, RANDOM)) {
      var key = keep(material);
      var hash = algorithm.hash().toLowerCase(Locale.ROOT).replace("-", "");
      var padding =
          List.of(
              "-keyform",
              "DER",
              "-pkeyopt",
              "rsa_padding_mode:oaep",
              "-pkeyopt",
              "rsa_oaep_md:" + hash,
              "-pkeyopt",
              "rsa_mgf1_md:" + hash);
      var theirs =
          openssl(
              MESSAGE,
              arguments(List.of("pkeyutl", "-encrypt", "-pubin", "-inkey", "public"), padding));
      assertThat(key.decrypt(algorithm, theirs)).isEqualTo(MESSAGE);
      var ours = key.encrypt(algorithm, MESSAGE);
      assertThat(
              openssl(ours, arguments(List.of("pkeyutl", "-decrypt", "-inkey", "secret"), padding)))
          .isEqualTo(MESSAGE);
    }
  }

  // Agreements, MACs

  @ParameterizedTest
  @EnumSource(names = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"})
  void sharedSecrets(KeySpec spec) throws Exception {
    try (var ours = KeyMaterial.generate(spec, RANDOM);
        var theirs = KeyMaterial.generate(spec, RANDOM)) {
      keep(theirs);
      Files.write(folder.resolve("peer"), Objects.requireNonNull(ours.publicKey()));
      // pkeyutl reads both keys in one form, and the peer's in PEM alone before 3.0.
      openssl(new byte[0], "pkey", "-pubin", "-inform", "DER", "-in", "peer", "-out", "peer.pem");
      openssl(new byte[0], "pkey", "-inform", "DER", "-in", "secret", "-out", "secret.pem");
      assertThat(
              openssl(
                  new byte[0],
                  "pkeyutl",
                  "-derive",
                  "-inkey",
                  "secret.pem",
                  "-peerkey",
                  "peer.pem"))
          .isEqualTo(KeyPair.of(ours).agree(Objects.requireNonNull(theirs.publicKey())));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"})
  void macs(KeySpec spec) throws Exception {
    try (var material = KeyMaterial.generate(spec, RANDOM)) {
      assertThat(
              openssl(
                  MESSAGE,
                  "dgst",
                  "-sha" + spec.bits(),
                  "-mac",
                  "hmac",
                  "-macopt",
                  "hexkey:" + HexFormat.of().formatHex(material.copySecret()),
                  "-binary"))
          .isEqualTo(((MacKey) UsableKey.of(material)).mac(MESSAGE));
    }
  }
}
