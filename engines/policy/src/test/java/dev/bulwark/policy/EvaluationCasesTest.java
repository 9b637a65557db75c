package dev.bulwark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.policy.Principals.Principal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rules of AWS's pages on evaluation, each with what it lets pass and what not: the table
 * {@code evaluation-cases.json}. A case asks for s3:GetObject on an object of the requester's
 * account where it says nothing else.
 */
class EvaluationCasesTest {
  private static final JsonNode TABLE = read();

  private static JsonNode read() {
    try (var json = EvaluationCasesTest.class.getResourceAsStream("/evaluation-cases.json")) {
      return JsonMapper.shared().readTree(json);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Named<JsonNode>> cases() {
    return TABLE.get("cases").valueStream().map(row -> Named.of(row.get("rule").asString(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decidesAsAwsDoes(JsonNode row) {
    var request = request(row);
    var policies = policies(row);
    var decision = PolicyEvaluator.evaluate(request, policies);
    assertThat(outcome(decision)).isEqualTo(row.get("expect").asString());
    if (row.has("by")) {
      assertThat(decision.decidedBy()).isNotNull();
      assertThat(decision.decidedBy().noun()).isEqualTo(row.get("by").asString());
    }
    assertThat(PolicyEvaluator.explain(request, policies).decision()).isEqualTo(decision);
  }

  private static String outcome(Decision decision) {
    return switch (decision.outcome()) {
      case ALLOW -> "allow";
      case EXPLICIT_DENY -> "explicitDeny";
      case IMPLICIT_DENY -> "implicitDeny";
    };
  }

  private static AuthorizationRequest request(JsonNode row) {
    var context = Context.builder();
    row.path("context").properties().forEach(e -> context.put(e.getKey(), e.getValue().asString()));
    return new AuthorizationRequest(
        requester(row.get("who").asString()),
        row.path("action").asString("s3:GetObject"),
        "arn:aws:s3:::b/k",
        row.has("owner") ? Policies.OTHER_ACCOUNT : Policies.ACCOUNT,
        context.build());
  }

  private static Requester requester(String name) {
    return switch (name) {
      case "user" -> Policies.USER;
      case "role" -> Policies.ROLE;
      case "federated" -> Policies.FEDERATED;
      case "federatedRoot" ->
          new Requester.FederatedUser(
              Policies.ACCOUNT, "arn:aws:sts::111122223333:federated-user/bob", null, null);
      case "root" -> Policies.ROOT;
      case "service" -> Policies.SERVICE;
      case "anonymous" -> Policies.ANONYMOUS;
      case "linked" -> Policies.LINKED;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static PolicySet policies(JsonNode row) {
    var identity = bundle(row, "identity", PolicyType.IDENTITY_BASED);
    return PolicySet.builder()
        .identity(identity == null ? PolicyBundle.EMPTY : identity)
        .permissionsBoundary(bundle(row, "boundary", PolicyType.PERMISSIONS_BOUNDARY))
        .session(bundle(row, "session", PolicyType.SESSION))
        .serviceControl(levels(row, "scp", PolicyType.SERVICE_CONTROL))
        .resourceControl(levels(row, "rcp", PolicyType.RESOURCE_CONTROL))
        .resource(bundle(row, "resource", PolicyType.RESOURCE_BASED))
        .resourcePolicyMustAllow(row.has("key"))
        .grants(grants(row))
        .build();
  }

  private static List<Grant> grants(JsonNode row) {
    List<Grant> grants = new ArrayList<>();
    for (var grantee : row.path("grants")) {
      var name = grantee.asString();
      grants.add(
          new Grant(
              "grant",
              name.startsWith("arn:") ? new Principal.Arn(name) : new Principal.Account(name),
              row.has("issuer") ? Policies.OTHER_ACCOUNT : Policies.ACCOUNT));
    }
    return grants;
  }

  private static List<PolicyBundle> levels(JsonNode row, String layer, PolicyType type) {
    List<PolicyBundle> levels = new ArrayList<>();
    for (var name : row.path(layer)) {
      levels.add(bundle(name.asString(), type));
    }
    return levels;
  }

  private static @Nullable PolicyBundle bundle(JsonNode row, String layer, PolicyType type) {
    return row.has(layer) ? bundle(row.get(layer).asString(), type) : null;
  }

  private static PolicyBundle bundle(String name, PolicyType type) {
    var statements = TABLE.get("policies").get(name);
    return statements.isEmpty()
        ? PolicyBundle.EMPTY
        : PolicyBundle.of(
            Policies.parse(
                    Policies.kind(type),
                    "{\"Version\":\"2012-10-17\",\"Statement\":" + statements + "}")
                .attachedAs(name, type));
  }
}
