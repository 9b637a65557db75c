package dev.bulwark.identity.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * What the operator allows where identity providers are asked over the network. Who may create a
 * provider chooses an address that Bulwark connects to, so that by default it connects to public
 * ones alone.
 *
 * @param privateNetworks whether addresses of private networks and of this machine are allowed
 * @param authorities certificate authorities that are trusted beside those of the Java runtime
 */
public record ProviderSettings(boolean privateNetworks, List<X509Certificate> authorities) {
  /** Public addresses, and the authorities of the Java runtime. */
  public static final ProviderSettings DEFAULT = new ProviderSettings(false, List.of());

  public ProviderSettings {
    authorities = List.copyOf(authorities);
  }

  /**
   * What {@code BULWARK_OIDC_ALLOW_PRIVATE} and {@code BULWARK_OIDC_CA_BUNDLE} say.
   *
   * @throws IllegalArgumentException in words for the operator
   */
  public static ProviderSettings of(Map<String, String> environment) {
    var allow = environment.getOrDefault("BULWARK_OIDC_ALLOW_PRIVATE", "false");
    if (!allow.equals("true") && !allow.equals("false")) {
      throw new IllegalArgumentException(
          "BULWARK_OIDC_ALLOW_PRIVATE takes true or false, not " + allow);
    }
    var bundle = environment.get("BULWARK_OIDC_CA_BUNDLE");
    return new ProviderSettings(
        allow.equals("true"), bundle == null ? List.of() : read(Path.of(bundle)));
  }

  private static List<X509Certificate> read(Path bundle) {
    try (var in = Files.newInputStream(bundle)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          "BULWARK_OIDC_CA_BUNDLE takes a file of certificates in PEM, which " + bundle + " is not",
          e);
    }
  }
}
