package dev.bulwark.encryption.cloudhsm.front;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Status;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.HsmOrigin;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLSocket;

/** One connection, from its handshake to its end: a request, an answer, and so on. */
final class HsmConnection {
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  /** How long a client has for its login, however much else it says. */
  static final Duration LOGIN = Duration.ofSeconds(30);

  private static final Duration MESSAGE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final CloudHsm cloudHsm;
  private final Socket socket;
  private final Places places;
  private final Watchdog watchdog;
  private final Clock clock;
  private final Duration login;

  HsmConnection(
      CloudHsm cloudHsm,
      Socket socket,
      Places places,
      Watchdog watchdog,
      Clock clock,
      Duration login) {
    this.cloudHsm = cloudHsm;
    this.socket = socket;
    this.places = places;
    this.watchdog = watchdog;
    this.clock = clock;
    this.login = login;
  }

  void run() throws IOException {
    var tls = new ClusterTls(cloudHsm.trust(), clock);
    SSLSocket secured;
    try (var watch = watchdog.limit(socket, HANDSHAKE)) {
      secured = tls.accept(socket);
    }
    var clusterId = Objects.requireNonNull(tls.clusterId());
    if (!places.admit(socket, clusterId)) {
      return;
    }
    socket.setTcpNoDelay(true);
    var address = ((InetSocketAddress) socket.getRemoteSocketAddress()).getAddress();
    var requests =
        new CryptoRequests(cloudHsm, clusterId, new HsmOrigin(address.getHostAddress(), false));
    try (secured) {
      boolean more = true;
      while (more) {
        more = requests.hasUser() ? serveUser(secured, requests) : serveNobody(secured, requests);
      }
    } finally {
      requests.end();
    }
  }

  /** Serves a client until it has logged in; answers whether the connection goes on. */
  private boolean serveNobody(SSLSocket secured, CryptoRequests requests) throws IOException {
    try (var watch = watchdog.limit(socket, login)) {
      boolean more = true;
      while (more && !requests.hasUser()) {
        more = serveOne(secured, requests);
      }
      return more;
    }
  }

  /** Serves a user until their session ends; answers whether the connection goes on. */
  private boolean serveUser(SSLSocket secured, CryptoRequests requests) throws IOException {
    secured.setSoTimeout(Math.toIntExact(IDLE.toMillis()));
    boolean more = true;
    while (more && requests.hasUser()) {
      more = serveOne(secured, requests);
    }
    return more;
  }

  /** Answers a request; answers whether the connection goes on. */
  private boolean serveOne(SSLSocket secured, CryptoRequests requests) throws IOException {
    int first = secured.getInputStream().read();
    if (first < 0) {
      return false;
    }
    Message answer;
    boolean last = false;
    try {
      answer = requests.answer(read(first, secured));
    } catch (ProtocolException e) {
      answer = Message.of(Status.BAD_REQUEST.code(), String.valueOf(e.getMessage()));
      last = true;
    }
    try (var watch = watchdog.limit(socket, MESSAGE)) {
      answer.write(secured.getOutputStream());
    }
    return !last && !requests.isOver();
  }

  private Message read(int first, SSLSocket secured) throws IOException {
    try (var watch = watchdog.limit(socket, MESSAGE)) {
      InputStream begun = new ByteArrayInputStream(new byte[] {(byte) first});
      return Message.read(new SequenceInputStream(begun, secured.getInputStream()));
    }
  }
}
