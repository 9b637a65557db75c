package dev.bulwark.storage.s3;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that came in and were checked, not yet part of anything. Closing gives up what was not
 * {@linkplain #keep kept}.
 */
final class Received implements AutoCloseable {
  private final Blobs blobs;
  private final long size;
  private final byte[] md5;
  private final @Nullable Checksum checksum;
  private final byte @Nullable [] inline;
  private final @Nullable String blobId;
  private boolean kept;

  Received(
      Blobs blobs,
      long size,
      byte[] md5,
      @Nullable Checksum checksum,
      byte @Nullable [] inline,
      @Nullable String blobId) {
    this.blobs = blobs;
    this.size = size;
    this.md5 = md5;
    this.checksum = checksum;
    this.inline = inline;
    this.blobId = blobId;
  }

  long size() {
    return size;
  }

  byte[] md5() {
    return md5;
  }

  @Nullable Checksum checksum() {
    return checksum;
  }

  /** The bytes, where they are few; else they are in {@link #blobId()}. */
  byte @Nullable [] inline() {
    return inline;
  }

  String blobId() {
    if (blobId == null) {
      throw new IllegalStateException("the bytes are not in a blob");
    }
    return blobId;
  }

  Content content() {
    return blobId == null ? Content.Packed.INSTANCE : new Content.Blob(blobId);
  }

  /** The bytes belong to a stored record now. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    if (!kept && blobId != null) {
      blobs.delete(List.of(blobId));
    }
  }
}
