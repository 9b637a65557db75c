package dev.bulwark.schema;

/** Whose fault an error is; the query protocols tell it as {@code Sender} or {@code Receiver}. */
public enum Fault {
  CLIENT,
  SERVER
}
