package dev.bulwark.identity.organizations;

import dev.bulwark.policy.Effect;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.Statement;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The documents of policies: their size, and the grammar of their type. */
final class PolicyContents {
  private static final int DEEPEST = 50;
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .build());

  private PolicyContents() {}

  /**
   * Makes sure that a document is a policy of that type.
   *
   * @throws dev.bulwark.schema.ApiException ConstraintViolationException,
   *     MalformedPolicyDocumentException
   */
  static void check(String type, String content) {
    if (content.getBytes(StandardCharsets.UTF_8).length > OrganizationQuotas.policySize(type)) {
      throw OrganizationErrors.policyTooLarge();
    }
    switch (type) {
      case "SERVICE_CONTROL_POLICY" -> check(content, PolicyKind.SCP);
      case "RESOURCE_CONTROL_POLICY" -> {
        if (!check(content, PolicyKind.RCP).statements().stream()
            .allMatch(PolicyContents::limits)) {
          throw OrganizationErrors.malformedPolicy();
        }
      }
      case "TAG_POLICY" -> {
        if (!TagPolicies.isOne(json(content))) {
          throw OrganizationErrors.malformedPolicy();
        }
      }
      default -> json(content);
    }
  }

  /** Customers' RCPs only deny, and name the services whose actions they deny. */
  private static boolean limits(Statement statement) {
    return statement.effect() == Effect.DENY
        && !statement.notAction()
        && !statement.actions().contains("*");
  }

  private static Policy check(String content, PolicyKind kind) {
    try {
      return Policy.parse(content, kind);
    } catch (PolicyException e) {
      throw OrganizationErrors.malformedPolicy();
    }
  }

  /**
   * The document of a management policy.
   *
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocumentException
   */
  static ObjectNode json(String content) {
    try {
      if (JSON.readTree(content) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      // Told below, in AWS's words.
    }
    throw OrganizationErrors.malformedPolicy();
  }
}
