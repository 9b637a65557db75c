package dev.bulwark.benchmarks.policy;

import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Policies as they are in the wild: a few services each, action lists with and without wildcards,
 * resource patterns, some conditions and some denies. Deterministic.
 */
final class PolicyCorpus {
  private static final List<String> SERVICES =
      List.of(
          "s3",
          "ec2",
          "iam",
          "sqs",
          "sns",
          "kms",
          "lambda",
          "dynamodb",
          "logs",
          "ssm",
          "ecr",
          "rds",
          "sts",
          "events");
  private static final List<String> VERBS =
      List.of("Get", "List", "Describe", "Put", "Create", "Delete", "Update", "Tag");
  private static final List<String> NOUNS =
      List.of(
          "Object",
          "Bucket",
          "User",
          "Role",
          "Queue",
          "Topic",
          "Key",
          "Function",
          "Table",
          "Stream",
          "Parameter");

  private final Random random = new Random(42);
  private final boolean conditions;

  PolicyCorpus(boolean conditions) {
    this.conditions = conditions;
  }

  /** So many policies of five statements each. */
  List<AttachedPolicy> policies(int count) throws PolicyException {
    List<AttachedPolicy> policies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      policies.add(attached(document(5), i));
    }
    return policies;
  }

  static AttachedPolicy attached(String document, int number) throws PolicyException {
    return Policy.parse(document, PolicyKind.IDENTITY)
        .attachedAs("arn:aws:iam::111122223333:policy/p" + number, PolicyType.IDENTITY_BASED);
  }

  String document(int statements) {
    var document = new StringBuilder("{\"Version\":\"2012-10-17\",\"Statement\":[");
    for (int i = 0; i < statements; i++) {
      document.append(i == 0 ? "" : ",").append(statement(i));
    }
    return document.append("]}").toString();
  }

  private String statement(int index) {
    var service = pick(SERVICES);
    List<String> actions = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      actions.add(
          '"' + service + ':' + pick(VERBS) + (random.nextInt(4) == 0 ? "*" : pick(NOUNS)) + '"');
    }
    var resource =
        switch (random.nextInt(3)) {
          case 0 -> "*";
          case 1 ->
              "arn:aws:"
                  + service
                  + ":*:111122223333:"
                  + pick(NOUNS).toLowerCase()
                  + "/team-"
                  + random.nextInt(50)
                  + "/*";
          default ->
              "arn:aws:"
                  + service
                  + ":eu-west-1:111122223333:app-"
                  + random.nextInt(50)
                  + "-*/data/*.json";
        };
    if (service.equals("iam")) {
      resource = "arn:aws:iam::111122223333:role/team-" + random.nextInt(50) + "/*";
    } else if (service.equals("s3")) {
      resource = "arn:aws:s3:::bucket-" + random.nextInt(50) + "/${aws:PrincipalTag/team}/*";
    }
    return """
        {"Sid":"S%d","Effect":"%s","Action":[%s],"Resource":"%s"%s}"""
        .formatted(
            index,
            random.nextInt(8) == 0 ? "Deny" : "Allow",
            String.join(",", actions),
            resource,
            condition());
  }

  private String condition() {
    if (!conditions) {
      return "";
    }
    return switch (random.nextInt(4)) {
      case 0 ->
          ",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"192.168.0.0/16\"]}}";
      case 1 ->
          ",\"Condition\":{\"StringEquals\":{\"aws:ResourceTag/team\":\"${aws:PrincipalTag/team}\"}}";
      case 2 ->
          ",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"true\"},\"ArnLike\":{\"aws:PrincipalArn\":\"arn:aws:iam::111122223333:role/*\"}}";
      default -> "";
    };
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
