package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Bulwark's API against the empty server, in turns within one run, so that the ratios hold however
 * fast the machine is at the time.
 */
public final class ApiBenchmark {
  private static final int OBJECT_BYTES = 4096;
  private static final int OBJECTS = 2000;
  private static final int ROUNDS = 3;
  private static final String IDENTITY = "Action=GetCallerIdentity&Version=2011-06-15";

  private final Duration warmUp;
  private final Duration round;
  private final StringBuilder failures = new StringBuilder();

  private ApiBenchmark(boolean quick) {
    warmUp = Duration.ofSeconds(quick ? 6 : 20);
    round = Duration.ofSeconds(quick ? 2 : 6);
  }

  /** Runs all; {@code --quick} for a first impression. */
  public static void main(String[] args) throws Exception {
    new ApiBenchmark(Arrays.asList(args).contains("--quick")).run();
  }

  private void run() throws Exception {
    var data = Files.createTempDirectory("bulwark-bench");
    try (var empty = ServerProcess.empty(0);
        var bulwark = ServerProcess.bulwark(freePort(), data)) {
      var plain = new Requests("", "", empty.port());
      var signed = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, bulwark.port());
      var toEmpty = new LoadDriver(empty.port());
      var toBulwark = new LoadDriver(bulwark.port());
      Thread.sleep(3000);
      System.out.printf("idle resident set: %d MiB (limit 160)%n", bulwark.residentMiB());

      var identity = List.of(signed.query("sts", IDENTITY));
      compare(
          "sts:GetCallerIdentity, concurrency 16",
          bulwark,
          toEmpty,
          List.of(
              plain.plain(
                  "POST", "/420", IDENTITY.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
          toBulwark,
          identity,
          16,
          0.45);

      var body = new byte[OBJECT_BYTES];
      Arrays.fill(body, (byte) 'x');
      toBulwark.runOnce(List.of(signed.s3("PUT", "/bench", "", new byte[0])), 1);
      var puts = new ArrayList<byte[]>();
      var gets = new ArrayList<byte[]>();
      for (var i = 0; i < OBJECTS; i++) {
        puts.add(signed.s3("PUT", "/bench/object-" + i, "", body));
        gets.add(signed.s3("GET", "/bench/object-" + i, "", new byte[0]));
      }
      toBulwark.runOnce(puts, 16);
      compare(
          "s3:GetObject 4 KiB, concurrency 16",
          bulwark,
          toEmpty,
          List.of(plain.plain("GET", "/" + OBJECT_BYTES, new byte[0])),
          toBulwark,
          gets,
          16,
          0.40);
      bucketKeys(bulwark, signed, toBulwark, gets, body);
      puts(bulwark, toEmpty, List.of(plain.plain("PUT", "/0", body)), toBulwark, puts, data);
      KmsCalls.against(signed, bulwark.port())
          .compare(
              (name, calls, wanted) ->
                  compare(name, bulwark, toBulwark, identity, toBulwark, calls, 16, wanted));
      System.out.printf("resident set after the load: %d MiB%n", bulwark.residentMiB());
    } finally {
      delete(data);
    }
    starts();
    if (!failures.isEmpty()) {
      System.out.print("\nMissed:\n" + failures);
    }
  }

  /** Reads of objects under a bucket key, which ask KMS each, against those of others. */
  private void bucketKeys(
      ServerProcess bulwark, Requests signed, LoadDriver driver, List<byte[]> plain, byte[] body)
      throws Exception {
    var encryption =
        """
        <ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>\
        <ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault>\
        <BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>""";
    driver.runOnce(List.of(signed.s3("PUT", "/bench-kms", "", new byte[0])), 1);
    driver.runOnce(
        List.of(
            signed.s3(
                "PUT",
                "/bench-kms",
                "encryption=",
                encryption.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
        1);
    var puts = new ArrayList<byte[]>();
    var gets = new ArrayList<byte[]>();
    for (var i = 0; i < OBJECTS; i++) {
      puts.add(signed.s3("PUT", "/bench-kms/object-" + i, "", body));
      gets.add(signed.s3("GET", "/bench-kms/object-" + i, "", new byte[0]));
    }
    driver.runOnce(puts, 16);
    compare(
        "s3:GetObject 4 KiB under a bucket key, concurrency 16, to others",
        bulwark,
        driver,
        plain,
        driver,
        gets,
        16,
        0.87);
  }

  private void compare(
      String name,
      ServerProcess bulwark,
      LoadDriver toEmpty,
      List<byte[]> plain,
      LoadDriver toBulwark,
      List<byte[]> signed,
      int connections,
      double wanted)
      throws Exception {
    toEmpty.run(plain, connections, warmUp);
    toBulwark.run(signed, connections, warmUp);
    var ratios = new double[ROUNDS];
    for (var i = 0; i < ROUNDS; i++) {
      var base = toEmpty.run(plain, connections, round);
      var before = bulwark.processorMicros();
      var ours = toBulwark.run(signed, connections, round);
      var each = (bulwark.processorMicros() - before) / ours.requests();
      ratios[i] = ours.perSecond() / base.perSecond();
      System.out.printf(
          "%s: %.0f/s (p50 %.0f us, p99 %.0f us, %d us of processor), compared with %.0f/s, ratio %.2f%n",
          name, ours.perSecond(), ours.p50(), ours.p99(), each, base.perSecond(), ratios[i]);
    }
    Arrays.sort(ratios);
    verdict(name, ratios[ROUNDS / 2], wanted);
  }

  private void puts(
      ServerProcess bulwark,
      LoadDriver toEmpty,
      List<byte[]> plain,
      LoadDriver toBulwark,
      List<byte[]> puts,
      Path data)
      throws Exception {
    var name = "s3:PutObject 4 KiB durable, concurrency 64";
    toBulwark.run(puts, 64, warmUp);
    toEmpty.run(plain, 64, warmUp);
    var best = new double[ROUNDS];
    for (var i = 0; i < ROUNDS; i++) {
      var base = toEmpty.run(plain, 64, round);
      var single = fsyncedAppends(data);
      var before = bulwark.processorMicros();
      var ours = toBulwark.run(puts, 64, round);
      var each = (bulwark.processorMicros() - before) / ours.requests();
      best[i] =
          Math.max(ours.perSecond() / (5 * single), ours.perSecond() / (0.35 * base.perSecond()));
      System.out.printf(
          "%s: %.0f/s (p50 %.0f us, p99 %.0f us, %d us of processor); single fsynced appends %.0f/s (x%.1f), empty server %.0f/s (ratio %.2f)%n",
          name,
          ours.perSecond(),
          ours.p50(),
          ours.p99(),
          each,
          single,
          ours.perSecond() / single,
          base.perSecond(),
          ours.perSecond() / base.perSecond());
    }
    Arrays.sort(best);
    verdict(name + " (share of the lower of its two limits)", best[ROUNDS / 2], 1.0);
  }

  private double fsyncedAppends(Path data) throws IOException {
    var file = data.resolve("appends");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var record = ByteBuffer.allocate(OBJECT_BYTES);
      var started = System.nanoTime();
      var count = 0;
      while (System.nanoTime() - started < 2_000_000_000L) {
        channel.write(record.clear());
        channel.force(false);
        count++;
      }
      return count * 1e9 / (System.nanoTime() - started);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** From the start of the process to its first answered call. */
  private void starts() throws Exception {
    var data = Files.createTempDirectory("bulwark-bench");
    try {
      var empties = new ArrayList<Double>();
      var ours = new ArrayList<Double>();
      for (var i = 0; i < 6; i++) {
        var emptyPort = freePort();
        empties.add(
            seconds(
                () -> ServerProcess.empty(emptyPort),
                emptyPort,
                new Requests("", "", emptyPort).plain("GET", "/10", new byte[0])));
        var port = freePort();
        ours.add(
            seconds(
                () -> ServerProcess.bulwark(port, data),
                port,
                new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, port)
                    .query("sts", IDENTITY)));
      }
      // The first starts read from the disk what later ones find in memory, and make the data
      // folder.
      empties.removeFirst();
      ours.removeFirst();
      empties.sort(Comparator.naturalOrder());
      ours.sort(Comparator.naturalOrder());
      var ratio = ours.get(2) / empties.get(2);
      System.out.printf(
          "start to first answer: %.2f s, empty server without ahead-of-time cache %.2f s, ratio %.2f (at most 1.5)%n",
          ours.get(2), empties.get(2), ratio);
      if (ratio > 1.5) {
        failures.append("start to first answer: ratio ").append(ratio).append('\n');
      }
    } finally {
      delete(data);
    }
  }

  private interface Start {
    ServerProcess start() throws IOException;
  }

  private static double seconds(Start start, int port, byte[] request) throws Exception {
    var began = System.nanoTime();
    try (var server = start.start()) {
      new LoadDriver(port).runOnce(List.of(request), 1);
      return (System.nanoTime() - began) / 1e9;
    }
  }

  private void verdict(String name, double ratio, double wanted) {
    System.out.printf("=> %s: %.2f (at least %.2f)%n", name, ratio, wanted);
    if (ratio < wanted) {
      failures.append(name).append(": ").append(ratio).append(" of ").append(wanted).append('\n');
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
