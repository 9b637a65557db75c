package dev.bulwark.cloudhsm.jca;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS with a cluster: it must show a certificate in its own name that its owner signed. No other
 * authority counts, whatever the machine trusts.
 */
final class ClusterTls {
  private ClusterTls() {}

  static SSLContext context(CloudHsmSettings settings) throws GeneralSecurityException {
    var none = new char[0];
    var store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
    store.setKeyEntry(
        "client", settings.key(), none, settings.chain().toArray(new X509Certificate[0]));
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, none);
    var context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Cluster(settings)}, null);
    return context;
  }

  private record Cluster(CloudHsmSettings settings) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      try {
        var rules =
            new PKIXBuilderParameters(
                Set.of(new TrustAnchor(settings.trustAnchor(), null)), new X509CertSelector());
        rules.setRevocationEnabled(false);
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(rules));
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(chain, authType);
      } catch (CertificateException e) {
        throw e;
      } catch (GeneralSecurityException e) {
        throw new CertificateException(e);
      }
      if (!isNamed(chain[0], settings.certificateName())) {
        throw new CertificateException("the certificate is not of " + settings.certificateName());
      }
    }

    private static boolean isNamed(X509Certificate certificate, String name) {
      try {
        return new LdapName(certificate.getSubjectX500Principal().getName())
            .getRdns().stream()
                .anyMatch(
                    part -> part.getType().equalsIgnoreCase("CN") && part.getValue().equals(name));
      } catch (InvalidNameException e) {
        return false;
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this is the client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[] {settings.trustAnchor()};
    }
  }
}
