package dev.bulwark.identity.sts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Keys and certificates, made once: a certificate authority, a server of this machine that it
 * vouches for, and a SAML provider.
 */
public final class TestKeys {
  public static final char[] PASSWORD = "changeit".toCharArray();

  private static final KeyStore STORE = make();

  private TestKeys() {}

  public static KeyStore store() {
    return STORE;
  }

  public static X509Certificate certificate(String alias) {
    try {
      return (X509Certificate) STORE.getCertificate(alias);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static PrivateKey privateKey(String alias) {
    try {
      return (PrivateKey) STORE.getKey(alias, PASSWORD);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String thumbprint(String alias) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate(alias).getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyStore make() {
    try {
      var folder = Files.createTempDirectory("bulwark-keys");
      var file = folder.resolve("keys.p12");
      try {
        keytool(file, "ca", "-keyalg", "EC", "-groupname", "secp256r1", "-ext", "bc:c");
        keytool(
            file,
            "server",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-signer",
            "ca");
        keytool(file, "saml", "-keyalg", "RSA", "-keysize", "2048");
        return KeyStore.getInstance(file.toFile(), PASSWORD);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static void keytool(Path file, String alias, String... more) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-validity",
                "3650",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString()));
    command.addAll(Arrays.asList(more));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(output);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
