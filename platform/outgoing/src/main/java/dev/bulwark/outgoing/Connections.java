package dev.bulwark.outgoing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers that somebody else has named. Who names an address is not trusted: it is
 * looked up once and checked before the connection goes to just it; time and number are bounded.
 * Thread-safe.
 */
public final class Connections {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final ScheduledExecutorService ALARM =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("outgoing-deadline").factory());

  /** What is done with a connection. */
  @FunctionalInterface
  public interface Exchange<T> {
    T with(Socket socket) throws IOException;
  }

  private final OutgoingSettings settings;
  private final Duration whole;
  private final Semaphore turns;
  private final Lookups lookups;

  /**
   * Connections.
   *
   * @param whole how long an exchange may take, from looking up the name of the server
   * @param mostAtOnce further ones fail at once
   */
  public Connections(OutgoingSettings settings, Duration whole, int mostAtOnce) {
    this(settings, whole, mostAtOnce, Lookups.SYSTEM);
  }

  Connections(OutgoingSettings settings, Duration whole, int mostAtOnce, Lookups lookups) {
    this.settings = settings;
    this.whole = whole;
    this.turns = new Semaphore(mostAtOnce);
    this.lookups = lookups;
  }

  /**
   * Connects to the server of an address, over TLS where it says {@code https}.
   *
   * @param trust decides on the server's certificates; null for the Java runtime's authorities
   * @throws ForbiddenAddressException where Bulwark does not go there
   */
  public <T> T connect(URI uri, @Nullable TrustManager trust, Exchange<T> exchange)
      throws IOException {
    var host = uri.getHost();
    boolean secure = "https".equals(uri.getScheme());
    if (host == null
        || (!secure && !"http".equals(uri.getScheme()))
        || uri.getRawUserInfo() != null) {
      throw new ForbiddenAddressException(uri + " is no address of a web server");
    }
    if (!turns.tryAcquire()) {
      throw new IOException("too many servers are being asked");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    long began = System.nanoTime();
    try (var plain = new Socket()) {
      var address = address(host);
      long left = whole.toNanos() - (System.nanoTime() - began);
      var alarm = ALARM.schedule(() -> closeQuietly(plain), left, TimeUnit.NANOSECONDS);
      try {
        plain.setSoTimeout((int) whole.toMillis());
        plain.connect(new InetSocketAddress(address, port), (int) CONNECT.toMillis());
        if (!secure) {
          return exchange.with(plain);
        }
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
  private InetAddress address(String host) throws IOException {
    var found = lookups.of(host, whole);
    for (var address : found) {
      if (Addresses.isForbidden(address)) {
        throw new ForbiddenAddressException(host + " has the address " + address.getHostAddress());
      }
      if (!settings.privateNetworks() && Addresses.isPrivate(address)) {
        throw new ForbiddenAddressException(
            "%s has the private address %s, which %s=true would allow"
                .formatted(host, address.getHostAddress(), settings.variable()));
      }
    }
    return found[0];
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }

  private static SSLContext context(@Nullable TrustManager trust) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust == null ? null : new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no TLS", e);
    }
  }
}
