package dev.bulwark.encryption.cloudhsm.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who gets a place at the port. */
final class PlacesTest {
  private final Places places = new Places();

  private Socket arrive() {
    var socket = new Socket();
    places.arrive(socket);
    return socket;
  }

  private long admitted(String clusterId, int count) {
    return Stream.generate(this::arrive)
        .limit(count)
        .filter(socket -> places.admit(socket, clusterId))
        .count();
  }

  @Test
  void whoHasShownNothingForTheLongestTimeMakesRoom() {
    var oldest = arrive();
    var next = arrive();
    for (int i = 2; i < Places.MOST_UNKNOWN; i++) {
      arrive();
    }
    assertThat(oldest.isClosed()).isFalse();
    arrive();
    assertThat(oldest.isClosed()).isTrue();
    assertThat(places.admit(oldest, "a")).isFalse();
    assertThat(places.admit(next, "a")).isTrue();
    places.leave(next);
    places.leave(oldest);
  }

  @Test
  void aClusterLeavesRoomForOthers() {
    assertThat(admitted("a", Places.MOST_OF_CLUSTER + 5)).isEqualTo(Places.MOST_OF_CLUSTER);
    var last = arrive();
    assertThat(places.admit(last, "b")).isTrue();
    assertThat(admitted("b", Places.MOST)).isEqualTo(Places.MOST_OF_CLUSTER - 1);
    assertThat(admitted("c", 1)).as("all places are taken").isZero();
    places.leave(last);
    assertThat(admitted("c", 2)).isEqualTo(1);
    places.close();
    assertThat(arrive().isClosed()).isTrue();
  }
}
