package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BodyPipelineTest {
  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static BodyPipeline.Stage into(ByteArrayOutputStream out) {
    return (bytes, count) -> out.write(bytes, 0, count);
  }

  private static void takes(byte[] body, long length) throws IOException {
    var first = new ByteArrayOutputStream();
    var second = new ByteArrayOutputStream();
    long size =
        BodyPipeline.run(
            new ByteArrayInputStream(body), length, List.of(into(first), into(second)));
    assertThat(size).isEqualTo(body.length);
    assertThat(first.toByteArray()).isEqualTo(body);
    assertThat(second.toByteArray()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 262_143, 262_144, 262_145, 5_000_001})
  void everyStageTakesAllInOrder(int length) throws Exception {
    takes(random(length), length);
    takes(random(length), -1);
  }

  @Test
  void manyBodiesComeAtOnce() throws Exception {
    var body = random(300_000);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<?>>();
      for (int i = 0; i < 50; i++) {
        all.add(
            threads.submit(
                () -> {
                  takes(body, body.length);
                  return null;
                }));
      }
      for (var one : all) {
        one.get();
      }
    }
  }

  @Test
  void aFailureOfAStageIsThrownAsItIs() {
    var failure = new IllegalStateException("the disk is full");
    var taken = new AtomicInteger();
    assertThatThrownBy(
            () ->
                BodyPipeline.run(
                    new ByteArrayInputStream(random(4_000_000)),
                    4_000_000,
                    List.of(
                        (bytes, count) -> {
                          if (taken.addAndGet(count) > 1_000_000) {
                            throw failure;
                          }
                        })))
        .isSameAs(failure);
    assertThat(taken.get()).isLessThan(2_000_000);
  }

  @Test
  void whatCameBeforeABodyBrokeOffIsTakenBeforeItIsTold() {
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the client left");
          }
        };
    var taken = new AtomicInteger();
    List<BodyPipeline.Stage> stages = List.of((bytes, count) -> taken.addAndGet(count));
    assertThatThrownBy(
            () ->
                BodyPipeline.run(
                    new SequenceInputStream(new ByteArrayInputStream(random(1 << 20)), broken),
                    2 << 20,
                    stages))
        .hasMessage("the client left");
    assertThat(taken.get()).isEqualTo(1 << 20);
    assertThatThrownBy(
            () -> BodyPipeline.run(new ByteArrayInputStream(random(1 << 20)), 2 << 20, stages))
        .isInstanceOf(EOFException.class);
    assertThat(taken.get()).isEqualTo(2 << 20);
  }
}
