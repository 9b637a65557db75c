package dev.bulwark.server;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * What a server shows of itself.
 *
 * @param chain its certificate first, then those that vouch for it
 */
record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** The DNS names and addresses of a certificate. */
  static List<String> names(X509Certificate certificate) {
    try {
      Collection<List<?>> found = certificate.getSubjectAlternativeNames();
      return found == null
          ? List.of()
          : found.stream().map(name -> name.get(1).toString()).toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
