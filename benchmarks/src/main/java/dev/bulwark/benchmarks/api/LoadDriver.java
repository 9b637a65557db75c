package dev.bulwark.benchmarks.api;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Replays requests that were made (and signed) beforehand over keep-alive connections, one thread a
 * connection, so that the driver costs little beside the server that it measures.
 */
final class LoadDriver {
  private final int port;

  LoadDriver(int port) {
    this.port = port;
  }

  /**
   * What came of a run.
   *
   * @param p50 and p99 in microseconds
   */
  record Result(long requests, double perSecond, double p50, double p99) {}

  /**
   * Sends the requests round and round for a time.
   *
   * @param requests whole HTTP requests as bytes
   * @throws IllegalStateException where an answer is not of the 2xx kind
   */
  Result run(List<byte[]> requests, int connections, Duration duration) throws Exception {
    return run(requests, connections, duration.toNanos(), Long.MAX_VALUE);
  }

  /** Sends each request just once. */
  Result runOnce(List<byte[]> requests, int connections) throws Exception {
    return run(requests, connections, Duration.ofMinutes(5).toNanos(), requests.size());
  }

  /** The body of the answer to one request. */
  String answer(byte[] request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(request);
      return new String(
          readResponse(new BufferedInputStream(socket.getInputStream())), StandardCharsets.UTF_8);
    }
  }

  private Result run(List<byte[]> requests, int connections, long nanos, long most)
      throws Exception {
    var next = new AtomicInteger();
    var started = System.nanoTime();
    var deadline = started + nanos;
    var tasks = new ArrayList<Callable<long[]>>();
    for (var i = 0; i < connections; i++) {
      tasks.add(() -> drive(requests, next, deadline, most));
    }
    try (var pool = Executors.newFixedThreadPool(connections)) {
      var futures = new ArrayList<Future<long[]>>();
      for (var task : tasks) {
        futures.add(pool.submit(task));
      }
      var all = new ArrayList<long[]>();
      for (var future : futures) {
        all.add(future.get());
      }
      var elapsed = System.nanoTime() - started;
      var latencies = all.stream().flatMapToLong(java.util.Arrays::stream).sorted().toArray();
      var count = latencies.length;
      return new Result(
          count,
          count * 1e9 / elapsed,
          count == 0 ? 0 : latencies[count / 2] / 1e3,
          count == 0 ? 0 : latencies[(int) (count * 0.99)] / 1e3);
    }
  }

  private long[] drive(List<byte[]> requests, AtomicInteger next, long deadline, long most)
      throws IOException {
    var latencies = new long[1024];
    var count = 0;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      var out = socket.getOutputStream();
      var in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      while (true) {
        var number = Integer.toUnsignedLong(next.getAndIncrement());
        var begin = System.nanoTime();
        if (number >= most || begin >= deadline) {
          return java.util.Arrays.copyOf(latencies, count);
        }
        out.write(requests.get((int) (number % requests.size())));
        readResponse(in);
        if (count == latencies.length) {
          latencies = java.util.Arrays.copyOf(latencies, count * 2);
        }
        latencies[count++] = System.nanoTime() - begin;
      }
    }
  }

  /** Reads one response to its end; answers must say their length. */
  static byte[] readResponse(InputStream in) throws IOException {
    var line = readLine(in);
    var ok = line.length() > 9 && line.charAt(9) == '2';
    var status = line;
    var length = 0;
    while (!(line = readLine(in)).isEmpty()) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line, 15 + (line.charAt(15) == ' ' ? 1 : 0), line.length(), 10);
      }
    }
    var body = in.readNBytes(length);
    if (!ok) {
      throw new IllegalStateException(status + "\n" + new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new StringBuilder(64);
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
