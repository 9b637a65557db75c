package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An instance profile as stored.
 *
 * @param roleId the id of its role ({@code AROA…}); an instance profile holds one at most
 */
public record InstanceProfileRecord(
    String accountId,
    String name,
    String path,
    String id,
    Instant created,
    @Nullable String roleId,
    Map<String, String> tags) {

  static final String TYPE = "AWS::IAM::InstanceProfile";

  public InstanceProfileRecord {
    tags = Map.copyOf(tags);
  }

  public String arn() {
    return arn(accountId, path, name);
  }

  static String arn(String accountId, String path, String name) {
    return "arn:aws:iam::" + accountId + ":instance-profile" + path + name;
  }

  InstanceProfileRecord withRole(@Nullable String newRoleId) {
    return new InstanceProfileRecord(accountId, name, path, id, created, newRoleId, tags);
  }

  InstanceProfileRecord withTags(Map<String, String> newTags) {
    return new InstanceProfileRecord(accountId, name, path, id, created, roleId, newTags);
  }
}
