package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.DeleteResourcePolicyRequest;
import dev.bulwark.api.logs.DescribeResourcePoliciesRequest;
import dev.bulwark.api.logs.DescribeResourcePoliciesResponse;
import dev.bulwark.api.logs.PutResourcePolicyRequest;
import dev.bulwark.api.logs.PutResourcePolicyResponse;
import dev.bulwark.api.logs.ResourcePolicy;
import dev.bulwark.monitoring.logs.LogsTables.PolicyRecord;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreCache;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Policies that let services of AWS into the log groups of an account in a Region. */
final class LogPolicies {
  private static final int MOST = 10;
  private static final int PAGE = 50;
  private static final int MOST_CACHED = 1000;

  private final LogsTables tables;
  private final StoreCache<Policy> merged;

  LogPolicies(LogsTables tables) {
    this.tables = tables;
    this.merged = tables.store().cache(MOST_CACHED, this::merge, tables.policies());
  }

  /** All policies of an account in a Region as one; null where there is none. */
  @Nullable Policy of(String accountId, String region) {
    return merged.get(Key.prefix(accountId, region));
  }

  private @Nullable Policy merge(ReadTx tx, String scope) {
    var rows = tables.policies().scan(tx, Scan.prefix(scope));
    if (rows.isEmpty()) {
      return null;
    }
    var mapper = JsonMapper.shared();
    var statements = mapper.createArrayNode();
    for (var row : rows) {
      var found = mapper.readTree(row.value().document()).path("Statement");
      if (found.isArray()) {
        found.forEach(statement -> statements.add(withoutId(statement)));
      } else {
        statements.add(withoutId(found));
      }
    }
    var document = mapper.createObjectNode().put("Version", "2012-10-17");
    document.set("Statement", statements);
    try {
      return Policy.parse(document.toString(), PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw new IllegalStateException("the stored policies of " + scope, e);
    }
  }

  /** Ids are unique in each policy, not in all. */
  private static JsonNode withoutId(JsonNode statement) {
    var copy = statement.deepCopy();
    if (copy instanceof ObjectNode object) {
      object.remove("Sid");
    }
    return copy;
  }

  PutResourcePolicyResponse put(PutResourcePolicyRequest in, Call call) {
    if (in.policyName() == null || in.policyDocument() == null) {
      throw LogsErrors.invalid("policyName and policyDocument are required.");
    }
    try {
      var unused = Policy.parse(in.policyDocument(), PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      throw LogsErrors.invalid("Invalid policy document: " + e.getMessage());
    }
    var policy = new PolicyRecord(in.policyName(), in.policyDocument(), call.time().toEpochMilli());
    return call.write(
        new PutResourcePolicyResponse(view(policy)),
        tx -> {
          var scope = Key.prefix(call.accountId(), call.region());
          var key = scope + policy.name();
          if (!tables.policies().contains(tx, key) && tables.policies().count(tx, scope) >= MOST) {
            throw LogsErrors.limitExceeded();
          }
          tables.policies().put(tx, key, policy);
        });
  }

  Unit delete(DeleteResourcePolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var key = Key.prefix(call.accountId(), call.region()) + in.policyName();
          if (!tables.policies().delete(tx, key)) {
            throw LogsErrors.noPolicy(in.policyName());
          }
          return Unit.UNIT;
        });
  }

  DescribeResourcePoliciesResponse describe(DescribeResourcePoliciesRequest in, Call call) {
    var scope = Key.prefix(call.accountId(), call.region());
    var after = Pages.read(in.nextToken());
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.of(
                      tables.policies(),
                      tx,
                      Scan.prefix(scope).after(after == null ? null : scope + after),
                      in.limit() == null ? PAGE : in.limit(),
                      policy -> true);
              return new DescribeResourcePoliciesResponse(
                  page.rows().stream().map(row -> view(row.value())).toList(),
                  page.more() ? Pages.write(page.rows().getLast().value().name()) : null);
            });
  }

  private static ResourcePolicy view(PolicyRecord policy) {
    return new ResourcePolicy(policy.name(), policy.document(), policy.updated());
  }
}
