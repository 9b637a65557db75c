package dev.bulwark.cloudhsm.jca;

import java.io.IOException;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Java's cryptography with the keys of a crypto user in a CloudHSM cluster.
 *
 * <p>Make one from settings, or name this class in {@code java.security} with a file of {@linkplain
 * CloudHsmSettings#read settings}. The first use connects.
 */
public final class CloudHsmProvider extends Provider implements AutoCloseable {
  /** How it is called, if it was made from nothing else. */
  public static final String NAME = "BulwarkCloudHSM";

  private static final long serialVersionUID = 1L;
  private static final List<Integer> HASHES = List.of(256, 384, 512);
  private static final Map<String, String> SECRET = keys(HsmKey.Secret.class);
  private static final Map<String, String> RSA = keys(HsmKey.RsaPrivate.class);
  private static final Map<String, String> EC = keys(HsmKey.EcPrivate.class);

  private final transient @Nullable Cluster cluster;

  /** For {@code java.security}, and {@code Security.getProvider(NAME).configure(FILE)}. */
  public CloudHsmProvider() {
    super(NAME, "1.0", "Keys in CloudHSM clusters of Bulwark; not configured");
    cluster = null;
  }

  /** The provider of one cluster and one user. */
  public CloudHsmProvider(CloudHsmSettings settings) {
    super(NAME, "1.0", "Keys in " + settings.clusterId());
    cluster = new Cluster(settings);
    addServices(new HsmKeys(cluster));
  }

  @Override
  public Provider configure(String file) {
    try {
      return new CloudHsmProvider(CloudHsmSettings.read(Path.of(file)));
    } catch (IOException e) {
      throw new InvalidParameterException(e.getMessage(), e);
    }
  }

  @Override
  public boolean isConfigured() {
    return cluster != null;
  }

  /**
   * The user's keys.
   *
   * @throws IllegalStateException where the provider was not configured
   */
  public HsmKeys hsmKeys() {
    if (cluster == null) {
      throw new IllegalStateException("the provider was not configured");
    }
    return new HsmKeys(cluster);
  }

  /** Closes the connections. */
  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Makes JCA ask other providers where the key is not of a cluster. */
  private static Map<String, String> keys(Class<?> type) {
    return Map.of("SupportedKeyClasses", type.getName());
  }

  private void addServices(HsmKeys keys) {
    add("KeyStore", NAME, Map.of(), () -> new HsmKeyStore(keys));
    add(
        "KeyGenerator",
        "AES",
        Map.of(),
        () -> new SecretGenerator(keys, "AES_", List.of(128, 192, 256)));
    add(
        "KeyPairGenerator",
        "RSA",
        Map.of(),
        () -> new PairGenerator(keys, "RSA_", List.of(2048, 3072, 4096)));
    add(
        "KeyPairGenerator",
        "EC",
        Map.of(),
        () -> new PairGenerator(keys, "EC_P", List.of(256, 384, 521)));
    add("Cipher", "AES/GCM/NoPadding", SECRET, GcmCipher::new);
    add("Cipher", "RSA/ECB/OAEPPadding", RSA, () -> new OaepCipher("SHA-1"));
    add("Cipher", "RSA/ECB/OAEPWithSHA-1AndMGF1Padding", RSA, () -> new OaepCipher("SHA-1"));
    add("Signature", HsmSignature.PSS, RSA, () -> new HsmSignature(HsmSignature.Scheme.RSA_PSS, 0));
    for (int bits : HASHES) {
      add(
          "KeyGenerator",
          "HmacSHA" + bits,
          Map.of(),
          () -> new SecretGenerator(keys, "HMAC_", List.of(bits)));
      add("Mac", "HmacSHA" + bits, SECRET, () -> new HsmMac(bits));
      add(
          "Cipher",
          "RSA/ECB/OAEPWithSHA-" + bits + "AndMGF1Padding",
          RSA,
          () -> new OaepCipher("SHA-" + bits));
      add(
          "Signature",
          "SHA" + bits + "withRSA",
          RSA,
          () -> new HsmSignature(HsmSignature.Scheme.RSA_PKCS1, bits));
      add(
          "Signature",
          "SHA" + bits + "withECDSA",
          EC,
          () -> new HsmSignature(HsmSignature.Scheme.ECDSA, bits));
    }
  }

  @FunctionalInterface
  private interface Maker {
    Object make();
  }

  private void add(String type, String algorithm, Map<String, String> attributes, Maker maker) {
    putService(
        new Service(this, type, algorithm, maker.getClass().getName(), null, attributes) {
          @Override
          public Object newInstance(@Nullable Object parameter) {
            return maker.make();
          }
        });
  }
}
