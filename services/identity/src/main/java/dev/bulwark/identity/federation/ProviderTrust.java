package dev.bulwark.identity.federation;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers that an authority vouches for, and those whose chain holds a certificate with one
 * of the thumbprints: as at AWS, a known authority makes thumbprints needless. Whether the
 * certificate is that of the host asked for is checked apart from this.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html">Obtain
 *     the thumbprint for an OpenID Connect identity provider</a>
 */
final class ProviderTrust implements X509TrustManager {
  private static final X509Certificate[] NONE = {};

  private final List<X509TrustManager> authorities;
  private final Set<String> thumbprints;
  private boolean refused;

  /**
   * @param thumbprints SHA-1 of certificates, in lower-case hexadecimal
   */
  ProviderTrust(List<X509TrustManager> authorities, Set<String> thumbprints) {
    this.authorities = authorities;
    this.thumbprints = thumbprints;
  }

  /** The SHA-1 of a certificate, in lower-case hexadecimal: what AWS calls its thumbprint. */
  static String thumbprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate without thumbprint", e);
    }
  }

  boolean refused() {
    return refused;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    for (var authority : authorities) {
      try {
        authority.checkServerTrusted(chain, authType);
        return;
      } catch (CertificateException e) {
        // The next may know it, or a thumbprint.
      }
    }
    if (!isPinned(chain)) {
      refused = true;
      throw new CertificateException("no authority and no thumbprint vouches for the certificate");
    }
  }

  private boolean isPinned(X509Certificate[] chain) throws CertificateException {
    for (int i = 0; i < chain.length; i++) {
      if (thumbprints.contains(thumbprint(chain[i]))) {
        chain[i].checkValidity();
        return i == 0 || leadsTo(chain[i], Arrays.asList(chain).subList(0, i));
      }
    }
    return false;
  }

  private static boolean leadsTo(X509Certificate anchor, List<X509Certificate> path) {
    try {
      var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is asked for a certificate");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
