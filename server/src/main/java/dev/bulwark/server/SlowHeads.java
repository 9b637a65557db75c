package dev.bulwark.server;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Ends connections whose clients take too long to send the headers of a request: the time limit of
 * the socket begins anew with each byte. Request lines are the server's own, which ends connections
 * that have sent none for minutes. Thread-safe.
 */
final class SlowHeads implements Http1ConnectionListener, AutoCloseable {
  private static final long MOST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final System.Logger LOG = System.getLogger(SlowHeads.class.getName());
  private static final Duration PERIOD = Duration.ofSeconds(5);

  /** Since when each connection is in the headers of a request. */
  private final Map<ConnectionContext, Long> begun = new ConcurrentHashMap<>();

  private final LongSupplier nanos;
  private final Thread thread = Thread.ofVirtual().name("slow-heads").unstarted(this::run);

  /**
   * Watches nothing before {@link #start}.
   *
   * @param nanos a clock that runs, as {@link System#nanoTime}
   */
  SlowHeads(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void start() {
    thread.start();
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    begun.put(connection, nanos.getAsLong());
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    begun.remove(connection);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        endLate();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends those that have had their time; clients that left in the middle are forgotten so, too. */
  void endLate() {
    var now = nanos.getAsLong();
    begun.forEach(
        (connection, since) -> {
          if (now - since > MOST_NANOS && begun.remove(connection, since)) {
            // One by one they could wait for clients that do not read their end.
            Thread.startVirtualThread(() -> end(connection));
          }
        });
  }

  private static void end(ConnectionContext connection) {
    try {
      connection.serverSocket().close();
    } catch (UncheckedIOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The client had left by itself", e);
    }
  }

  /** How many are in the headers of a request. */
  int waiting() {
    return begun.size();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
