package dev.bulwark.schema;

/** How an instant is written; a member without one follows its protocol and location. */
public enum TimestampFormat {
  /** {@code 2026-01-31T12:00:00Z}. */
  ISO8601,
  /** {@code Sat, 31 Jan 2026 12:00:00 GMT}. */
  RFC822,
  /** Seconds since the epoch, with a fraction where there is one. */
  UNIX
}
