package dev.bulwark.encryption.cloudhsm.front;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.encryption.cloudhsm.ClusterTrust;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one connection: the client names a cluster, which shows its certificate and accepts those
 * of its own clients. TLS 1.3 alone, and no session outlives its connection, so that none is taken
 * up under the name of another cluster.
 */
final class ClusterTls {
  private static final String ALIAS = "cluster";

  private final ClusterTrust trust;
  private final Clock clock;
  private @Nullable String clusterId;
  private ClusterTrust.@Nullable Identity identity;

  ClusterTls(ClusterTrust trust, Clock clock) {
    this.trust = trust;
    this.clock = clock;
  }

  /** Whose connection it is; null before the handshake has come so far. */
  @Nullable String clusterId() {
    return clusterId;
  }

  /**
   * The handshake.
   *
   * @throws IOException where the client, or what it shows, is not accepted
   */
  SSLSocket accept(Socket socket) throws IOException {
    try {
      var context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {new Keys()}, new TrustManager[] {new Clients()}, null);
      var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
      var parameters = secured.getSSLParameters();
      parameters.setNeedClientAuth(true);
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setApplicationProtocols(new String[] {Message.ALPN});
      parameters.setSNIMatchers(List.of(new ByName()));
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      if (identity == null) {
        throw new IOException("the client named no cluster");
      }
      // One that offers no protocol at all is not refused by the handshake.
      if (!Message.ALPN.equals(secured.getApplicationProtocol())) {
        throw new IOException("the client does not speak " + Message.ALPN);
      }
      return secured;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3", e);
    }
  }

  private final class ByName extends SNIMatcher {
    ByName() {
      super(StandardConstants.SNI_HOST_NAME);
    }

    @Override
    public boolean matches(SNIServerName name) {
      var asked = new String(name.getEncoded(), StandardCharsets.US_ASCII);
      identity = trust.of(asked).orElse(null);
      clusterId = asked;
      return identity != null;
    }
  }

  private Optional<ClusterTrust.Identity> identity() {
    return Optional.ofNullable(identity);
  }

  private final class Keys extends X509ExtendedKeyManager {
    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return identity != null && keyType.equals("RSA") ? ALIAS : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return identity().map(own -> own.chain().toArray(new X509Certificate[0])).orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return identity().map(ClusterTrust.Identity::key).orElse(null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyType, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }
  }

  private final class Clients implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      var own = identity().orElseThrow(() -> new CertificateException("no cluster was named"));
      try {
        var anchors =
            own.anchors().stream()
                .map(anchor -> new TrustAnchor(anchor, null))
                .collect(Collectors.toSet());
        var rules = new PKIXBuilderParameters(anchors, new X509CertSelector());
        rules.setRevocationEnabled(false);
        rules.setDate(Date.from(clock.instant()));
        var factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(rules));
        ((X509TrustManager) factory.getTrustManagers()[0]).checkClientTrusted(chain, authType);
      } catch (GeneralSecurityException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this is the server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
