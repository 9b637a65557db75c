package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketEncryptionRequest;
import dev.bulwark.api.s3.DeleteBucketOwnershipControlsRequest;
import dev.bulwark.api.s3.DeletePublicAccessBlockRequest;
import dev.bulwark.api.s3.GetBucketAclOutput;
import dev.bulwark.api.s3.GetBucketAclRequest;
import dev.bulwark.api.s3.GetBucketEncryptionOutput;
import dev.bulwark.api.s3.GetBucketEncryptionRequest;
import dev.bulwark.api.s3.GetBucketOwnershipControlsOutput;
import dev.bulwark.api.s3.GetBucketOwnershipControlsRequest;
import dev.bulwark.api.s3.GetPublicAccessBlockOutput;
import dev.bulwark.api.s3.GetPublicAccessBlockRequest;
import dev.bulwark.api.s3.Grant;
import dev.bulwark.api.s3.Grantee;
import dev.bulwark.api.s3.Owner;
import dev.bulwark.api.s3.OwnershipControls;
import dev.bulwark.api.s3.OwnershipControlsRule;
import dev.bulwark.api.s3.PublicAccessBlockConfiguration;
import dev.bulwark.api.s3.PutBucketEncryptionRequest;
import dev.bulwark.api.s3.PutBucketOwnershipControlsRequest;
import dev.bulwark.api.s3.PutPublicAccessBlockRequest;
import dev.bulwark.api.s3.ServerSideEncryptionByDefault;
import dev.bulwark.api.s3.ServerSideEncryptionConfiguration;
import dev.bulwark.api.s3.ServerSideEncryptionRule;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.List;

/**
 * Who owns what is in a bucket, what its policy may open, and how it is encrypted. Buckets enforce
 * their owner's ownership, so there are no access control lists to speak of; everything is
 * encrypted at rest, and cannot not be.
 */
final class BucketSettings {
  static final String OWNER_ENFORCED = "BucketOwnerEnforced";

  private final Buckets buckets;

  BucketSettings(Buckets buckets) {
    this.buckets = buckets;
  }

  // Block Public Access

  GetPublicAccessBlockOutput getPublicAccessBlock(GetPublicAccessBlockRequest in, Call call) {
    var block = buckets.require(in.bucket(), call).record().publicAccessBlock();
    if (block == null) {
      throw S3Errors.notConfigured(
          "NoSuchPublicAccessBlockConfiguration",
          "The public access block configuration was not found",
          in.bucket());
    }
    return GetPublicAccessBlockOutput.builder()
        .publicAccessBlockConfiguration(
            PublicAccessBlockConfiguration.builder()
                .blockPublicAcls(block.blockPublicAcls())
                .ignorePublicAcls(block.ignorePublicAcls())
                .blockPublicPolicy(block.blockPublicPolicy())
                .restrictPublicBuckets(block.restrictPublicBuckets())
                .build())
        .build();
  }

  Unit putPublicAccessBlock(PutPublicAccessBlockRequest in, Call call) {
    var wanted = in.publicAccessBlockConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    var block =
        new BucketRecord.PublicAccessBlock(
            Boolean.TRUE.equals(wanted.blockPublicAcls()),
            Boolean.TRUE.equals(wanted.ignorePublicAcls()),
            Boolean.TRUE.equals(wanted.blockPublicPolicy()),
            Boolean.TRUE.equals(wanted.restrictPublicBuckets()));
    return buckets.change(in.bucket(), call, bucket -> bucket.withPublicAccessBlock(block));
  }

  Unit deletePublicAccessBlock(DeletePublicAccessBlockRequest in, Call call) {
    return buckets.change(in.bucket(), call, bucket -> bucket.withPublicAccessBlock(null));
  }

  // Ownership

  GetBucketOwnershipControlsOutput getOwnershipControls(
      GetBucketOwnershipControlsRequest in, Call call) {
    if (!buckets.require(in.bucket(), call).record().ownershipControls()) {
      throw S3Errors.notConfigured(
          "OwnershipControlsNotFoundError",
          "The bucket ownership controls were not found",
          in.bucket());
    }
    var rule = OwnershipControlsRule.builder().objectOwnership(OWNER_ENFORCED).build();
    return GetBucketOwnershipControlsOutput.builder()
        .ownershipControls(OwnershipControls.builder().rules(List.of(rule)).build())
        .build();
  }

  Unit putOwnershipControls(PutBucketOwnershipControlsRequest in, Call call) {
    var controls = in.ownershipControls();
    if (controls == null || controls.rules() == null || controls.rules().size() != 1) {
      throw S3Errors.malformedXml();
    }
    var ownership = controls.rules().getFirst().objectOwnership();
    if (!OWNER_ENFORCED.equals(ownership)) {
      throw S3Errors.notBuilt(
          "Access control lists are not implemented: the one ObjectOwnership is " + OWNER_ENFORCED);
    }
    return buckets.change(in.bucket(), call, bucket -> bucket.withOwnershipControls(true));
  }

  Unit deleteOwnershipControls(DeleteBucketOwnershipControlsRequest in, Call call) {
    return buckets.change(in.bucket(), call, bucket -> bucket.withOwnershipControls(false));
  }

  GetBucketAclOutput getAcl(GetBucketAclRequest in, Call call) {
    var owner = CanonicalUsers.idOf(buckets.require(in.bucket(), call).accountId());
    return GetBucketAclOutput.builder()
        .owner(Owner.builder().id(owner).build())
        .grants(List.of(fullControl(owner)))
        .build();
  }

  static Grant fullControl(String owner) {
    return Grant.builder()
        .grantee(Grantee.builder().type("CanonicalUser").id(owner).build())
        .permission("FULL_CONTROL")
        .build();
  }

  // Encryption

  GetBucketEncryptionOutput getEncryption(GetBucketEncryptionRequest in, Call call) {
    buckets.require(in.bucket(), call);
    var rule =
        ServerSideEncryptionRule.builder()
            .applyServerSideEncryptionByDefault(
                ServerSideEncryptionByDefault.builder()
                    .sseAlgorithm(ObjectWrites.ENCRYPTION)
                    .build())
            .bucketKeyEnabled(false)
            .build();
    return GetBucketEncryptionOutput.builder()
        .serverSideEncryptionConfiguration(
            ServerSideEncryptionConfiguration.builder().rules(List.of(rule)).build())
        .build();
  }

  /** Takes what is so anyway. */
  Unit putEncryption(PutBucketEncryptionRequest in, Call call) {
    var configuration = in.serverSideEncryptionConfiguration();
    if (configuration == null
        || configuration.rules() == null
        || configuration.rules().size() != 1) {
      throw S3Errors.malformedXml();
    }
    var rule = configuration.rules().getFirst();
    var encryption = rule.applyServerSideEncryptionByDefault();
    if (encryption != null
        && (!ObjectWrites.ENCRYPTION.equals(encryption.sseAlgorithm())
            || encryption.kmsMasterKeyID() != null)) {
      throw S3Errors.notBuilt("The one encryption implemented is " + ObjectWrites.ENCRYPTION);
    }
    return buckets.change(in.bucket(), call, bucket -> bucket);
  }

  Unit deleteEncryption(DeleteBucketEncryptionRequest in, Call call) {
    return buckets.change(in.bucket(), call, bucket -> bucket);
  }
}
