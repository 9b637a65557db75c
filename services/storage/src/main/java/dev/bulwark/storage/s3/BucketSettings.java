package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.BlockedEncryptionTypes;
import dev.bulwark.api.s3.DeleteBucketEncryptionRequest;
import dev.bulwark.api.s3.DeleteBucketOwnershipControlsRequest;
import dev.bulwark.api.s3.DeletePublicAccessBlockRequest;
import dev.bulwark.api.s3.GetBucketEncryptionOutput;
import dev.bulwark.api.s3.GetBucketEncryptionRequest;
import dev.bulwark.api.s3.GetBucketOwnershipControlsOutput;
import dev.bulwark.api.s3.GetBucketOwnershipControlsRequest;
import dev.bulwark.api.s3.GetPublicAccessBlockOutput;
import dev.bulwark.api.s3.GetPublicAccessBlockRequest;
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
 * Who owns what is in a bucket, what its policy may open, and how it is encrypted: everything is at
 * rest, and cannot not be.
 */
final class BucketSettings {
  private static final String SSE_C = "SSE-C";

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
    var controls = buckets.require(in.bucket(), call).record().ownershipControls();
    if (controls == null) {
      throw S3Errors.notConfigured(
          "OwnershipControlsNotFoundError",
          "The bucket ownership controls were not found",
          in.bucket());
    }
    var rule = OwnershipControlsRule.builder().objectOwnership(controls.text()).build();
    return GetBucketOwnershipControlsOutput.builder()
        .ownershipControls(OwnershipControls.builder().rules(List.of(rule)).build())
        .build();
  }

  Unit putOwnershipControls(PutBucketOwnershipControlsRequest in, Call call) {
    var controls = in.ownershipControls();
    if (controls == null || controls.rules() == null || controls.rules().size() != 1) {
      throw S3Errors.malformedXml();
    }
    var ownership = Ownership.named(controls.rules().getFirst().objectOwnership());
    if (ownership == null) {
      throw S3Errors.malformedXml();
    }
    return buckets.change(
        in.bucket(),
        call,
        bucket -> {
          var acl = bucket.rules().acl();
          // Grants to others would be void, and come back with another ownership.
          if (ownership == Ownership.ENFORCED && acl != null && grantsToOthers(acl)) {
            throw S3Errors.bucketAclWithOwnership();
          }
          return bucket.withOwnershipControls(ownership);
        });
  }

  private static boolean grantsToOthers(Acl acl) {
    var owner = CanonicalUsers.idOf(acl.owner());
    return acl.grants().stream().anyMatch(grant -> !grant.grantee().equals(owner));
  }

  Unit deleteOwnershipControls(DeleteBucketOwnershipControlsRequest in, Call call) {
    return buckets.change(in.bucket(), call, bucket -> bucket.withOwnershipControls(null));
  }

  // Encryption

  GetBucketEncryptionOutput getEncryption(GetBucketEncryptionRequest in, Call call) {
    var encryption = buckets.require(in.bucket(), call).record().rules().encryption();
    var rule =
        ServerSideEncryptionRule.builder()
            .applyServerSideEncryptionByDefault(
                ServerSideEncryptionByDefault.builder()
                    .sseAlgorithm(encryption.algorithm())
                    .kmsMasterKeyID(encryption.keyId())
                    .build())
            .bucketKeyEnabled(encryption.bucketKey())
            .blockedEncryptionTypes(
                encryption.blocksCustomerKeys()
                    ? BlockedEncryptionTypes.builder().encryptionType(List.of(SSE_C)).build()
                    : null)
            .build();
    return GetBucketEncryptionOutput.builder()
        .serverSideEncryptionConfiguration(
            ServerSideEncryptionConfiguration.builder().rules(List.of(rule)).build())
        .build();
  }

  Unit putEncryption(PutBucketEncryptionRequest in, Call call) {
    var configuration = in.serverSideEncryptionConfiguration();
    if (configuration == null
        || configuration.rules() == null
        || configuration.rules().size() != 1) {
      throw S3Errors.malformedXml();
    }
    var encryption = encryption(configuration.rules().getFirst());
    return buckets.change(
        in.bucket(), call, bucket -> bucket.withRules(bucket.rules().withEncryption(encryption)));
  }

  private static DefaultEncryption encryption(ServerSideEncryptionRule rule) {
    var wanted = rule.applyServerSideEncryptionByDefault();
    var algorithm = wanted == null ? Encryption.AES256 : wanted.sseAlgorithm();
    var keyId = wanted == null ? null : wanted.kmsMasterKeyID();
    switch (algorithm) {
      case Encryption.AES256 -> {
        if (keyId != null && !keyId.isEmpty()) {
          throw S3Errors.invalidArgument(
              "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
              "KMSMasterKeyID",
              keyId);
        }
      }
      case Encryption.KMS, Encryption.KMS_DUAL -> {}
      case null, default -> throw S3Errors.malformedXml();
    }
    var blocked = rule.blockedEncryptionTypes();
    return new DefaultEncryption(
        algorithm,
        keyId == null || keyId.isEmpty() ? null : keyId,
        Boolean.TRUE.equals(rule.bucketKeyEnabled()),
        blocked != null
            && blocked.encryptionType() != null
            && blocked.encryptionType().contains(SSE_C));
  }

  /** Back to what a new bucket has. */
  Unit deleteEncryption(DeleteBucketEncryptionRequest in, Call call) {
    return buckets.change(
        in.bucket(),
        call,
        bucket -> bucket.withRules(bucket.rules().withEncryption(DefaultEncryption.SERVER)));
  }
}
