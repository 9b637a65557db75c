package dev.bulwark.identity.federation;

import dev.bulwark.identity.federation.ProviderException.Problem;
import dev.bulwark.outgoing.Authorities;
import dev.bulwark.outgoing.Connections;
import dev.bulwark.outgoing.ForbiddenAddressException;
import dev.bulwark.outgoing.HttpExchange;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Gets documents from identity providers over HTTPS. Who names an address is not trusted: the
 * address is looked up once and checked before the connection goes to just it, redirects are not
 * followed, and answers are bounded in time and size.
 */
public final class ProviderClient {
  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 32;

  private final List<X509TrustManager> authorities;
  private final Connections connections;

  /** A client that goes as far as these settings allow. */
  public ProviderClient(ProviderSettings settings) {
    this.authorities = Authorities.of(settings.outgoing());
    this.connections = new Connections(settings.outgoing(), WHOLE, MOST_AT_ONCE);
  }

  /**
   * The body of a document.
   *
   * @param thumbprints of certificates to trust beside the authorities, in hexadecimal
   */
  public byte[] get(URI uri, Collection<String> thumbprints) throws ProviderException {
    try {
      return connected(uri, thumbprints, socket -> HttpExchange.get(uri, socket));
    } catch (HttpExchange.UnusableException e) {
      throw new ProviderException(Problem.UNUSABLE_ANSWER, uri + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ProviderException(Problem.UNREACHABLE, uri + ": " + e.getMessage(), e);
    }
  }

  /**
   * The thumbprint of the topmost certificate that a server sends, whoever vouches for it: IAM's
   * thumbprint where none is given.
   */
  public String thumbprint(URI uri) throws ProviderException {
    try {
      return connect(
          uri,
          new Anyone(),
          socket -> {
            var chain = ((SSLSocket) socket).getSession().getPeerCertificates();
            return ProviderTrust.thumbprint((X509Certificate) chain[chain.length - 1]);
          });
    } catch (IOException e) {
      throw new ProviderException(Problem.UNREACHABLE, uri + ": " + e.getMessage(), e);
    }
  }

  /** For a look at a server's certificates, with which nothing is exchanged after that. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private <T> T connected(URI uri, Collection<String> thumbprints, Connections.Exchange<T> exchange)
      throws ProviderException, IOException {
    var trust =
        new ProviderTrust(
            authorities,
            thumbprints.stream()
                .map(print -> print.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet()));
    try {
      return connect(uri, trust, exchange);
    } catch (SSLException e) {
      if (trust.refused()) {
        throw new ProviderException(Problem.UNTRUSTED_CERTIFICATE, uri + ": " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private <T> T connect(URI uri, TrustManager trust, Connections.Exchange<T> exchange)
      throws ProviderException, IOException {
    if (!"https".equals(uri.getScheme())) {
      throw new ProviderException(Problem.FORBIDDEN_ADDRESS, uri + " is no address with https://");
    }
    try {
      return connections.connect(uri, trust, exchange);
    } catch (ForbiddenAddressException e) {
      throw new ProviderException(Problem.FORBIDDEN_ADDRESS, String.valueOf(e.getMessage()), e);
    }
  }
}
