package dev.bulwark.monitoring.logs;

import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.api.s3.GetBucketAclRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import java.nio.charset.StandardCharsets;

/**
 * The bucket of an export task, to which Logs writes as the service principal of its Region: the
 * bucket's policy has to let it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3ExportTasks.html">Exporting
 *     log data to Amazon S3</a>
 */
final class ExportBucket {
  private static final String ACL = "bucket-owner-full-control";
  private static final String TEST = "aws-logs-write-test";
  private static final byte[] TEST_CONTENT =
      "Permission Check Successful".getBytes(StandardCharsets.UTF_8);

  private final ServiceCalls calls;

  ExportBucket(ServiceCalls calls) {
    this.calls = calls;
  }

  private static ServicePrincipal service(ExportRecord task) {
    return new ServicePrincipal(
        "logs." + task.region() + ".amazonaws.com",
        task.accountId(),
        LogGroupRecord.arn(task.accountId(), task.region(), task.group()) + ":*");
  }

  /**
   * Makes sure that a task's bucket takes what the task is to write.
   *
   * @throws ApiException InvalidParameterException
   */
  void check(ExportRecord task) {
    try {
      calls.call(
          service(task),
          task.region(),
          S3Api.GET_BUCKET_ACL,
          GetBucketAclRequest.builder().bucket(task.bucket()).build());
    } catch (ApiException e) {
      throw LogsErrors.bucketRefuses("GetBucketAcl");
    }
    try {
      put(task, TEST, TEST_CONTENT);
    } catch (ApiException e) {
      throw LogsErrors.bucketRefuses("PutObject");
    }
  }

  /**
   * Writes an object.
   *
   * @param name what follows the task's prefix
   * @throws ApiException what S3 answers
   */
  void put(ExportRecord task, String name, byte[] content) {
    calls.call(
        service(task),
        task.region(),
        S3Api.PUT_OBJECT,
        PutObjectRequest.builder()
            .bucket(task.bucket())
            .key(task.prefix() + "/" + name)
            .acl(ACL)
            .body(Body.of(content))
            .build());
  }
}
