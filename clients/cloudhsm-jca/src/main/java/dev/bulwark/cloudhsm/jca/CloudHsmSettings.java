package dev.bulwark.cloudhsm.jca;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * Which cluster, and as whom.
 *
 * @param certificateName the common name of the cluster's certificate: its id, but where it came
 *     from the backup of another cluster, whose certificate it has
 * @param trustAnchor the authority that signed the cluster's certificate, as InitializeCluster got
 *     it
 * @param key of this client's certificate
 * @param chain this client's certificate, and what it takes up to an authority that the cluster
 *     accepts
 * @param user a crypto user
 */
public record CloudHsmSettings(
    String host,
    int port,
    String clusterId,
    String certificateName,
    X509Certificate trustAnchor,
    PrivateKey key,
    List<X509Certificate> chain,
    String user,
    String password) {

  public CloudHsmSettings {
    chain = List.copyOf(chain);
  }

  /** Of a cluster that did not come from a backup. */
  public CloudHsmSettings(
      String host,
      int port,
      String clusterId,
      X509Certificate trustAnchor,
      PrivateKey key,
      List<X509Certificate> chain,
      String user,
      String password) {
    this(host, port, clusterId, clusterId, trustAnchor, key, chain, user, password);
  }

  @Override
  public String toString() {
    return "CloudHsmSettings[%s:%d, %s, %s]".formatted(host, port, clusterId, user);
  }

  /**
   * Reads settings from a file of properties: {@code host}, {@code port}, {@code cluster}, {@code
   * certificate.name} (may be left out), {@code user}, {@code password.file}, {@code trust.anchor}
   * (PEM), {@code client.keystore} (PKCS #12) and {@code client.keystore.password.file}. Names of
   * files are relative to it.
   *
   * @throws IOException where something is missing or cannot be read; it says what
   */
  public static CloudHsmSettings read(Path file) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    var folder = file.toAbsolutePath().resolveSibling("");
    try {
      var store = KeyStore.getInstance("PKCS12");
      var password = secret(folder, properties, "client.keystore.password.file").toCharArray();
      try (var stream = Files.newInputStream(path(folder, properties, "client.keystore"))) {
        store.load(stream, password);
      }
      var alias = store.aliases().nextElement();
      return new CloudHsmSettings(
          value(properties, "host"),
          Integer.parseInt(value(properties, "port")),
          value(properties, "cluster"),
          properties.getProperty("certificate.name", value(properties, "cluster")),
          certificate(path(folder, properties, "trust.anchor")),
          (PrivateKey) store.getKey(alias, password),
          Arrays.stream(store.getCertificateChain(alias)).map(X509Certificate.class::cast).toList(),
          value(properties, "user"),
          secret(folder, properties, "password.file"));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException("The settings in " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String value(Properties properties, String name) {
    var value = properties.getProperty(name, "").strip();
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static Path path(Path folder, Properties properties, String name) {
    return folder.resolve(value(properties, name));
  }

  private static String secret(Path folder, Properties properties, String name) throws IOException {
    return Files.readString(path(folder, properties, name), StandardCharsets.UTF_8).strip();
  }

  private static X509Certificate certificate(Path pem)
      throws IOException, GeneralSecurityException {
    try (var stream = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
    }
  }
}
