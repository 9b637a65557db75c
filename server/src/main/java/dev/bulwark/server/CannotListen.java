package dev.bulwark.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Tells why nobody can listen on a port, which Helidon does not. */
final class CannotListen {
  /** Those below belong to the machine's administrator on most systems. */
  private static final int FIRST_OF_USERS = 1024;

  private CannotListen() {}

  /**
   * The reason, and what to do about it: found by trying once more.
   *
   * @param option that chooses the port
   */
  static String why(String host, int port, String option) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
      return why(host, port, option, "");
    } catch (IOException e) {
      return why(host, port, option, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The same.
   *
   * @param told what the system says: Java knows one kind of failure alone
   */
  static String why(String host, int port, String option, String told) {
    if (told.contains("ermission denied") && port < FIRST_OF_USERS) {
      return "port %d of %s is not for your user to listen on: choose one from %d on with %s"
          .formatted(port, host, FIRST_OF_USERS, option);
    }
    if (told.isEmpty() || told.contains("already in use")) {
      return "port %d of %s is taken by another program: stop it, or choose another port with %s"
          .formatted(port, host, option);
    }
    return "port %d of %s cannot be listened on: %s; choose another with %s"
        .formatted(port, host, told, option);
  }
}
