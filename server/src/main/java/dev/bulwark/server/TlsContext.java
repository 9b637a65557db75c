package dev.bulwark.server;

import dev.bulwark.wire.TlsDetails;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 for a server, with forward secrecy and authenticated encryption alone. Remembers
 * the connection of each thread, since the HTTP server does not tell what was agreed on: it serves
 * a connection from handshake to end on one thread.
 */
final class TlsContext extends SSLContext {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** By their names in Java, the better first, and their names in OpenSSL, as AWS has them. */
  private static final Map<String, String> SUITES = new LinkedHashMap<>();

  static {
    SUITES.put("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256");
    SUITES.put("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384");
    SUITES.put("TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256");
    for (var key : new String[] {"ECDSA", "RSA"}) {
      var java = "TLS_ECDHE_" + key + "_WITH_";
      var openSsl = "ECDHE-" + key + "-";
      SUITES.put(java + "AES_128_GCM_SHA256", openSsl + "AES128-GCM-SHA256");
      SUITES.put(java + "AES_256_GCM_SHA384", openSsl + "AES256-GCM-SHA384");
      SUITES.put(java + "CHACHA20_POLY1305_SHA256", openSsl + "CHACHA20-POLY1305");
    }
    // A client could have the server work by asking for handshakes over and over.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private static final ThreadLocal<SSLSocket> CONNECTION = new ThreadLocal<>();

  private TlsContext(SSLContext inner) {
    super(new Spi(inner), inner.getProvider(), inner.getProtocol());
  }

  /** A context in which the server is who these say. */
  static TlsContext of(TlsIdentities identities) {
    try {
      var inner = SSLContext.getInstance("TLS");
      inner.init(new KeyManager[] {new Keys(identities)}, new TrustManager[0], null);
      return new TlsContext(inner);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /** What this thread's connection has agreed on; null where it has none over TLS. */
  static @Nullable TlsDetails details() {
    var connection = CONNECTION.get();
    if (connection == null) {
      return null;
    }
    var session = connection.getSession();
    var suite = session.getCipherSuite();
    return new TlsDetails(session.getProtocol(), SUITES.getOrDefault(suite, suite));
  }

  /** Shows clients the certificate for the name that they ask for. */
  private static final class Keys extends X509ExtendedKeyManager {
    private final TlsIdentities identities;

    Keys(TlsIdentities identities) {
      this.identities = identities;
    }

    /** The name that the client asks for; empty where it asks for none. */
    private static String serverName(Socket socket) {
      if (socket instanceof SSLSocket secured
          && secured.getHandshakeSession() instanceof ExtendedSSLSession session) {
        for (var name : session.getRequestedServerNames()) {
          if (name instanceof SNIHostName) {
            return new String(name.getEncoded(), StandardCharsets.US_ASCII)
                .toLowerCase(Locale.ROOT);
          }
        }
      }
      return "";
    }

    private TlsIdentity identity(String name) {
      return identities.of(name.isEmpty() ? null : name);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      var name = serverName(socket);
      return identity(name).key().getAlgorithm().equals(keyType) ? name : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return identity(alias).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity(alias).key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
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

  private static final class Spi extends SSLContextSpi {
    private final SSLContext inner;

    Spi(SSLContext inner) {
      this.inner = inner;
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trust,
        @Nullable SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("it is set up already");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new Sockets(inner.getSocketFactory());
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return inner.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return inner.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return inner.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return inner.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return inner.getClientSessionContext();
    }
  }

  /** Makes the server's side of connections that were accepted, and no others. */
  private static final class Sockets extends SSLSocketFactory {
    private final SSLSocketFactory inner;

    Sockets(SSLSocketFactory inner) {
      this.inner = inner;
    }

    @Override
    public Socket createSocket(Socket accepted, @Nullable InputStream consumed, boolean autoClose)
        throws IOException {
      // The HTTP server closes this socket alone: the one below has to close with it.
      var secured =
          (SSLSocket) Objects.requireNonNull(inner.createSocket(accepted, consumed, true));
      var parameters = secured.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      parameters.setCipherSuites(SUITES.keySet().toArray(new String[0]));
      parameters.setUseCipherSuitesOrder(true);
      secured.setSSLParameters(parameters);
      CONNECTION.set(secured);
      return secured;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return inner.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return inner.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) {
      throw new UnsupportedOperationException("a server's");
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException("a server's");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException("a server's");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException("a server's");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      throw new UnsupportedOperationException("a server's");
    }
  }
}
