package dev.bulwark.outgoing;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/** Trusts servers that one of these authorities vouches for. */
public final class AuthorityTrust implements X509TrustManager {
  private final List<X509TrustManager> authorities;

  public AuthorityTrust(List<X509TrustManager> authorities) {
    this.authorities = List.copyOf(authorities);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    CertificateException refusal = null;
    for (var authority : authorities) {
      try {
        authority.checkServerTrusted(chain, authType);
        return;
      } catch (CertificateException e) {
        refusal = e;
      }
    }
    throw refusal == null ? new CertificateException("no authority is trusted") : refusal;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("clients are not asked for certificates here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
