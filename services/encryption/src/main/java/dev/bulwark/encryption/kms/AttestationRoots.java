package dev.bulwark.encryption.kms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * Whose word on enclaves the operator takes: the root of AWS's Nitro hypervisors, which AWS
 * publishes, or another's. Without any, no attestation counts.
 *
 * @see <a href="https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html">Verifying the
 *     root of trust</a>
 */
public record AttestationRoots(List<X509Certificate> certificates) {
  private static final String VARIABLE = "BULWARK_ATTESTATION_ROOTS";

  /** Nobody's. */
  public static final AttestationRoots NONE = new AttestationRoots(List.of());

  public AttestationRoots {
    certificates = List.copyOf(certificates);
  }

  /**
   * What {@code BULWARK_ATTESTATION_ROOTS} says: a file of certificates in PEM.
   *
   * @throws IllegalArgumentException in words for the operator
   */
  public static AttestationRoots of(Map<String, String> environment) {
    var file = environment.get(VARIABLE);
    if (file == null) {
      return NONE;
    }
    try (var in = Files.newInputStream(Path.of(file))) {
      return new AttestationRoots(
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList());
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          VARIABLE + " takes a file of certificates in PEM, which " + file + " is not", e);
    }
  }
}
