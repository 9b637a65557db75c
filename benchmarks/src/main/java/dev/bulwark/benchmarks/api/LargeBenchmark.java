package dev.bulwark.benchmarks.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * One object of 256 MiB, put and got, against the same bytes through a plain loopback socket into a
 * file that is synced; in turns, so that the ratios hold however fast the machine is at the time.
 * Arguments: a folder on the disk to measure.
 */
public final class LargeBenchmark {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 256 * MIB;
  private static final int ROUNDS = 5;
  private static final double WANTED = 0.6;
  private static final int BUFFER = 64 * 1024;

  private final byte[] content = new byte[SIZE];
  private final Path folder;
  private final ServerProcess server;
  private final Requests requests;

  private LargeBenchmark(Path folder, ServerProcess server) {
    this.folder = folder;
    this.server = server;
    this.requests = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port());
    new Random(1).nextBytes(content);
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    var parent =
        Path.of(arguments.length > 0 ? arguments[0] : System.getProperty("java.io.tmpdir"));
    var folder = Files.createTempDirectory(Files.createDirectories(parent), "large-benchmark");
    try (var server = ServerProcess.bulwark(ApiBenchmark.freePort(), folder)) {
      new LargeBenchmark(folder, server).run();
    } finally {
      ApiBenchmark.delete(folder);
    }
  }

  private void run() throws Exception {
    new LoadDriver(server.port())
        .runOnce(List.of(requests.s3("PUT", "/large", "", new byte[0])), 1);
    var names = List.of("put, payload hashed by the client", "put, payload unsigned", "get");
    var hashed = requests.s3Head("PUT", "/large/hashed", content);
    var unsigned = requests.s3Head("PUT", "/large/unsigned", SIZE);
    var get = requests.s3("GET", "/large/unsigned", "", new byte[0]);
    List<Callable<Double>> all = List.of(() -> put(hashed), () -> put(unsigned), () -> get(get));
    System.out.printf("resident set before: %d MiB%n", server.residentMiB());
    var ratios = new double[all.size()][ROUNDS];
    for (var round = -1; round < ROUNDS; round++) {
      var base = copy();
      for (var i = 0; i < all.size(); i++) {
        var before = server.processorMicros();
        var rate = all.get(i).call();
        if (round >= 0) {
          ratios[i][round] = rate / base;
          System.out.printf(
              "%s: %.0f MiB/s (%d ms of processor), plain copy %.0f MiB/s, ratio %.2f%n",
              names.get(i), rate, (server.processorMicros() - before) / 1000, base, rate / base);
        }
      }
    }
    System.out.printf(
        "resident set after: %d MiB, at most %d MiB%n",
        server.residentMiB(), server.mostResidentMiB());
    for (var i = 0; i < all.size(); i++) {
      Arrays.sort(ratios[i]);
      System.out.printf(
          "=> %s: %.2f (at least %.2f)%n", names.get(i), ratios[i][ROUNDS / 2], WANTED);
    }
  }

  /** MiB a second. */
  private static double rate(long since) {
    return SIZE / (double) MIB / ((System.nanoTime() - since) / 1e9);
  }

  private double copy() throws Exception {
    var file = folder.resolve("copy");
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var receiver = new FutureTask<Void>(() -> receive(listener, file));
      var begun = System.nanoTime();
      Thread.ofPlatform().start(receiver);
      try (var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        send(socket);
        socket.shutdownOutput();
        receiver.get();
      }
      return rate(begun);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Void receive(ServerSocket listener, Path file) throws IOException {
    try (var socket = listener.accept();
        var out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var in = socket.getInputStream();
      var buffer = new byte[BUFFER];
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(ByteBuffer.wrap(buffer, 0, count));
      }
      out.force(true);
    }
    return null;
  }

  private void send(Socket socket) throws IOException {
    var out = socket.getOutputStream();
    for (var at = 0; at < SIZE; at += MIB) {
      out.write(content, at, MIB);
    }
  }

  private double put(byte[] head) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      var begun = System.nanoTime();
      socket.getOutputStream().write(head);
      send(socket);
      LoadDriver.readResponse(new BufferedInputStream(socket.getInputStream()));
      return rate(begun);
    }
  }

  private double get(byte[] request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      var begun = System.nanoTime();
      socket.getOutputStream().write(request);
      var in = socket.getInputStream();
      var buffer = new byte[BUFFER];
      long left = SIZE;
      while (left > 0) {
        var count = in.read(buffer);
        if (count < 0) {
          throw new IOException("the answer broke off");
        }
        // With the head, which is short beside it.
        left -= count;
      }
      return rate(begun);
    }
  }
}
