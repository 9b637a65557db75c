package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.DeleteResourcePolicyRequest;
import dev.bulwark.api.cloudtrail.DeleteResourcePolicyResponse;
import dev.bulwark.api.cloudtrail.GetResourcePolicyRequest;
import dev.bulwark.api.cloudtrail.GetResourcePolicyResponse;
import dev.bulwark.api.cloudtrail.PutResourcePolicyRequest;
import dev.bulwark.api.cloudtrail.PutResourcePolicyResponse;
import dev.bulwark.audit.cloudtrail.LakeTables.PolicyRecord;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadFunction;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The policies of event data stores and channels. */
final class ResourcePolicies {
  private static final int MOST_STATEMENTS = 20;

  private final LakeTables tables;
  private final StoreCache<Policy> parsed;

  ResourcePolicies(LakeTables tables) {
    this.tables = tables;
    this.parsed = tables.policies().cached(1000, found -> parse(found.document()));
  }

  /** A resource's policy; null where it has none. */
  @Nullable Policy parsed(String arn) {
    return parsed.get(arn);
  }

  /** What a request about a resource's policy is authorized against: the resource. */
  Resource resource(String arn) {
    return Resource.of(arn).withPolicy(parsed(arn));
  }

  private static Policy parse(String document) {
    try {
      var policy = Policy.parse(document, PolicyKind.RESOURCE);
      if (policy.statements().isEmpty() || policy.statements().size() > MOST_STATEMENTS) {
        throw LakeErrors.policy("The resource policy must have 1 to 20 statements.");
      }
      return policy;
    } catch (PolicyException e) {
      throw LakeErrors.policy(String.valueOf(e.getMessage()));
    }
  }

  PutResourcePolicyResponse put(PutResourcePolicyRequest in, Call call) {
    parse(in.resourcePolicy());
    return call.write(
        tx -> {
          requireResource(tx, in.resourceArn(), call);
          tables.policies().put(tx, in.resourceArn(), new PolicyRecord(in.resourcePolicy()));
          return new PutResourcePolicyResponse(in.resourceArn(), in.resourcePolicy());
        });
  }

  GetResourcePolicyResponse get(GetResourcePolicyRequest in, Call call) {
    ReadFunction<Optional<PolicyRecord>, RuntimeException> read =
        tx -> {
          requireResource(tx, in.resourceArn(), call);
          return Optional.ofNullable(tables.policies().get(tx, in.resourceArn()));
        };
    var found = tables.store().read(read).orElseThrow(() -> LakeErrors.noPolicy(in.resourceArn()));
    return GetResourcePolicyResponse.builder()
        .resourceArn(in.resourceArn())
        .resourcePolicy(found.document())
        .build();
  }

  DeleteResourcePolicyResponse delete(DeleteResourcePolicyRequest in, Call call) {
    return call.write(
        tx -> {
          requireResource(tx, in.resourceArn(), call);
          if (!tables.policies().delete(tx, in.resourceArn())) {
            throw LakeErrors.noPolicy(in.resourceArn());
          }
          return new DeleteResourcePolicyResponse();
        });
  }

  private void requireResource(ReadTx tx, String arn, Call call) {
    boolean found;
    if (EventDataStoreFinder.isArn(arn)) {
      var store = tables.stores().get(tx, arn);
      found =
          store != null
              && !store.isGone(call.time())
              && isHere(store.accountId(), store.homeRegion(), call);
    } else if (ChannelFinder.isArn(arn)) {
      var channel = tables.channels().get(tx, arn);
      found = channel != null && isHere(channel.accountId(), channel.region(), call);
    } else {
      throw arn.startsWith("arn:aws:cloudtrail:") && arn.contains(":trail/")
          ? CloudTrailErrors.resourceType(arn)
          : LakeErrors.policyArn(arn);
    }
    if (!found) {
      throw CloudTrailErrors.noResource(arn);
    }
  }

  private static boolean isHere(String accountId, String region, Call call) {
    return accountId.equals(call.accountId()) && region.equals(call.region());
  }
}
