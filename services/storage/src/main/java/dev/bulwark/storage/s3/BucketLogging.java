package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.BucketLoggingStatus;
import dev.bulwark.api.s3.GetBucketLoggingOutput;
import dev.bulwark.api.s3.GetBucketLoggingRequest;
import dev.bulwark.api.s3.LoggingEnabled;
import dev.bulwark.api.s3.PutBucketLoggingRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.api.s3.TargetGrant;
import dev.bulwark.api.s3.TargetObjectKeyFormat;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.ServiceCallers;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the access logs of buckets go.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html">Enabling
 *     Amazon S3 server access logging</a>
 */
final class BucketLogging {
  /** By its name here: the policies of targets, or their lists, have to let it in. */
  static final String SERVICE = "logging.s3.amazonaws.com";

  private static final Set<String> PERMISSIONS = Set.of("FULL_CONTROL", "READ", "WRITE");

  private final Buckets buckets;
  private final Configurations<LoggingEnabled> configurations;
  private final S3Permissions permissions;
  private final Supplier<ServiceCallers> callers;

  BucketLogging(
      Buckets buckets,
      Configurations<LoggingEnabled> configurations,
      S3Permissions permissions,
      Supplier<ServiceCallers> callers) {
    this.buckets = buckets;
    this.configurations = configurations;
    this.permissions = permissions;
    this.callers = callers;
  }

  static Configurations<LoggingEnabled> configurations(Buckets buckets, S3Tables tables) {
    return Configurations.of(buckets, tables, "logging", "LoggingEnabled");
  }

  /** S3's logging service, as it delivers the log of a bucket. */
  static Principal.ServicePrincipal service(BucketRecord bucket) {
    return new Principal.ServicePrincipal(SERVICE, bucket.accountId(), bucket.arn());
  }

  GetBucketLoggingOutput get(GetBucketLoggingRequest in, Call call) {
    buckets.require(in.bucket(), call);
    return GetBucketLoggingOutput.builder()
        .loggingEnabled(configurations.find(in.bucket()))
        .build();
  }

  Unit put(PutBucketLoggingRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    Integrity.checkContent(call.http());
    @Nullable BucketLoggingStatus status = in.bucketLoggingStatus();
    if (status == null) {
      throw S3Errors.malformedXml();
    }
    var wanted = status.loggingEnabled();
    if (wanted == null) {
      return configurations.delete(in.bucket(), call);
    }
    check(wanted);
    checkTarget(bucket, wanted);
    return configurations.put(in.bucket(), call, wanted, Unit.UNIT);
  }

  private static void check(LoggingEnabled wanted) {
    if (wanted.targetBucket() == null
        || wanted.targetPrefix() == null
        || !isFormat(wanted.targetObjectKeyFormat())) {
      throw S3Errors.malformedXml();
    }
    for (var grant : grants(wanted)) {
      var grantee = grant.grantee();
      if (grantee == null
          || grant.permission() == null
          || !PERMISSIONS.contains(grant.permission())) {
        throw S3Errors.malformedXml();
      }
      AclGrants.grantee(grantee);
    }
  }

  private static boolean isFormat(@Nullable TargetObjectKeyFormat format) {
    if (format == null) {
      return true;
    }
    if ((format.simplePrefix() == null) == (format.partitionedPrefix() == null)) {
      return false;
    }
    var source =
        format.partitionedPrefix() == null
            ? null
            : format.partitionedPrefix().partitionDateSource();
    return source == null || source.equals("EventTime") || source.equals("DeliveryTime");
  }

  static List<TargetGrant> grants(LoggingEnabled target) {
    return Objects.requireNonNullElse(target.targetGrants(), List.of());
  }

  private void checkTarget(BucketRecord bucket, LoggingEnabled wanted) {
    var name = wanted.targetBucket();
    if (!buckets.exists(name)) {
      throw ConfigurationErrors.noLoggingTarget(name);
    }
    var target = buckets.find(name, null);
    if (!target.accountId().equals(bucket.accountId())) {
      throw ConfigurationErrors.loggingTargetOfOther(name);
    }
    if (!target.record().region().equals(bucket.region())) {
      throw ConfigurationErrors.loggingAcrossRegions(bucket, target.record());
    }
    if (target.record().rules().requesterPays()) {
      throw ConfigurationErrors.loggingTargetPaid(name);
    }
    if (!grants(wanted).isEmpty() && !AclPolicies.countsIn(target)) {
      throw S3Errors.aclNotSupported();
    }
    try {
      callers
          .get()
          .of(service(bucket), bucket.region(), S3Api.MODEL.info())
          .require(
              Permission.of(
                  "s3:PutObject",
                  permissions.delivery(target, wanted.targetPrefix() + '-', service(bucket))));
    } catch (ApiException e) {
      throw ConfigurationErrors.loggingTargetShut(name);
    }
  }
}
