package dev.bulwark.server;

import dev.bulwark.identity.accessanalyzer.ResourcePolicies;
import dev.bulwark.state.Store;
import dev.bulwark.storage.s3.BucketAccess;
import java.util.List;
import java.util.Optional;

/** Buckets, for Access Analyzer. */
final class BucketResources implements ResourcePolicies {
  private static final String TYPE = "AWS::S3::Bucket";

  private final BucketAccess buckets;

  BucketResources(Store store) {
    this.buckets = new BucketAccess(store);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public List<Resource> ofAccount(String accountId, String region) {
    return buckets.ofAccount(accountId, region).stream().map(BucketResources::resource).toList();
  }

  @Override
  public Optional<Resource> find(String arn) {
    return buckets.find(arn).map(BucketResources::resource);
  }

  private static Resource resource(BucketAccess.Bucket bucket) {
    return new Resource(
        bucket.arn(),
        TYPE,
        bucket.accountId(),
        bucket.region(),
        bucket.created(),
        bucket.policy(),
        bucket.restrictsPublic());
  }
}
