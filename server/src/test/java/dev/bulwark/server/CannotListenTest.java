package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class CannotListenTest {
  @Test
  void aPortThatIsTaken() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      assertThat(CannotListen.why("127.0.0.1", port, "--tls-port"))
          .isEqualTo(
              "port %d of 127.0.0.1 is taken by another program: stop it, or choose another port with --tls-port"
                  .formatted(port));
    }
  }

  @Test
  void aPortOfTheAdministrator() {
    assertThat(CannotListen.why("127.0.0.1", 80, "--port", "Permission denied"))
        .isEqualTo(
            "port 80 of 127.0.0.1 is not for your user to listen on: choose one from 1024 on with --port");
  }

  @Test
  void anotherReasonIsToldAsTheSystemTellsIt() {
    assertThat(CannotListen.why("192.0.2.1", 8080, "--port", "Cannot assign requested address"))
        .contains("Cannot assign requested address", "--port");
  }
}
