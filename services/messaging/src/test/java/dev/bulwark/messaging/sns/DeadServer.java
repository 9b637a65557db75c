package dev.bulwark.messaging.sns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A web server that answers one request, and then never again. */
final class DeadServer implements AutoCloseable {
  private final ServerSocket server;
  private final boolean accepts;
  private final List<Socket> held = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> first = new LinkedBlockingQueue<>();

  /**
   * @param accepts whether it goes on to take connections; else they wait in its backlog, which is
   *     full soon
   */
  DeadServer(boolean accepts) {
    this.accepts = accepts;
    try {
      server = new ServerSocket(0, accepts ? 50 : 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      try (var socket = server.accept()) {
        first.add(read(socket));
        socket
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      }
      while (accepts) {
        var socket = server.accept();
        held.add(socket);
        if (server.isClosed()) {
          socket.close();
        }
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private static String read(Socket socket) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    int length = 0;
    for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    var body = new char[length];
    int read = 0;
    while (read < length) {
      read += in.read(body, read, length - read);
    }
    return new String(body);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/hook";
  }

  /** The body of the request that it has answered. */
  String answered() throws InterruptedException {
    @Nullable String body = first.poll(20, TimeUnit.SECONDS);
    if (body == null) {
      throw new AssertionError("nothing was posted");
    }
    return body;
  }

  /** Connections that it has taken, and says nothing on. */
  int held() {
    return held.size();
  }

  /** Whoever waits for an answer learns that there will be none. */
  @Override
  public void close() {
    try {
      server.close();
      for (var socket : held) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
