package dev.bulwark.policy;

import dev.bulwark.policy.PolicyException.Problem;
import java.util.List;

/** The form of resources in permissions policies, as IAM checks it. */
final class ResourceForm {
  private static final int PARTS = 6;

  private static final List<String> IAM_TYPES =
      List.of(
          "user/",
          "federated-user/",
          "role/",
          "group/",
          "instance-profile/",
          "mfa/",
          "server-certificate/",
          "policy/",
          "sms-mfa/",
          "saml-provider/",
          "oidc-provider/",
          "report/",
          "access-report/");

  private ResourceForm() {}

  /**
   * IAM's first look: an ARN of a known partition with a service that has some of the six parts but
   * not all.
   */
  static void checkLegacy(String resource) throws PolicyException {
    if (resource.equals("*")) {
      return;
    }
    var parts = resource.split(":", PARTS);
    if (parts.length < 4 || !isPartition(parts[1])) {
      return;
    }
    if (parts.length < PARTS || parts[2].isEmpty()) {
      throw new PolicyException(Problem.INVALID_RESOURCE, PolicyWording.legacy());
    }
  }

  /**
   * IAM's second look.
   *
   * @return the resource with all six parts: those left off stand for anything
   */
  static String check(String resource) throws PolicyException {
    if (resource.equals("*")) {
      return resource;
    }
    var parts = resource.split(":", PARTS);
    if (parts.length == 1) {
      throw bad("Resource " + resource + " must be in ARN format or \"*\".");
    }
    if (!isPartition(parts[1])) {
      throw bad(
          "Partition \""
              + parts[1]
              + "\" is not valid for resource \""
              + complete("arn" + rest(resource))
              + "\".");
    }
    if (parts.length == 2) {
      throw bad("Resource vendor must be fully qualified and cannot contain regexes.");
    }
    var complete = complete(resource);
    if (parts.length == PARTS) {
      checkService(complete, parts);
    }
    return complete;
  }

  private static void checkService(String resource, String[] parts) throws PolicyException {
    var service = parts[2];
    var region = parts[3];
    var path = parts[5];
    if (service.equals("iam")) {
      if (!region.isEmpty() && !region.equals("*")) {
        throw bad("IAM resource " + resource + " cannot contain region information.");
      }
      // The message leaves out the root user, whom policies on sts:AssumeRoot have to name.
      if (!path.equals("*")
          && !path.equals("root")
          && IAM_TYPES.stream().noneMatch(path::startsWith)) {
        throw bad(
            "IAM resource path must either be \"*\" or start with "
                + String.join(", ", IAM_TYPES)
                + ".");
      }
    }
    // Access points, jobs and the like live in a Region and an account; buckets and objects in
    // neither.
    if (service.equals("s3") && !region.isEmpty() && !region.equals("*") && parts[4].isEmpty()) {
      throw bad("Resource " + resource + " can not contain region information.");
    }
  }

  private static boolean isPartition(String partition) {
    return partition.equals("aws")
        || partition.startsWith("aws-")
        || partition.indexOf('*') >= 0
        || partition.indexOf('?') >= 0
        || partition.startsWith("${");
  }

  private static String rest(String resource) {
    return resource.substring(resource.indexOf(':'));
  }

  private static String complete(String resource) {
    var complete = new StringBuilder(resource);
    for (int parts = resource.split(":", PARTS).length; parts < PARTS; parts++) {
      complete.append(":*");
    }
    return complete.toString();
  }

  private static PolicyException bad(String message) {
    return new PolicyException(Problem.INVALID_RESOURCE, message);
  }
}
