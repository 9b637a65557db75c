package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A connection over which the user has logged in. For one thread at a time. */
final class ClusterConnection implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A cluster thinks long about an RSA-4096 key. */
  private static final Duration ANSWER = Duration.ofMinutes(2);

  private final SSLSocket socket;
  private long lastUse = System.nanoTime();

  private ClusterConnection(SSLSocket socket) {
    this.socket = socket;
  }

  /**
   * Connects and logs in.
   *
   * @throws CloudHsmException DENIED, LOCKED or UNAVAILABLE as the cluster says
   */
  static ClusterConnection open(CloudHsmSettings settings, SSLContext context) throws IOException {
    var plain = new Socket();
    try {
      plain.connect(
          new InetSocketAddress(settings.host(), settings.port()),
          Math.toIntExact(CONNECT.toMillis()));
      plain.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
      plain.setTcpNoDelay(true);
      var socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, settings.clusterId(), settings.port(), true);
      var parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setApplicationProtocols(new String[] {Message.ALPN});
      parameters.setServerNames(List.of(new SNIHostName(settings.clusterId())));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      var connection = new ClusterConnection(socket);
      connection.ask(Operation.LOG_IN, settings.user(), settings.password());
      return connection;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /**
   * Asks for something.
   *
   * @throws CloudHsmException where the cluster refuses
   */
  Message ask(Operation operation, Object... fields) throws IOException {
    Message.of(operation.code(), fields).write(socket.getOutputStream());
    var answer = Message.read(socket.getInputStream());
    lastUse = System.nanoTime();
    var status = Status.of(answer.code());
    if (status != Status.OK) {
      throw new CloudHsmException(
          status, answer.fields().isEmpty() ? status.name() : answer.text(0));
    }
    return answer;
  }

  /** How long nothing was asked. */
  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - lastUse);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
