package dev.bulwark.encryption.cloudhsm.front;

import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who has a place at the port. Before a client has shown a certificate it has one of a few places
 * apart, and the one that has had such a place for the longest time loses it to the next who comes:
 * whoever only connects shuts out nobody. With a certificate, it has one of its cluster's places.
 */
final class Places {
  /** Of clients that have shown a certificate. */
  static final int MOST = 256;

  /** Of those of one cluster. */
  static final int MOST_OF_CLUSTER = 128;

  /** Of clients that nobody knows yet. */
  static final int MOST_UNKNOWN = 64;

  private final Set<Socket> unknown = new LinkedHashSet<>();
  private final Map<Socket, String> known = new HashMap<>();
  private final Map<String, Integer> clusters = new HashMap<>();
  private boolean closed;

  /** A client has connected. */
  synchronized void arrive(Socket socket) {
    if (unknown.size() >= MOST_UNKNOWN) {
      var oldest = unknown.iterator().next();
      unknown.remove(oldest);
      end(oldest);
    }
    unknown.add(socket);
    if (closed) {
      end(socket);
    }
  }

  /** Whether a client that has shown its certificate gets a place of its cluster. */
  synchronized boolean admit(Socket socket, String clusterId) {
    if (!unknown.remove(socket)
        || known.size() >= MOST
        || clusters.getOrDefault(clusterId, 0) >= MOST_OF_CLUSTER) {
      return false;
    }
    known.put(socket, clusterId);
    clusters.merge(clusterId, 1, Integer::sum);
    return true;
  }

  /** A connection has ended. */
  synchronized void leave(Socket socket) {
    unknown.remove(socket);
    var clusterId = known.remove(socket);
    if (clusterId != null) {
      clusters.computeIfPresent(clusterId, (id, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Ends all connections, and those that are yet to come. */
  synchronized void close() {
    closed = true;
    unknown.forEach(Places::end);
    known.keySet().forEach(Places::end);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
