package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * A message to a queue, a topic or a bus that waits to be sent.
 *
 * @param accountId of the bucket's owner
 * @param bucketArn on whose behalf S3 sends it
 * @param target the ARN of the queue, topic or bus
 * @param type of the event, where it goes to a bus; null elsewhere
 * @param since when it happened, in milliseconds of the epoch; 0 in those of earlier versions
 * @param refusals how often the target refused it
 */
record Notice(
    String accountId,
    String bucketArn,
    String target,
    String message,
    @Nullable String type,
    long since,
    int refusals) {

  Notice refused() {
    return new Notice(accountId, bucketArn, target, message, type, since, refusals + 1);
  }
}
