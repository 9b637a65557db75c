package dev.bulwark.identity.federation;

import dev.bulwark.identity.federation.ProviderException.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Gets documents from identity providers over HTTPS. Who names an address is not trusted: the
 * address is looked up once and checked before the connection goes to just it, redirects are not
 * followed, and answers are bounded in time and size.
 */
public final class ProviderClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WHOLE = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 32;

  private static final ScheduledExecutorService ALARM =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("provider-deadline").factory());

  private final ProviderSettings settings;
  private final List<X509TrustManager> authorities;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);

  /** A client that goes as far as these settings allow. */
  public ProviderClient(ProviderSettings settings) {
    this.settings = settings;
    this.authorities = new ArrayList<>(authorities(null));
    if (!settings.authorities().isEmpty()) {
      authorities.addAll(authorities(keyStore(settings.authorities())));
    }
  }

  /**
   * The body of a document.
   *
   * @param thumbprints of certificates to trust beside the authorities, in hexadecimal
   */
  public byte[] get(URI uri, Collection<String> thumbprints) throws ProviderException {
    try {
      return connected(uri, thumbprints, socket -> HttpGet.run(uri, socket));
    } catch (HttpGet.UnusableException e) {
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
            var chain = socket.getSession().getPeerCertificates();
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

  private interface Exchange<T> {
    T with(SSLSocket socket) throws IOException;
  }

  private <T> T connected(URI uri, Collection<String> thumbprints, Exchange<T> exchange)
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

  private <T> T connect(URI uri, TrustManager trust, Exchange<T> exchange)
      throws ProviderException, IOException {
    var host = uri.getHost();
    if (host == null || !"https".equals(uri.getScheme()) || uri.getRawUserInfo() != null) {
      throw new ProviderException(Problem.FORBIDDEN_ADDRESS, uri + " is no address with https://");
    }
    if (!turns.tryAcquire()) {
      throw new ProviderException(Problem.UNREACHABLE, "too many providers are being asked");
    }
    var port = uri.getPort() < 0 ? 443 : uri.getPort();
    try (var plain = new Socket()) {
      var address = address(host);
      var alarm =
          ALARM.schedule(() -> closeQuietly(plain), WHOLE.toMillis(), TimeUnit.MILLISECONDS);
      try {
        plain.setSoTimeout((int) WHOLE.toMillis());
        plain.connect(new InetSocketAddress(address, port), (int) CONNECT.toMillis());
        var factory = context(trust).getSocketFactory();
        try (var socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
          var parameters = socket.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          socket.setSSLParameters(parameters);
          socket.startHandshake();
          return exchange.with(socket);
        }
      } finally {
        alarm.cancel(false);
      }
    } finally {
      turns.release();
    }
  }

  /** The one address to connect to; a name that means a forbidden one beside others is refused. */
  private InetAddress address(String host) throws ProviderException {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new ProviderException(Problem.UNREACHABLE, "no address of " + host, e);
    }
    for (var address : found) {
      if (Addresses.isForbidden(address)) {
        throw new ProviderException(
            Problem.FORBIDDEN_ADDRESS, host + " has the address " + address.getHostAddress());
      }
      if (!settings.privateNetworks() && Addresses.isPrivate(address)) {
        throw new ProviderException(
            Problem.FORBIDDEN_ADDRESS,
            "%s has the private address %s, which BULWARK_OIDC_ALLOW_PRIVATE=true would allow"
                .formatted(host, address.getHostAddress()));
      }
    }
    return Arrays.stream(found).findFirst().orElseThrow();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }

  private static SSLContext context(TrustManager trust) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }

  private static List<X509TrustManager> authorities(@Nullable KeyStore store) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .toList();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no certificate authorities", e);
    }
  }

  private static KeyStore keyStore(List<X509Certificate> certificates) {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (var certificate : certificates) {
        store.setCertificateEntry(ProviderTrust.thumbprint(certificate), certificate);
      }
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no key store", e);
    }
  }
}
