package dev.bulwark.storage.s3;

import java.time.Instant;

/** How S3 tells EventBridge what happens to objects. */
@FunctionalInterface
public interface BusEvents {

  /**
   * An event of S3 for the default bus of an account.
   *
   * @param accountId the owner of the bucket
   * @param region of the bucket
   * @param type for instance {@code Object Created}
   * @param bucketArn what the event is about
   * @param detail in JSON
   */
  record BusEvent(
      String accountId,
      String region,
      String type,
      Instant time,
      String bucketArn,
      String detail) {}

  /** Puts an event on its bus; returns when it cannot get lost any more. */
  void put(BusEvent event);
}
