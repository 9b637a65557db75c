package dev.bulwark.outgoing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * How far the operator lets requests go whose address somebody else has named. By default they go
 * to public addresses alone.
 *
 * @param privateNetworks whether addresses of private networks and of this machine are allowed
 * @param variable the environment variable that would allow them, for messages
 * @param authorities certificate authorities that are trusted beside those of the Java runtime
 */
public record OutgoingSettings(
    boolean privateNetworks, String variable, List<X509Certificate> authorities) {
  public OutgoingSettings {
    authorities = List.copyOf(authorities);
  }

  /**
   * What {@code PREFIX_ALLOW_PRIVATE} and {@code PREFIX_CA_BUNDLE} say.
   *
   * @param prefix for instance {@code BULWARK_OIDC}
   * @throws IllegalArgumentException in words for the operator
   */
  public static OutgoingSettings of(String prefix, Map<String, String> environment) {
    var variable = prefix + "_ALLOW_PRIVATE";
    var allow = environment.getOrDefault(variable, "false");
    if (!allow.equals("true") && !allow.equals("false")) {
      throw new IllegalArgumentException(variable + " takes true or false, not " + allow);
    }
    var bundle = environment.get(prefix + "_CA_BUNDLE");
    return new OutgoingSettings(
        allow.equals("true"),
        variable,
        bundle == null ? List.of() : read(prefix + "_CA_BUNDLE", Path.of(bundle)));
  }

  private static List<X509Certificate> read(String variable, Path bundle) {
    try (var in = Files.newInputStream(bundle)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          variable + " takes a file of certificates in PEM, which " + bundle + " is not", e);
    }
  }
}
