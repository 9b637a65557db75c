package dev.bulwark.identity.iam;

/** What policies can be attached to. */
enum EntityKind {
  USER("user", "User", "AWS::IAM::User"),
  GROUP("group", "Group", "AWS::IAM::Group"),
  ROLE("role", "Role", "AWS::IAM::Role");

  private final String noun;
  private final String capitalized;
  private final String type;

  EntityKind(String noun, String capitalized, String type) {
    this.noun = noun;
    this.capitalized = capitalized;
    this.type = type;
  }

  /** As it stands in ARNs and messages. */
  String noun() {
    return noun;
  }

  String capitalized() {
    return capitalized;
  }

  /** In CloudFormation's form. */
  String type() {
    return type;
  }

  String arn(String accountId, String path, String name) {
    return "arn:aws:iam::" + accountId + ":" + noun + path + name;
  }
}
