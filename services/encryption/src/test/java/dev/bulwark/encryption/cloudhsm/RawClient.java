package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import java.io.IOException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client that says what it likes, and trusts whomever it talks to. */
public final class RawClient implements AutoCloseable {
  public final SSLSocket socket;

  /**
   * Connects.
   *
   * @param name of the cluster; null to name none
   * @param pair of the certificate; null to show none
   */
  RawClient(
      int port,
      @Nullable String name,
      @Nullable KeyPair pair,
      @Nullable X509Certificate certificate,
      String version)
      throws Exception {
    var keys = KeyManagerFactory.getInstance("PKIX");
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (pair != null) {
      store.setKeyEntry("client", pair.getPrivate(), new char[0], new Certificate[] {certificate});
    }
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), new TrustManager[] {new Credulous()}, null);
    socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    var parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(new String[] {Message.ALPN});
    if (name != null) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
  }

  /** A client of that cluster with a good certificate. */
  static RawClient of(ClusterWorld world, Owner signedBy) throws Exception {
    return of(world, signedBy, world.front.port());
  }

  /** The same at another port. */
  public static RawClient of(ClusterWorld world, Owner signedBy, int port) throws Exception {
    var pair = ClusterWorld.pair();
    return new RawClient(
        port, world.cluster, pair, signedBy.certify("client", pair.getPublic()), "TLSv1.3");
  }

  public Message ask(Operation operation, Object... fields) throws IOException {
    Message.of(operation.code(), fields).write(socket.getOutputStream());
    return Message.read(socket.getInputStream());
  }

  public Status status(Operation operation, Object... fields) throws IOException {
    return Status.of(ask(operation, fields).code());
  }

  public Status logIn(String user, String password) throws IOException {
    return status(Operation.LOG_IN, user, password);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
