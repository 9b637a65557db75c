package dev.bulwark.storage.s3;

import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.util.HexFormat;

/** How notifications are filed that are due later: by their time. */
final class DelayedNotices {
  private static final int NUMBER = 16;

  private DelayedNotices() {}

  /**
   * Files a notification.
   *
   * @param key ends in a number that tells it from others of the same time
   */
  static void put(WriteTx tx, S3Tables tables, Instant due, String key, Notice notice) {
    tables.delayedNotices.put(tx, time(due) + key.substring(key.length() - NUMBER), notice);
  }

  /** What the keys of a time begin with. */
  static String time(Instant time) {
    return HexFormat.of().toHexDigits(time.toEpochMilli());
  }
}
