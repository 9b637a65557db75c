package dev.bulwark.storage.s3;

import dev.bulwark.service.AnswerObserver.Served;
import dev.bulwark.state.ReadTx;
import dev.bulwark.wire.HttpResponse;
import org.jspecify.annotations.Nullable;

/** Wants to know of the requests to some buckets. */
interface RequestListener {

  /**
   * A request that has been answered to the end.
   *
   * @param bucket that it concerned
   * @param key null where it concerned the bucket as a whole
   * @param accessPoint the ARN of the access point through which it came; null for none
   * @param copySource whether it read that object to copy it elsewhere
   * @param bytes of the body that were sent
   * @param turnAround from its arrival until the answer was ready, in nanoseconds
   * @param total from its arrival until the answer was sent, in nanoseconds
   */
  record Sent(
      Served served,
      String bucket,
      @Nullable String key,
      @Nullable String accessPoint,
      boolean copySource,
      HttpResponse answer,
      long bytes,
      long turnAround,
      long total) {}

  /** Whether it wants to know of requests to a bucket, by the configurations of this view. */
  boolean listens(ReadTx tx, String bucket);

  /** Whether it wants to know of requests to a bucket now. */
  boolean listens(String bucket);

  void sent(Sent sent);
}
