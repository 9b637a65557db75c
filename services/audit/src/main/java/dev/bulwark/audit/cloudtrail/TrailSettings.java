package dev.bulwark.audit.cloudtrail;

import org.jspecify.annotations.Nullable;

/**
 * What CreateTrail and UpdateTrail set.
 *
 * @param prefix what the keys of log files begin with
 * @param globalEvents whether events of services without a Region are logged
 * @param validation whether digest files are delivered
 * @param keyArn of the KMS key that log files are encrypted under
 * @param organizationId of the organization whose accounts it logs; null for its own account alone
 */
record TrailSettings(
    String bucket,
    @Nullable String prefix,
    @Nullable String topicArn,
    boolean globalEvents,
    boolean multiRegion,
    boolean validation,
    @Nullable String logGroupArn,
    @Nullable String roleArn,
    @Nullable String keyArn,
    @Nullable String organizationId) {

  /** What the keys of an account's files begin with, up to the kind of file. */
  String folder(String accountId) {
    var organization = organizationId == null ? "" : organizationId + "/";
    return (prefix == null ? "" : prefix + "/") + "AWSLogs/" + organization + accountId + "/";
  }

  @Nullable String topicName() {
    return topicArn == null ? null : topicArn.substring(topicArn.lastIndexOf(':') + 1);
  }
}
