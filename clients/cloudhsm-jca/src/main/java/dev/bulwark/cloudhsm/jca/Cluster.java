package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A cluster, for many threads: keeps connections, opens more where all are in use. */
final class Cluster implements AutoCloseable {
  private static final int MOST_IDLE = 8;

  /** The cluster closes connections after ten minutes. */
  private static final Duration LONGEST_IDLE = Duration.ofMinutes(5);

  /** What is not asked twice where a connection breaks, since it may have been done. */
  private static final Set<Operation> ONCE =
      EnumSet.of(
          Operation.GENERATE_KEY,
          Operation.UNWRAP_KEY,
          Operation.DELETE_KEY,
          Operation.CHANGE_PASSWORD);

  private final CloudHsmSettings settings;
  private final SSLContext context;
  private final Deque<ClusterConnection> idle = new ArrayDeque<>();
  private boolean closed;

  Cluster(CloudHsmSettings settings) {
    this.settings = settings;
    try {
      this.context = ClusterTls.context(settings);
    } catch (GeneralSecurityException e) {
      throw new CloudHsmException("The client's certificate cannot be used", e);
    }
  }

  /**
   * Asks for something.
   *
   * @throws CloudHsmException where the cluster refuses, or cannot be reached
   */
  Message ask(Operation operation, Object... fields) {
    var kept = kept();
    if (kept != null) {
      try {
        return ask(kept, operation, fields);
      } catch (IOException e) {
        // The cluster was started anew, as a rule, and the others are broken, too.
        closeIdle();
        if (ONCE.contains(operation)) {
          throw broken(e);
        }
      }
    }
    try {
      return ask(ClusterConnection.open(settings, context), operation, fields);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private CloudHsmException broken(IOException e) {
    return new CloudHsmException(
        "%s at %s:%d cannot be used: %s"
            .formatted(settings.clusterId(), settings.host(), settings.port(), e.getMessage()),
        e);
  }

  private Message ask(ClusterConnection connection, Operation operation, Object... fields)
      throws IOException {
    try {
      var answer = connection.ask(operation, fields);
      keep(connection);
      return answer;
    } catch (CloudHsmException e) {
      switch (e.status()) {
        case NOT_FOUND, REFUSED, BAD_DATA -> keep(connection);
        default -> connection.close();
      }
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  private synchronized @Nullable ClusterConnection kept() {
    if (closed) {
      throw new IllegalStateException("the provider was closed");
    }
    for (var one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      if (one.idle().compareTo(LONGEST_IDLE) < 0) {
        return one;
      }
      one.close();
    }
    return null;
  }

  private synchronized void keep(ClusterConnection connection) {
    if (closed || idle.size() >= MOST_IDLE) {
      connection.close();
    } else {
      idle.addFirst(connection);
    }
  }

  private synchronized void closeIdle() {
    idle.forEach(ClusterConnection::close);
    idle.clear();
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeIdle();
  }
}
