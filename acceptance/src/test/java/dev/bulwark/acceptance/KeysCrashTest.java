package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The server is killed while keys are made, rotated, imported and deleted; and its key log is
 * damaged while it is down. No key that was acknowledged is lost, and damage is told by name.
 */
class KeysCrashTest {
  private static final long SEED = Long.getLong("crash.seed", 11L);
  private static final int ROUNDS = 2;
  private static final int WORKERS = 4;

  @TempDir Path folder;

  private KmsClient kms(RunningServer server) {
    return server.client(
        KmsClient.builder().overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1))),
        RunningServer.ROOT);
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void keysThatWereAcknowledgedSurviveAKill(TestReporter reporter) throws Exception {
    var random = new Random(SEED);
    var data = folder.resolve("data").toString();
    var workers = new ArrayList<CrashKeys>();
    for (var i = 0; i < WORKERS; i++) {
      workers.add(new CrashKeys(SEED * 31 + i));
    }
    var server = RunningServer.start("--data", data);
    try {
      for (var round = 0; round < ROUNDS; round++) {
        var client = kms(server);
        var enough = new CountDownLatch(40 + random.nextInt(60));
        var threads = new ArrayList<Thread>();
        for (var worker : workers) {
          threads.add(Thread.ofVirtual().start(() -> worker.workUntilItDies(client, enough)));
        }
        assertThat(enough.await(90, TimeUnit.SECONDS)).isTrue();
        server.kill();
        for (var thread : threads) {
          thread.join();
        }
        server = RunningServer.start("--data", data);
        for (var worker : workers) {
          worker.verify(kms(server));
        }
        reporter.publishEntry(
            "round " + round,
            workers.stream().mapToInt(CrashKeys::acknowledged).sum() + " steps acknowledged");
      }
    } finally {
      server.kill();
    }
    assertThat(RunningServer.command("doctor", "--data", data).printed())
        .contains("both copies of the key log are sound");
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void damageOfTheKeyLogIsNamedHealedByItsMirrorAndFatalInBoth() throws Exception {
    var data = folder.resolve("data");
    var plaintext = SdkBytes.fromUtf8String("attack at dawn");
    List<SdkBytes> ciphertexts = new ArrayList<>();
    try (var server = RunningServer.start("--data", data.toString())) {
      for (var i = 0; i < 5; i++) {
        var key = kms(server).createKey().keyMetadata().arn();
        ciphertexts.add(
            kms(server).encrypt(r -> r.keyId(key).plaintext(plaintext)).ciphertextBlob());
      }
    }
    var log = data.resolve("keys/keys.log");
    var mirror = data.resolve("keys-mirror/keys.log");
    var whole = Files.readAllBytes(log);

    // A bit in the middle, then the last record cut off as by a crash.
    var flipped = whole.clone();
    flipped[whole.length / 2] ^= 4;
    for (var damaged : List.of(flipped, Arrays.copyOf(whole, whole.length - 9))) {
      Files.write(log, damaged);
      var report = RunningServer.command("doctor", "--data", data.toString()).printed();
      assertThat(report).contains("record").contains(log.toString());
      try (var server = RunningServer.start("--data", data.toString())) {
        assertOpens(kms(server), ciphertexts, plaintext);
      }
      assertThat(log).hasSameBinaryContentAs(mirror);
      assertThat(RunningServer.command("doctor", "--data", data.toString()).printed())
          .contains("both copies of the key log are sound");
    }

    Files.write(log, flipped);
    Files.write(mirror, flipped);
    assertThat(RunningServer.command("doctor", "--data", data.toString()).printed())
        .contains("is damaged in both copies: put one of them back from a backup");
    var refused = RunningServer.refused(Map.of(), "--data", data.toString());
    assertThat(refused.status()).isNotZero();
    assertThat(refused.printed()).contains("damaged in both copies");
    restore(whole, log, mirror);
    try (var server = RunningServer.start("--data", data.toString())) {
      assertOpens(kms(server), ciphertexts, plaintext);
    }
  }

  private static void restore(byte[] whole, Path... copies) throws IOException {
    for (var copy : copies) {
      Files.write(copy, whole);
    }
  }

  private static void assertOpens(KmsClient kms, List<SdkBytes> ciphertexts, SdkBytes plaintext) {
    for (var ciphertext : ciphertexts) {
      assertThat(kms.decrypt(r -> r.ciphertextBlob(ciphertext)).plaintext()).isEqualTo(plaintext);
    }
  }
}
