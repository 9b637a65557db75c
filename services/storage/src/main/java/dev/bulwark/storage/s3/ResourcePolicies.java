package dev.bulwark.storage.s3;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.Statement;
import java.nio.charset.StandardCharsets;

/** What S3 asks of the policies of buckets and access points. */
final class ResourcePolicies {
  private final PrincipalLookup principals;

  ResourcePolicies(PrincipalLookup principals) {
    this.principals = principals;
  }

  /**
   * A policy, checked.
   *
   * @param arn of the resource, with which all that the policy is about has to begin
   * @throws dev.bulwark.schema.ApiException MalformedPolicy
   */
  Policy parse(String text, String arn) {
    if (text == null || !text.stripLeading().startsWith("{")) {
      throw S3Errors.malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > Limits.POLICY_BYTES) {
      throw S3Errors.malformedPolicy("Policy exceeds the maximum allowed document size.");
    }
    Policy policy;
    try {
      policy = Policy.parse(text, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw S3Errors.malformedPolicy(wording(e));
    }
    policy.statements().forEach(statement -> check(statement, arn));
    return policy;
  }

  private static String wording(PolicyException e) {
    return switch (e.problem()) {
      case SYNTAX -> "This policy contains invalid Json";
      case TOO_LARGE -> "Policy exceeds the maximum allowed document size.";
      case VERSION -> "The policy must contain a valid version string";
      case MISSING_STATEMENT -> "Missing required field Statement";
      case EFFECT -> String.valueOf(e.getMessage());
      case DUPLICATE_SID -> "Statement IDs (SID) in a single policy must be unique.";
      case INVALID_SID -> "Policy document contains an invalid Sid";
      case MISSING_ACTION -> "Missing required field Action";
      case MISSING_RESOURCE -> "Missing required field Resource";
      case MISSING_PRINCIPAL -> "Missing required field Principal";
      case PROHIBITED_FIELD -> "Policy has an invalid field";
      case INVALID_ACTION -> "Policy has invalid action";
      case INVALID_RESOURCE -> "Policy has invalid resource";
      case INVALID_PRINCIPAL -> "Invalid principal in policy";
      case INVALID_CONDITION -> "Policy has an invalid condition";
    };
  }

  private void check(Statement statement, String arn) {
    for (var action : statement.actions()) {
      if (!action.equals("*") && !S3Actions.isKnown(action)) {
        throw S3Errors.malformedPolicy("Policy has invalid action");
      }
    }
    for (var resource : statement.resources()) {
      if (!isOf(resource, arn)) {
        throw S3Errors.malformedPolicy("Policy has invalid resource");
      }
    }
    if (!statement.notAction() && !statement.notResource()) {
      for (var action : statement.actions()) {
        if (statement.resources().stream().noneMatch(resource -> applies(action, resource, arn))) {
          throw S3Errors.malformedPolicy("Action does not apply to any resource(s) in statement");
        }
      }
    }
    var named = statement.principals();
    if (named != null && !named.values().stream().allMatch(principals::exists)) {
      throw S3Errors.malformedPolicy("Invalid principal in policy");
    }
  }

  private static boolean isOf(String resource, String arn) {
    if (!resource.startsWith(arn)) {
      return false;
    }
    var rest = resource.substring(arn.length());
    return rest.isEmpty() || rest.charAt(0) == '/' || rest.charAt(0) == '*';
  }

  private static boolean applies(String action, String resource, String arn) {
    var name = action.substring(action.indexOf(':') + 1);
    if (name.indexOf('*') >= 0 || name.indexOf('?') >= 0) {
      return true;
    }
    var rest = resource.substring(arn.length());
    boolean objects = rest.indexOf('/') >= 0;
    return (rest.endsWith("*") && !objects) || S3Actions.isOnObjects(name) == objects;
  }
}
