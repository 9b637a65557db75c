package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is found out about a bucket into another one, as {@code s3.amazonaws.com}: the policy
 * there decides.
 */
final class ReportWriter {
  private static final String SERVICE = "s3.amazonaws.com";
  private static final String BUCKET_ARN = "arn:aws:s3:::";

  private final Buckets buckets;
  private final ServiceCalls calls;

  ReportWriter(Buckets buckets, ServiceCalls calls) {
    this.buckets = buckets;
    this.calls = calls;
  }

  /**
   * Where reports go.
   *
   * @param account that has to own it; null where that was not said
   */
  record Target(String bucket, @Nullable String account) {}

  /** The name of the bucket of an ARN; null where it is not one. */
  static @Nullable String bucket(@Nullable String arn) {
    if (arn == null || !arn.startsWith(BUCKET_ARN)) {
      return null;
    }
    var name = arn.substring(BUCKET_ARN.length());
    return BucketNames.isPossible(name) ? name : null;
  }

  /**
   * Writes an object.
   *
   * @param source the bucket that it tells of
   * @param more what the request says beside
   * @throws ApiException as the target refuses it
   */
  void put(
      BucketRecord source,
      Target target,
      String key,
      byte[] content,
      UnaryOperator<PutObjectRequest.Builder> more) {
    if (target.account() != null) {
      // As its owner was named, so that nobody else gets what was meant for it.
      buckets.find(target.bucket(), target.account());
    }
    var request =
        PutObjectRequest.builder()
            .bucket(target.bucket())
            .key(key)
            .acl(AclGrants.BUCKET_OWNER_FULL_CONTROL)
            .body(Body.of(content));
    calls.call(
        new Principal.ServicePrincipal(SERVICE, source.accountId(), source.arn()),
        source.region(),
        S3Api.PUT_OBJECT,
        more.apply(request).build());
  }
}
