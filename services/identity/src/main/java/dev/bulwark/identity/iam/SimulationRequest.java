package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.ContextEntry;
import dev.bulwark.api.iam.SimulateCustomPolicyRequest;
import dev.bulwark.api.iam.SimulatePrincipalPolicyRequest;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Arn;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of both simulations have in common, checked and parsed.
 *
 * @param resources empty where none were named
 * @param owner the account of resources whose ARNs name none
 * @param firstAction where the page begins
 */
record SimulationRequest(
    List<String> actions,
    List<String> resources,
    @Nullable SimulatedPolicy boundary,
    @Nullable SimulatedPolicy resourcePolicy,
    @Nullable String owner,
    @Nullable List<ContextEntry> contextEntries,
    @Nullable Integer maxItems,
    int firstAction) {

  private static final int MOST_RESOURCES = 2_000;
  private static final Pattern ACTION = Pattern.compile("[A-Za-z0-9-]+:[A-Za-z0-9_-]+");

  /** EC2's scenarios, and the types of resources that each needs. */
  private static final Map<String, List<String>> SCENARIOS =
      Map.of(
          "EC2-VPC-InstanceStore",
          List.of("instance", "image", "security-group", "network-interface"),
          "EC2-VPC-InstanceStore-Subnet",
          List.of("instance", "image", "security-group", "network-interface", "subnet"),
          "EC2-VPC-EBS",
          List.of("instance", "image", "security-group", "network-interface", "volume"),
          "EC2-VPC-EBS-Subnet",
          List.of("instance", "image", "security-group", "network-interface", "subnet", "volume"));

  static SimulationRequest of(SimulateCustomPolicyRequest in) {
    return of(
        in.actionNames(),
        in.resourceArns(),
        in.permissionsBoundaryPolicyInputList(),
        in.resourcePolicy(),
        in.resourceOwner(),
        in.contextEntries(),
        in.resourceHandlingOption(),
        in.maxItems(),
        in.marker());
  }

  static SimulationRequest of(SimulatePrincipalPolicyRequest in) {
    return of(
        in.actionNames(),
        in.resourceArns(),
        in.permissionsBoundaryPolicyInputList(),
        in.resourcePolicy(),
        in.resourceOwner(),
        in.contextEntries(),
        in.resourceHandlingOption(),
        in.maxItems(),
        in.marker());
  }

  private static SimulationRequest of(
      List<String> actions,
      @Nullable List<String> resourceArns,
      @Nullable List<String> boundaries,
      @Nullable String resourcePolicy,
      @Nullable String owner,
      @Nullable List<ContextEntry> entries,
      @Nullable String handling,
      @Nullable Integer maxItems,
      @Nullable String marker) {
    for (var action : actions) {
      if (!ACTION.matcher(action).matches()) {
        throw SimulationErrors.invalidAction(action);
      }
    }
    var resources = resourceArns == null ? List.<String>of() : resourceArns;
    check(resources);
    if (handling != null) {
      checkScenario(handling, resources);
    }
    return new SimulationRequest(
        actions,
        resources,
        boundary(boundaries),
        resourcePolicy == null ? null : resourcePolicy(resourcePolicy, actions),
        owner == null ? null : account(owner),
        entries,
        maxItems,
        position(marker));
  }

  private static void check(List<String> resources) {
    if (resources.size() > MOST_RESOURCES) {
      throw SimulationErrors.tooManyResources(MOST_RESOURCES);
    }
    for (var resource : resources) {
      var all = resource.equals("*") && resources.size() == 1;
      if (!all && Arn.tryParse(resource).isEmpty()) {
        throw SimulationErrors.notAnArn(resource);
      }
    }
  }

  private static void checkScenario(String option, List<String> resources) {
    var needed = SCENARIOS.get(option);
    if (needed == null) {
      throw SimulationErrors.invalidHandling(option);
    }
    var given =
        resources.stream()
            .flatMap(text -> Arn.tryParse(text).stream())
            .filter(arn -> arn.service().equals("ec2"))
            .map(Arn::resourceType)
            .toList();
    var missing = needed.stream().filter(type -> !given.contains(type)).toList();
    if (!missing.isEmpty()) {
      throw SimulationErrors.missingResources(option, String.join(", ", missing));
    }
  }

  private static @Nullable SimulatedPolicy boundary(@Nullable List<String> documents) {
    if (documents == null || documents.isEmpty()) {
      return null;
    }
    if (documents.size() > 1) {
      throw SimulationErrors.tooManyBoundaries();
    }
    return SimulatedPolicy.parse(
        "PermissionsBoundaryPolicyInputList.1",
        PolicyType.PERMISSIONS_BOUNDARY,
        documents.getFirst(),
        PolicyKind.IDENTITY);
  }

  /** The policy of a role is its trust policy, which names no resource. */
  private static SimulatedPolicy resourcePolicy(String document, List<String> actions) {
    var trust = actions.stream().allMatch(action -> action.startsWith("sts:Assume"));
    return SimulatedPolicy.parse(
        "ResourcePolicy",
        trust ? PolicyType.ROLE_TRUST : PolicyType.RESOURCE_BASED,
        document,
        trust ? PolicyKind.TRUST : PolicyKind.RESOURCE);
  }

  /** The owner is named by the ARN of its root user. */
  private static String account(String owner) {
    return Arn.tryParse(owner)
        .filter(arn -> arn.service().equals("iam") && arn.resource().equals("root"))
        .map(Arn::account)
        .filter(AccountId::isValid)
        .orElseThrow(() -> SimulationErrors.invalidOwner(owner));
  }

  private static int position(@Nullable String marker) {
    var text = Pages.decode(marker);
    if (text == null) {
      return 0;
    }
    try {
      return Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw IamErrors.invalidMarker(String.valueOf(marker));
    }
  }
}
