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
  private static final Duration LOGIN = Duration.ofSeconds(30);
  private static final Duration MESSAGE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final CloudHsm cloudHsm;
  private final Socket socket;
  private final Watchdog watchdog;
  private final Clock clock;

  HsmConnection(CloudHsm cloudHsm, Socket socket, Watchdog watchdog, Clock clock) {
    this.cloudHsm = cloudHsm;
    this.socket = socket;
    this.watchdog = watchdog;
    this.clock = clock;
  }

  void run() throws IOException {
    var tls = new ClusterTls(cloudHsm.trust(), clock);
    SSLSocket secured;
    try (var watch = watchdog.limit(socket, HANDSHAKE)) {
      secured = tls.accept(socket);
    }
    socket.setTcpNoDelay(true);
    var address = ((InetSocketAddress) socket.getRemoteSocketAddress()).getAddress();
    var requests =
        new CryptoRequests(
            cloudHsm,
            Objects.requireNonNull(tls.clusterId()),
            new HsmOrigin(address.getHostAddress(), false));
    try (secured) {
      serve(secured, requests);
    } finally {
      requests.end();
    }
  }

  private void serve(SSLSocket secured, CryptoRequests requests) throws IOException {
    while (true) {
      secured.setSoTimeout(Math.toIntExact((requests.hasUser() ? IDLE : LOGIN).toMillis()));
      int first = secured.getInputStream().read();
      if (first < 0) {
        return;
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
      if (last || requests.isOver()) {
        return;
      }
    }
  }

  private Message read(int first, SSLSocket secured) throws IOException {
    try (var watch = watchdog.limit(socket, MESSAGE)) {
      InputStream begun = new ByteArrayInputStream(new byte[] {(byte) first});
      return Message.read(new SequenceInputStream(begun, secured.getInputStream()));
    }
  }
}
