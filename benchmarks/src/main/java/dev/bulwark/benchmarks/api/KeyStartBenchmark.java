package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;

/**
 * A start with 100,000 keys of KMS against one with none: not more than a second longer. The
 * processor time tells of it however busy the machine is.
 */
public final class KeyStartBenchmark {
  private static final int KEYS = 100_000;
  private static final int STARTS = 5;
  private static final double MOST = 1.0;

  private KeyStartBenchmark() {}

  /** What a start took, in seconds. */
  private record Start(double wall, double processor) {}

  /** Runs it; takes another number of keys. */
  public static void main(String[] args) throws Exception {
    int keys = args.length > 0 ? Integer.parseInt(args[0]) : KEYS;
    var none = Files.createTempDirectory("bulwark-bench");
    var many = Files.createTempDirectory("bulwark-bench");
    try {
      fill(none, 0);
      fill(many, keys);
      var without = start(none);
      var with = start(many);
      System.out.printf(
          "start with no keys: %.2f s (%.2f s of processor); with %,d: %.2f s (%.2f s); %.2f s"
              + " longer (at most %.1f), %.2f s of processor more%n",
          without.wall(),
          without.processor(),
          keys,
          with.wall(),
          with.processor(),
          with.wall() - without.wall(),
          MOST,
          with.processor() - without.processor());
    } finally {
      delete(none);
      delete(many);
    }
  }

  private static void fill(Path data, int keys) throws Exception {
    try (var server = ServerProcess.bulwark(freePort(), data)) {
      if (keys > 0) {
        var root = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port());
        var create = root.json("kms", "TrentService.CreateKey", "{}");
        var began = System.nanoTime();
        var result = new LoadDriver(server.port()).runOnce(Collections.nCopies(keys, create), 64);
        System.out.printf(
            "%,d keys made in %.0f s (%.0f/s)%n",
            keys, (System.nanoTime() - began) / 1e9, result.perSecond());
      }
    }
  }

  /** The best of a few, since whatever else runs only makes one longer. */
  private static Start start(Path data) throws Exception {
    var best = new Start(Double.MAX_VALUE, Double.MAX_VALUE);
    for (int i = 0; i < STARTS; i++) {
      var began = System.nanoTime();
      try (var server = ServerProcess.bulwark(freePort(), data)) {
        double wall = (System.nanoTime() - began) / 1e9;
        double processor = server.processorMicros() / 1e6;
        best = new Start(Math.min(best.wall(), wall), Math.min(best.processor(), processor));
      }
    }
    return best;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
