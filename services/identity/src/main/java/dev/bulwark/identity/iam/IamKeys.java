package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.Tag;
import dev.bulwark.policy.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys that IAM's actions bring.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html">Actions,
 *     resources and condition keys for IAM</a>
 */
final class IamKeys {
  private final Context.Builder keys = Context.builder();

  /** No key. */
  static IamKeys none() {
    return new IamKeys();
  }

  private IamKeys() {}

  /** The tags in the request. */
  IamKeys requestTags(@Nullable List<Tag> tags) {
    if (tags != null && !tags.isEmpty()) {
      for (var tag : tags) {
        keys.put("aws:RequestTag/" + tag.key(), tag.value());
      }
      keys.putAll("aws:TagKeys", tags.stream().map(Tag::key).toList());
    }
    return this;
  }

  /** The keys of tags in the request. */
  IamKeys tagKeys(List<String> tagKeys) {
    keys.putAll("aws:TagKeys", tagKeys);
    return this;
  }

  /** The managed policy that is attached or detached. */
  IamKeys policyArn(String arn) {
    keys.put("iam:PolicyARN", arn);
    return this;
  }

  /** The permissions boundary that the user or role has, or is to get. */
  IamKeys boundary(@Nullable String arn) {
    keys.put("iam:PermissionsBoundary", arn);
    return this;
  }

  /** The policy of an organization that a report is about. */
  IamKeys organizationsPolicy(@Nullable String policyId) {
    keys.put("iam:OrganizationsPolicyId", policyId);
    return this;
  }

  /** The service that a role is passed to. */
  IamKeys passedTo(String service) {
    keys.put("iam:PassedToService", service);
    return this;
  }

  /** The service whose role is made. */
  IamKeys awsService(String service) {
    keys.put("iam:AWSServiceName", service);
    return this;
  }

  /** The service that a credential is for, and how many days it is to be good. */
  IamKeys credentialOf(String service, @Nullable Integer days) {
    keys.put("iam:ServiceSpecificCredentialServiceName", service);
    keys.put("iam:ServiceSpecificCredentialAgeDays", days == null ? null : days.toString());
    return this;
  }

  /** The tags of the resource, under IAM's own name beside the global one. */
  IamKeys resourceTags(Map<String, String> tags) {
    tags.forEach((key, value) -> keys.put("iam:ResourceTag/" + key, value));
    return this;
  }

  Context build() {
    return keys.build();
  }
}
