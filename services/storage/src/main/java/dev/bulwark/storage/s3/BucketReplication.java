package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketReplicationRequest;
import dev.bulwark.api.s3.GetBucketReplicationOutput;
import dev.bulwark.api.s3.GetBucketReplicationRequest;
import dev.bulwark.api.s3.PutBucketReplicationRequest;
import dev.bulwark.api.s3.ReplicationConfiguration;
import dev.bulwark.api.s3.ReplicationRule;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.PassedRoles;
import dev.bulwark.service.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Replication configurations of buckets; {@link ReplicationWorker} does what they say. */
final class BucketReplication {
  static final String KIND = "replication";
  private static final int ID_BYTES = 36;

  private final Buckets buckets;
  private final Configurations<ReplicationConfiguration> configurations;
  private final S3Permissions permissions;

  BucketReplication(
      Buckets buckets,
      Configurations<ReplicationConfiguration> configurations,
      S3Permissions permissions) {
    this.buckets = buckets;
    this.configurations = configurations;
    this.permissions = permissions;
  }

  GetBucketReplicationOutput get(GetBucketReplicationRequest in, Call call) {
    buckets.require(in.bucket(), call);
    var found = configurations.find(in.bucket());
    if (found == null) {
      throw ReplicationErrors.notConfigured(in.bucket());
    }
    return GetBucketReplicationOutput.builder().replicationConfiguration(found).build();
  }

  /** Who has S3 replicate in a role passes that role to it. */
  List<Permission> toPut(PutBucketReplicationRequest in, Call call) {
    var needed = new ArrayList<Permission>(2);
    needed.add(permissions.onBucket("s3:PutReplicationConfiguration", in.bucket(), call));
    needed.addAll(
        PassedRoles.permissions("s3.amazonaws.com", in.replicationConfiguration().role()));
    return needed;
  }

  Unit put(PutBucketReplicationRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    Integrity.checkContent(call.http());
    var wanted = in.replicationConfiguration();
    ReplicationChecks.check(wanted, bucket);
    if (bucket.rules().versioning() != Versioning.ENABLED) {
      throw ReplicationErrors.unversioned();
    }
    wanted.rules().forEach(rule -> checkDestination(rule.destination().bucket(), bucket));
    return configurations.put(in.bucket(), call, named(wanted), Unit.UNIT);
  }

  private void checkDestination(String arn, BucketRecord source) {
    var name = Objects.requireNonNull(ReplicationRules.bucketName(arn));
    if (name.equals(source.name())) {
      throw ReplicationErrors.toItself();
    }
    if (!buckets.exists(name)) {
      throw ReplicationErrors.destinationMissing();
    }
    if (buckets.find(name, null).record().rules().versioning() != Versioning.ENABLED) {
      throw ReplicationErrors.destinationUnversioned();
    }
  }

  /** The same with an id for each rule. */
  private static ReplicationConfiguration named(ReplicationConfiguration wanted) {
    return ReplicationConfiguration.builder()
        .role(wanted.role())
        .rules(wanted.rules().stream().map(BucketReplication::named).toList())
        .build();
  }

  private static ReplicationRule named(ReplicationRule rule) {
    return rule.id() == null || rule.id().isEmpty()
        ? rule.toBuilder().id(Ids.token(ID_BYTES)).build()
        : rule;
  }

  Unit delete(DeleteBucketReplicationRequest in, Call call) {
    return configurations.delete(in.bucket(), call);
  }
}
