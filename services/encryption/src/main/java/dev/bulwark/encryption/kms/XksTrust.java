package dev.bulwark.encryption.kms;

import dev.bulwark.outgoing.Authorities;
import dev.bulwark.outgoing.OutgoingSettings;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/** Trusts proxies that one of the authorities vouches for. Hosts are checked apart from this. */
final class XksTrust implements X509TrustManager {
  private final List<X509TrustManager> authorities;

  XksTrust(OutgoingSettings settings) {
    authorities = Authorities.of(settings);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    CertificateException refusal = new CertificateException("there are no authorities");
    for (var authority : authorities) {
      try {
        authority.checkServerTrusted(chain, authType);
        return;
      } catch (CertificateException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is asked for a certificate");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
