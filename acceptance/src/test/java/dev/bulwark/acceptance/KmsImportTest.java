package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key material is imported as AWS's guide does it: with the stock aws CLI and OpenSSL. */
class KmsImportTest {
  @TempDir Path folder;
  private Tool aws;
  private Tool openssl;

  @BeforeEach
  void find() {
    var cli = Tool.onPath("aws");
    var program = Tool.onPath("openssl");
    assumeThat(cli).as("the aws CLI is not installed").isPresent();
    assumeThat(program).as("OpenSSL is not installed").isPresent();
    aws = Tool.of(cli.get(), RunningServer.shared(), folder);
    openssl = Tool.of(program.get(), RunningServer.shared(), folder);
  }

  private String text(String query, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--query", query, "--output", "text"));
    return aws.run(all.toArray(String[]::new)).ok();
  }

  private String key(String spec, String usage) {
    return text(
        "KeyMetadata.KeyId",
        "kms",
        "create-key",
        "--origin",
        "EXTERNAL",
        "--key-spec",
        spec,
        "--key-usage",
        usage);
  }

  /** Fetches the wrapping key and the token into the folder. */
  private void parameters(String key, String algorithm) throws Exception {
    var both =
        text(
                "[PublicKey,ImportToken]",
                "kms",
                "get-parameters-for-import",
                "--key-id",
                key,
                "--wrapping-algorithm",
                algorithm,
                "--wrapping-key-spec",
                "RSA_4096")
            .split("\\s+");
    Files.write(folder.resolve("WrappingPublicKey.bin"), Base64.getDecoder().decode(both[0]));
    Files.write(folder.resolve("ImportToken.bin"), Base64.getDecoder().decode(both[1]));
  }

  private void oaep(String in, String out) {
    openssl
        .run(
            "pkeyutl",
            "-encrypt",
            "-in",
            in,
            "-out",
            out,
            "-inkey",
            "WrappingPublicKey.bin",
            "-keyform",
            "DER",
            "-pubin",
            "-pkeyopt",
            "rsa_padding_mode:oaep",
            "-pkeyopt",
            "rsa_oaep_md:sha256",
            "-pkeyopt",
            "rsa_mgf1_md:sha256")
        .ok();
  }

  private void importMaterial(String key) {
    aws.run(
            "kms",
            "import-key-material",
            "--key-id",
            key,
            "--encrypted-key-material",
            "fileb://EncryptedKeyMaterial.bin",
            "--import-token",
            "fileb://ImportToken.bin",
            "--expiration-model",
            "KEY_MATERIAL_DOES_NOT_EXPIRE")
        .ok();
  }

  @Test
  void aSecretByOaep() throws Exception {
    var key = key("HMAC_256", "GENERATE_VERIFY_MAC");
    parameters(key, "RSAES_OAEP_SHA_256");
    var material = new byte[32];
    new Random(9).nextBytes(material);
    Files.write(folder.resolve("PlaintextKeyMaterial.bin"), material);
    oaep("PlaintextKeyMaterial.bin", "EncryptedKeyMaterial.bin");
    importMaterial(key);
    assertThat(text("KeyMetadata.KeyState", "kms", "describe-key", "--key-id", key))
        .isEqualTo("Enabled");
    Files.writeString(folder.resolve("message"), "hello");
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(material, "HmacSHA256"));
    assertThat(
            text(
                "Mac",
                "kms",
                "generate-mac",
                "--key-id",
                key,
                "--mac-algorithm",
                "HMAC_SHA_256",
                "--message",
                "fileb://message"))
        .isEqualTo(
            Base64.getEncoder()
                .encodeToString(mac.doFinal("hello".getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void anRsaKeyByAnAesKey() throws Exception {
    var key = key("RSA_2048", "SIGN_VERIFY");
    parameters(key, "RSA_AES_KEY_WRAP_SHA_256");
    openssl
        .run(
            "genpkey",
            "-algorithm",
            "rsa",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            "private.pem")
        .ok();
    openssl
        .run(
            "pkcs8",
            "-topk8",
            "-nocrypt",
            "-in",
            "private.pem",
            "-outform",
            "der",
            "-out",
            "private.bin")
        .ok();
    openssl.run("rand", "-out", "aes-key.bin", "32").ok();
    openssl
        .run(
            "enc",
            "-id-aes256-wrap-pad",
            "-K",
            HexFormat.of().formatHex(Files.readAllBytes(folder.resolve("aes-key.bin"))),
            "-iv",
            "A65959A6",
            "-in",
            "private.bin",
            "-out",
            "key-material-wrapped.bin")
        .ok();
    oaep("aes-key.bin", "aes-key-wrapped.bin");
    Files.write(
        folder.resolve("EncryptedKeyMaterial.bin"),
        concatenated("aes-key-wrapped.bin", "key-material-wrapped.bin"));
    importMaterial(key);
    Files.writeString(folder.resolve("message"), "hello");
    var signature =
        text(
            "Signature",
            "kms",
            "sign",
            "--key-id",
            key,
            "--signing-algorithm",
            "RSASSA_PKCS1_V1_5_SHA_256",
            "--message",
            "fileb://message");
    Files.write(folder.resolve("signature"), Base64.getDecoder().decode(signature));
    openssl.run("pkey", "-in", "private.pem", "-pubout", "-out", "public.pem").ok();
    assertThat(
            openssl
                .run(
                    "dgst",
                    "-sha256",
                    "-verify",
                    "public.pem",
                    "-signature",
                    "signature",
                    "message")
                .ok())
        .isEqualTo("Verified OK");
  }

  private byte[] concatenated(String... files) throws Exception {
    var all = new java.io.ByteArrayOutputStream();
    for (var file : files) {
      all.writeBytes(Files.readAllBytes(folder.resolve(file)));
    }
    return all.toByteArray();
  }
}
