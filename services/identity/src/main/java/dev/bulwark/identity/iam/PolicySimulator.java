package dev.bulwark.identity.iam;

import dev.bulwark.access.PolicySource;
import dev.bulwark.access.Principal;
import dev.bulwark.api.iam.EvaluationResult;
import dev.bulwark.api.iam.GetContextKeysForCustomPolicyRequest;
import dev.bulwark.api.iam.GetContextKeysForPolicyResponse;
import dev.bulwark.api.iam.GetContextKeysForPrincipalPolicyRequest;
import dev.bulwark.api.iam.SimulateCustomPolicyRequest;
import dev.bulwark.api.iam.SimulatePolicyResponse;
import dev.bulwark.api.iam.SimulatePrincipalPolicyRequest;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policy simulator.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html">IAM
 *     policy testing</a>
 */
final class PolicySimulator {
  /** Decisions of a page: more actions than these stand on the next one. */
  private static final int MOST_DECISIONS = 10_000;

  private final IamTables tables;
  private final EntityPolicies policies;
  private final PolicySource enforced;

  /**
   * The simulator.
   *
   * @param enforced what real requests are decided with: the service control policies come from it
   */
  PolicySimulator(IamTables tables, EntityPolicies policies, PolicySource enforced) {
    this.tables = tables;
    this.policies = policies;
    this.enforced = enforced;
  }

  SimulatePolicyResponse simulateCustom(SimulateCustomPolicyRequest in, Call call) {
    var request = SimulationRequest.of(in);
    var caller =
        tables
            .store()
            .read(tx -> SimulatedCaller.ofArn(tables, tx, call.accountId(), in.callerArn()));
    if (request.resourcePolicy() != null && in.callerArn() == null) {
      throw SimulationErrors.noCaller();
    }
    var page = run(request, caller, inputs(in.policyInputList()), null, null);
    return new SimulatePolicyResponse(page.items(), page.truncated(), page.marker());
  }

  SimulatePolicyResponse simulatePrincipal(SimulatePrincipalPolicyRequest in, Call call) {
    var request = SimulationRequest.of(in);
    return tables
        .store()
        .read(
            tx -> {
              var source = source(tx, call, in.policySourceArn());
              var caller =
                  in.callerArn() == null
                      ? SimulatedCaller.of(source)
                      : SimulatedCaller.ofArn(tables, tx, call.accountId(), in.callerArn());
              if (request.resourcePolicy() != null
                  && in.callerArn() == null
                  && !(source instanceof UserRecord)) {
                throw SimulationErrors.noCaller();
              }
              var identity = new ArrayList<SimulatedPolicy>();
              for (var held : policies.of(tx, source)) {
                identity.add(SimulatedPolicy.of(held, PolicyType.IDENTITY_BASED));
              }
              identity.addAll(inputs(in.policyInputList()));
              var page =
                  run(request, caller, identity, boundary(tx, source), serviceControl(source));
              return new SimulatePolicyResponse(page.items(), page.truncated(), page.marker());
            });
  }

  private Entity source(ReadTx tx, Call call, String arn) {
    var parsed = EntityPolicies.parse(arn);
    if (parsed != null && !parsed.account().equals(call.accountId())) {
      throw SimulationErrors.foreignSource(call.accountId(), parsed.account());
    }
    return policies.require(tx, call.accountId(), arn, SimulationErrors.unclearEntity(arn));
  }

  /** A boundary that is gone allows nothing, as it does in real requests. */
  private @Nullable SimulatedPolicy boundary(ReadTx tx, Entity source) {
    var arn =
        switch (source) {
          case UserRecord user -> user.boundary();
          case RoleRecord role -> role.boundary();
          case GroupRecord group -> null;
        };
    if (arn == null) {
      return null;
    }
    var held = policies.managed(tx, source, arn);
    return held == null
        ? SimulatedPolicy.parse(arn, PolicyType.PERMISSIONS_BOUNDARY, NOTHING, PolicyKind.IDENTITY)
        : SimulatedPolicy.of(held, PolicyType.PERMISSIONS_BOUNDARY);
  }

  private static final String NOTHING =
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"NotAction\":\"none:None\",\"Resource\":\"*\"}}";

  /** Those of the account; null where it is in no organization. */
  private @Nullable List<PolicyBundle> serviceControl(Entity source) {
    return enforced.place(source.accountId()) == null
        ? null
        : enforced.find(new Principal.AccountRoot(source.accountId())).serviceControl();
  }

  private static List<SimulatedPolicy> inputs(@Nullable List<String> documents) {
    var parsed = new ArrayList<SimulatedPolicy>();
    for (var document : documents == null ? List.<String>of() : documents) {
      parsed.add(
          SimulatedPolicy.parse(
              "PolicyInputList." + (parsed.size() + 1),
              PolicyType.IDENTITY_BASED,
              document,
              PolicyKind.IDENTITY));
    }
    return parsed;
  }

  private static Pages.Page<EvaluationResult> run(
      SimulationRequest request,
      SimulatedCaller caller,
      List<SimulatedPolicy> identity,
      @Nullable SimulatedPolicy boundary,
      @Nullable List<PolicyBundle> serviceControl) {
    var simulation =
        new Simulation(
            new Simulation.Setting(
                caller.requester(),
                identity,
                request.boundary() == null ? boundary : request.boundary(),
                serviceControl,
                request.resourcePolicy(),
                request.owner(),
                new SimulationContext(request.contextEntries(), caller.facts())));
    var actions = request.actions();
    var from = request.firstAction();
    var most =
        Math.min(
            Pages.most(request.maxItems()),
            Math.max(1, MOST_DECISIONS / Math.max(1, request.resources().size())));
    var to = Math.min(actions.size(), from + most);
    var results = new ArrayList<EvaluationResult>();
    for (var action : actions.subList(Math.min(from, to), to)) {
      results.add(simulation.evaluate(action, request.resources()));
    }
    return new Pages.Page<>(
        results, to < actions.size() ? Pages.encode(Integer.toString(to)) : null);
  }

  GetContextKeysForPolicyResponse customKeys(GetContextKeysForCustomPolicyRequest in, Call call) {
    return new GetContextKeysForPolicyResponse(keys(inputs(in.policyInputList())));
  }

  GetContextKeysForPolicyResponse principalKeys(
      GetContextKeysForPrincipalPolicyRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var source = source(tx, call, in.policySourceArn());
              var all = new ArrayList<SimulatedPolicy>();
              for (var held : policies.of(tx, source)) {
                all.add(SimulatedPolicy.of(held, PolicyType.IDENTITY_BASED));
              }
              var boundary = boundary(tx, source);
              if (boundary != null) {
                all.add(boundary);
              }
              all.addAll(inputs(in.policyInputList()));
              return new GetContextKeysForPolicyResponse(keys(all));
            });
  }

  private static List<String> keys(List<SimulatedPolicy> policies) {
    Map<String, String> keys = new TreeMap<>();
    policies.forEach(policy -> policy.contextKeys().forEach(keys::putIfAbsent));
    return List.copyOf(keys.values());
  }
}
