package dev.bulwark.encryption.cloudhsm.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import dev.bulwark.encryption.cloudhsm.ClusterWorld;
import dev.bulwark.encryption.cloudhsm.RawClient;
import dev.bulwark.hsm.SoftHsm;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the port holds out. */
final class HsmFrontTest {
  private static ClusterWorld world;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    world = new ClusterWorld();
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  private static HsmFront front(Duration login, ThreadFactory threads) throws IOException {
    return new HsmFront(world.lab.cloudHsm(), "127.0.0.1", 0, world.lab.clock(), login, threads);
  }

  @Test
  void whoeverTalksWithoutALoginIsNotHeardForLong() throws Exception {
    try (var front = front(Duration.ofSeconds(1), Thread.ofPlatform().daemon().factory());
        var client = RawClient.of(world, world.owner, front.port())) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  assertThat(client.status(Operation.LOG_OUT)).isEqualTo(Status.OK);
                }
              })
          .isInstanceOf(IOException.class);
    }
    try (var front = front(Duration.ofMinutes(1), Thread.ofPlatform().daemon().factory());
        var client = RawClient.of(world, world.owner, front.port())) {
      for (int i = 0; i < 2; i++) {
        assertThat(client.status(Operation.LOG_OUT)).isEqualTo(Status.OK);
        assertThat(client.logIn(ClusterWorld.USER, ClusterWorld.PASSWORD)).isEqualTo(Status.OK);
        assertThat(client.status(Operation.LIST_KEYS, "")).isEqualTo(Status.OK);
      }
    }
  }

  @Test
  void thePortOutlivesASystemWithoutThreads() throws Exception {
    var asked = new AtomicInteger();
    var usual = Thread.ofPlatform().daemon().factory();
    ThreadFactory scarce =
        work -> {
          if (asked.incrementAndGet() == 1) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          return usual.newThread(work);
        };
    try (var front = front(HsmConnection.LOGIN, scarce)) {
      try (var unlucky = new Socket("127.0.0.1", front.port())) {
        assertThat(unlucky.getInputStream().read()).isEqualTo(-1);
      }
      try (var client = RawClient.of(world, world.owner, front.port())) {
        assertThat(client.logIn(ClusterWorld.USER, ClusterWorld.PASSWORD)).isEqualTo(Status.OK);
      }
    }
  }
}
