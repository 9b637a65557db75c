package dev.bulwark.outgoing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks names up within a deadline, which the system's resolver has none of. A name takes one
 * thread, however many ask for it and however long its name servers are silent. Thread-safe.
 */
final class Lookups {
  private static final int MOST_NAMES = 128;

  /** By the system's resolver. */
  static final Lookups SYSTEM = new Lookups(InetAddress::getAllByName);

  /** Where addresses come from. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Resolver resolver;
  private final Executor threads =
      new ThreadPoolExecutor(
          0,
          MOST_NAMES,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("outgoing-lookup-", 0).factory());
  private final Map<String, CompletableFuture<InetAddress[]>> asked = new ConcurrentHashMap<>();

  Lookups(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * The addresses of a host.
   *
   * @throws IOException where it has none, or they do not come in time
   */
  InetAddress[] of(String host, Duration most) throws IOException {
    try {
      return asked.computeIfAbsent(host, this::ask).get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException("no address of " + host, e.getCause());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no address of " + host + " in time");
    } catch (RejectedExecutionException e) {
      throw new IOException("too many names are being looked up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + host + " was looked up");
    }
  }

  private CompletableFuture<InetAddress[]> ask(String host) {
    var answer = new CompletableFuture<InetAddress[]>();
    threads.execute(
        () -> {
          try {
            answer.complete(resolver.addresses(host));
          } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
          } finally {
            asked.remove(host, answer);
          }
        });
    return answer;
  }
}
