package dev.bulwark.audit.cloudtrail;

import dev.bulwark.access.Principal.ServicePrincipal;
import dev.bulwark.api.kms.DescribeKeyRequest;
import dev.bulwark.api.kms.GenerateDataKeyRequest;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.api.s3.GetBucketAclRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.api.sns.PublishInput;
import dev.bulwark.api.sns.SnsApi;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Where trails deliver to, reached as {@code cloudtrail.amazonaws.com}, so that the policies of
 * buckets, keys and topics decide. Whether a trail can deliver is found out by delivering
 * something.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html">Bucket
 *     policy for CloudTrail</a>
 */
final class Destinations {
  private static final String SERVICE = "cloudtrail.amazonaws.com";
  private static final String ACL = "bucket-owner-full-control";

  private final ServiceCalls calls;

  Destinations(ServiceCalls calls) {
    this.calls = calls;
  }

  static ServicePrincipal service(TrailRecord trail) {
    return new ServicePrincipal(SERVICE, trail.accountId(), trail.arn());
  }

  /**
   * Makes sure that files can be delivered to the trail's bucket.
   *
   * @throws ApiException S3BucketDoesNotExistException, InsufficientS3BucketPolicyException
   */
  void checkBucket(TrailRecord trail) {
    var settings = trail.settings();
    try {
      calls.call(
          service(trail),
          trail.homeRegion(),
          S3Api.GET_BUCKET_ACL,
          GetBucketAclRequest.builder().bucket(settings.bucket()).build());
      // Empty objects that stand for the folders, as CloudTrail leaves them.
      var folder = settings.folder(trail.accountId());
      put(trail, object(trail, folder + "CloudTrail/", new byte[0]));
      if (settings.validation()) {
        put(trail, object(trail, folder + "CloudTrail-Digest/", new byte[0]));
      }
    } catch (ApiException e) {
      throw e.code().equals("NoSuchBucket")
          ? CloudTrailErrors.noBucket(settings.bucket())
          : CloudTrailErrors.bucketPolicy(settings.bucket());
    }
  }

  /**
   * The ARN of the key that a request names, where the trail can encrypt under it.
   *
   * @throws ApiException KmsKeyNotFoundException, InsufficientEncryptionPolicyException and others
   */
  String checkKey(TrailRecord trail, String keyId) {
    try {
      var key =
          calls
              .call(
                  service(trail),
                  trail.homeRegion(),
                  KmsApi.DESCRIBE_KEY,
                  DescribeKeyRequest.builder()
                      .keyId(qualified(trail.homeRegion(), trail.accountId(), keyId))
                      .build())
              .keyMetadata();
      var arn = key == null ? null : key.arn();
      if (arn == null) {
        throw CloudTrailErrors.noKey(keyId);
      }
      calls.call(
          service(trail),
          trail.homeRegion(),
          KmsApi.GENERATE_DATA_KEY,
          GenerateDataKeyRequest.builder()
              .keyId(arn)
              .keySpec("AES_256")
              .encryptionContext(Map.of("aws:cloudtrail:arn", trail.arn()))
              .build());
      return arn;
    } catch (ApiException e) {
      throw switch (e.code()) {
        case "NotFoundException" -> CloudTrailErrors.noKey(keyId);
        case "AccessDeniedException" ->
            CloudTrailErrors.encryptionPolicy(trail.settings().bucket(), keyId);
        case "InvalidArnException", "ValidationException" -> CloudTrailErrors.invalidKey(keyId);
        default -> CloudTrailErrors.kms(String.valueOf(e.getMessage()));
      };
    }
  }

  /** Service principals are of no account that a bare id could be looked up in. */
  static String qualified(String region, String accountId, String keyId) {
    if (keyId.startsWith("arn:")) {
      return keyId;
    }
    return "arn:aws:kms:"
        + region
        + ":"
        + accountId
        + ":"
        + (keyId.startsWith("alias/") ? keyId : "key/" + keyId);
  }

  /**
   * Makes sure that notifications reach the trail's topic.
   *
   * @throws ApiException InsufficientSnsTopicPolicyException
   */
  void checkTopic(TrailRecord trail, String topicArn) {
    try {
      publish(trail, topicArn, "CloudTrail validation message.");
    } catch (ApiException e) {
      throw CloudTrailErrors.topicPolicy();
    }
  }

  void publish(TrailRecord trail, String topicArn, String message) {
    calls.call(
        service(trail),
        TrailNames.region(topicArn),
        SnsApi.PUBLISH,
        PublishInput.builder().topicArn(topicArn).message(message).build());
  }

  /**
   * Writes a log file into the trail's bucket, encrypted under the trail's key where it has one.
   *
   * @throws ApiException what S3 answers
   */
  void putLogFile(TrailRecord trail, String key, byte[] content) {
    var request = file(trail, key, content);
    var keyArn = trail.settings().keyArn();
    if (keyArn != null) {
      request
          .serverSideEncryption("aws:kms")
          .ssekmsKeyId(keyArn)
          .ssekmsEncryptionContext(context(trail));
    }
    put(trail, request);
  }

  /**
   * Writes a digest into the trail's bucket. The trail's key is not for digests.
   *
   * @throws ApiException what S3 answers
   */
  void putDigest(TrailRecord trail, String key, byte[] content, Map<String, String> metadata) {
    put(trail, file(trail, key, content).metadata(metadata));
  }

  private static PutObjectRequest.Builder file(TrailRecord trail, String key, byte[] content) {
    return object(trail, key, content).contentType("application/json").contentEncoding("gzip");
  }

  private static PutObjectRequest.Builder object(TrailRecord trail, String key, byte[] content) {
    return PutObjectRequest.builder()
        .bucket(trail.settings().bucket())
        .key(key)
        .acl(ACL)
        .body(Body.of(content));
  }

  private void put(TrailRecord trail, PutObjectRequest.Builder request) {
    calls.call(service(trail), trail.homeRegion(), S3Api.PUT_OBJECT, request.build());
  }

  private static String context(TrailRecord trail) {
    var json = "{\"aws:cloudtrail:arn\":\"" + trail.arn() + "\"}";
    return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
