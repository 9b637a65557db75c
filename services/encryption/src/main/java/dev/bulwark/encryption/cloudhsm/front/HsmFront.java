package dev.bulwark.encryption.cloudhsm.front;

import dev.bulwark.encryption.cloudhsm.CloudHsm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The port of all clusters. A connection names its cluster in TLS, as the server's name. A thread
 * serves each; what is more than the limits is closed at once.
 */
public final class HsmFront implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HsmFront.class.getName());
  private static final int BACKLOG = 64;

  /** Some of those who lost their places may not have noticed yet. */
  private static final int MOST_THREADS = Places.MOST + 2 * Places.MOST_UNKNOWN;

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration END = Duration.ofSeconds(5);

  private final ServerSocket listener;
  private final CloudHsm cloudHsm;
  private final Clock clock;
  private final Duration login;
  private final ExecutorService threads;
  private final Watchdog watchdog = new Watchdog();
  private final Semaphore room = new Semaphore(MOST_THREADS);
  private final Places places = new Places();

  /**
   * Opens the port.
   *
   * @param port 0 for any
   * @param clock by which certificates are valid
   * @throws IOException where the port is taken, or the address not this machine's
   */
  public HsmFront(CloudHsm cloudHsm, String address, int port, Clock clock) throws IOException {
    // Threads of the system: native code would hold up those that share one.
    this(
        cloudHsm,
        address,
        port,
        clock,
        HsmConnection.LOGIN,
        Thread.ofPlatform().daemon().name("cloudhsm-connection-", 0).factory());
  }

  /**
   * The same.
   *
   * @param login how long a client has for its login
   */
  HsmFront(
      CloudHsm cloudHsm,
      String address,
      int port,
      Clock clock,
      Duration login,
      ThreadFactory threads)
      throws IOException {
    this.cloudHsm = cloudHsm;
    this.clock = clock;
    this.login = login;
    this.threads = Executors.newThreadPerTaskExecutor(threads);
    this.listener = new ServerSocket();
    try {
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    Thread.ofPlatform().daemon().name("cloudhsm-port").start(this::accept);
  }

  /** The port that it listens on. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        if (room.tryAcquire()) {
          start(socket);
        } else {
          socket.close();
        }
      } catch (IOException e) {
        // The listener was closed, a client was gone before it was served, or there are too many
        // open files: then there may be fewer soon.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void start(Socket socket) {
    try {
      places.arrive(socket);
      threads.execute(() -> serve(socket));
    } catch (RuntimeException | OutOfMemoryError e) {
      // The system has no thread to give, or this is being closed.
      end(socket);
      LOG.log(System.Logger.Level.WARNING, "a connection to a cluster could not be served", e);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void serve(Socket socket) {
    try {
      new HsmConnection(cloudHsm, socket, places, watchdog, clock, login).run();
    } catch (IOException e) {
      // The client is gone.
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a connection to a cluster failed", e);
    } finally {
      end(socket);
    }
  }

  private void end(Socket socket) {
    places.leave(socket);
    room.release();
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // Closed either way.
    }
    places.close();
    threads.shutdown();
    try {
      // Ends of sessions are recorded.
      boolean ended = threads.awaitTermination(END.toSeconds(), TimeUnit.SECONDS);
      LOG.log(System.Logger.Level.DEBUG, "connections have ended: {0}", ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watchdog.close();
  }
}
