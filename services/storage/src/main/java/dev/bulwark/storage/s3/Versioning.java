package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * Whether a bucket keeps the versions of its objects. Once it did, it is never as if it had not.
 */
enum Versioning {
  NEVER(null),
  ENABLED("Enabled"),
  SUSPENDED("Suspended");

  private final @Nullable String status;

  Versioning(@Nullable String status) {
    this.status = status;
  }

  /** As the API says it; null for never. */
  @Nullable String status() {
    return status;
  }

  boolean isKept() {
    return this != NEVER;
  }
}
