package dev.bulwark.storage.s3;

import java.time.Instant;

/**
 * Until when a version may not be deleted.
 *
 * @param compliance whether nobody can change that; else who may bypass governance can
 * @param until in milliseconds of the epoch
 */
record Retention(boolean compliance, long until) {
  static final String GOVERNANCE = "GOVERNANCE";
  static final String COMPLIANCE = "COMPLIANCE";

  String mode() {
    return compliance ? COMPLIANCE : GOVERNANCE;
  }

  Instant untilTime() {
    return Instant.ofEpochMilli(until);
  }

  boolean isActive(Instant now) {
    return now.toEpochMilli() < until;
  }

  void write(RecordWriter out) {
    out.flag(compliance).number(until);
  }

  static Retention read(RecordReader in) {
    return new Retention(in.flag(), in.number());
  }
}
