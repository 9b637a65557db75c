package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A managed policy, customer's or AWS's.
 *
 * @param accountId {@code aws} for AWS's own
 * @param lastVersion the number of the newest version ever made; numbers are not used again
 */
public record PolicyRecord(
    String accountId,
    String name,
    String path,
    String id,
    @Nullable String description,
    Instant created,
    Instant updated,
    String defaultVersionId,
    int lastVersion,
    List<Version> versions,
    Map<String, String> tags)
    implements PolicyFacts {

  static final String TYPE = "AWS::IAM::ManagedPolicy";

  /** The account part in the ARNs of AWS's own policies. */
  static final String AWS_ACCOUNT = "aws";

  /** One version of a managed policy. */
  public record Version(String id, String document, Instant created) {}

  public PolicyRecord {
    versions = List.copyOf(versions);
    tags = Map.copyOf(tags);
  }

  @Override
  public String arn() {
    return arn(accountId, path, name);
  }

  static String arn(String accountId, String path, String name) {
    return "arn:aws:iam::" + accountId + ":policy" + path + name;
  }

  /** Whether it is AWS's own. */
  boolean managedByAws() {
    return accountId.equals(AWS_ACCOUNT);
  }

  Optional<Version> version(String versionId) {
    return versions.stream().filter(v -> v.id().equals(versionId)).findFirst();
  }

  /** The version in force. */
  public Version defaultVersion() {
    return version(defaultVersionId)
        .orElseThrow(() -> new IllegalStateException(arn() + " lacks its default version"));
  }

  PolicyRecord withVersions(
      List<Version> newVersions, String newDefault, int newLastVersion, Instant time) {
    return new PolicyRecord(
        accountId,
        name,
        path,
        id,
        description,
        created,
        time,
        newDefault,
        newLastVersion,
        newVersions,
        tags);
  }

  PolicyRecord withTags(Map<String, String> newTags) {
    return new PolicyRecord(
        accountId,
        name,
        path,
        id,
        description,
        created,
        updated,
        defaultVersionId,
        lastVersion,
        versions,
        newTags);
  }
}
