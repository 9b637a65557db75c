package dev.bulwark.identity.accessanalyzer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resources whose policies can let someone in from outside, as the services that own them tell. */
public interface ResourcePolicies {

  /**
   * A resource.
   *
   * @param type such as {@code AWS::S3::Bucket}
   * @param region null for resources that are in every Region, as roles are
   * @param policy null where it has none
   * @param publicBlocked whether a policy that lets everybody in lets in nobody from outside
   */
  record Resource(
      String arn,
      String type,
      String accountId,
      @Nullable String region,
      Instant created,
      @Nullable String policy,
      boolean publicBlocked) {}

  /** The type of its resources. */
  String type();

  /** The resources of an account that an analyzer of a Region looks at. */
  List<Resource> ofAccount(String accountId, String region);

  /** The resource of an ARN. */
  Optional<Resource> find(String arn);
}
