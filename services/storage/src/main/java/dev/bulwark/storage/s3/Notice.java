package dev.bulwark.storage.s3;

/**
 * A message to a queue or topic that waits to be sent.
 *
 * @param accountId of the bucket's owner
 * @param bucketArn on whose behalf S3 sends it
 * @param target the ARN of the queue or topic
 */
record Notice(String accountId, String bucketArn, String target, String message) {}
