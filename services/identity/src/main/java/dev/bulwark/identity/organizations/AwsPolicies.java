package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.PolicyType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The policies that AWS manages: each type that limits permissions has one, which allows all. */
enum AwsPolicies {
  FULL_AWS_ACCESS(
      "p-FullAWSAccess",
      PolicyType.SERVICE_CONTROL_POLICY,
      "FullAWSAccess",
      "Allows access to every operation",
      """
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
          }
        ]
      }"""),
  RCP_FULL_AWS_ACCESS(
      "p-RCPFullAWSAccess",
      PolicyType.RESOURCE_CONTROL_POLICY,
      "RCPFullAWSAccess",
      "Allows access to every resource",
      """
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*"
          }
        ]
      }""");

  private final String id;
  private final String type;
  private final String policyName;
  private final String description;
  private final String content;

  AwsPolicies(String id, PolicyType type, String policyName, String description, String content) {
    this.id = id;
    this.type = type.value();
    this.policyName = policyName;
    this.description = description;
    this.content = content;
  }

  static @Nullable AwsPolicies find(String policyId) {
    for (var policy : values()) {
      if (policy.id.equals(policyId)) {
        return policy;
      }
    }
    return null;
  }

  /** The policies of a type that AWS attaches everywhere. */
  static List<AwsPolicies> ofType(String type) {
    return List.of(values()).stream().filter(policy -> policy.type.equals(type)).toList();
  }

  String id() {
    return id;
  }

  String type() {
    return type;
  }

  String policyName() {
    return policyName;
  }

  String description() {
    return description;
  }

  String content() {
    return content;
  }

  String arn() {
    return "arn:aws:organizations::aws:policy/%s/%s".formatted(type.toLowerCase(Locale.ROOT), id);
  }
}
