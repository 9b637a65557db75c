package dev.bulwark.audit.cloudtrail;

import dev.bulwark.access.RoleSession;
import dev.bulwark.api.s3.GetObjectRequest;
import dev.bulwark.api.s3.ListObjectsV2Output;
import dev.bulwark.api.s3.ListObjectsV2Request;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.api.sts.AssumeRoleRequest;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.audit.cloudtrail.ImportRecord.Source;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bucket of an import, reached in the import's role, which CloudTrail assumes for the store.
 */
final class ImportBucket {
  private static final String SERVICE = "cloudtrail.amazonaws.com";
  private static final String SESSION = "CloudTrailLakeImport";
  private static final Duration SPARE = Duration.ofMinutes(5);

  private final ServiceCalls calls;
  private final Clock clock;
  private final EventDataStoreRecord store;
  private final Source source;
  private final ImportLocation location;
  private @Nullable RoleSession session;
  private Instant renewAt = Instant.EPOCH;

  ImportBucket(ServiceCalls calls, Clock clock, EventDataStoreRecord store, Source source) {
    this.calls = calls;
    this.clock = clock;
    this.store = store;
    this.source = source;
    this.location = ImportLocation.of(source.uri());
  }

  /**
   * Some keys, in their order.
   *
   * @param after null for the first
   * @throws ApiException what STS or S3 answers
   */
  ListObjectsV2Output list(@Nullable String after, int most) {
    return calls.callInRole(
        SERVICE,
        session(),
        source.bucketRegion(),
        S3Api.LIST_OBJECTS_V2,
        ListObjectsV2Request.builder()
            .bucket(location.bucket())
            .prefix(location.prefix())
            .startAfter(after)
            .maxKeys(most)
            .build());
  }

  /**
   * A file.
   *
   * @throws ApiException what STS, S3 or KMS answers
   */
  Body open(String key) {
    var output =
        calls.callInRole(
            SERVICE,
            session(),
            source.bucketRegion(),
            S3Api.GET_OBJECT,
            GetObjectRequest.builder().bucket(location.bucket()).key(key).build());
    return output.body() == null ? Body.empty() : output.body();
  }

  private RoleSession session() {
    var known = session;
    if (known == null || !clock.instant().isBefore(renewAt)) {
      var given =
          Objects.requireNonNull(
              calls
                  .call(
                      LakeKeys.service(store),
                      store.homeRegion(),
                      StsApi.ASSUME_ROLE,
                      AssumeRoleRequest.builder()
                          .roleArn(source.roleArn())
                          .roleSessionName(SESSION)
                          .build())
                  .credentials());
      known = new RoleSession(given.accessKeyId(), given.sessionToken());
      session = known;
      renewAt = given.expiration().minus(SPARE);
    }
    return known;
  }
}
