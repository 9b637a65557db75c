package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Arn;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds channels by their ARN or id. */
final class ChannelFinder {
  private static final String PREFIX = "channel/";
  private static final Pattern ID = Pattern.compile("[a-f0-9-]{36}");

  private final LakeTables tables;
  private final ResourcePolicies policies;
  private final StoreCache<ChannelRecord> channels;

  ChannelFinder(LakeTables tables, ResourcePolicies policies) {
    this.tables = tables;
    this.policies = policies;
    this.channels = tables.channels().cached(1000);
  }

  static boolean isArn(String text) {
    return Arn.tryParse(text)
        .filter(found -> found.service().equals("cloudtrail"))
        .filter(found -> found.resource().startsWith(PREFIX))
        .isPresent();
  }

  /**
   * The ARN that a request in that account and Region names.
   *
   * @throws ApiException ChannelARNInvalidException
   */
  static String arn(String arnOrId, Call call) {
    if (ID.matcher(arnOrId).matches()) {
      return ChannelRecord.arn(call.region(), call.accountId(), arnOrId);
    }
    if (!isArn(arnOrId)) {
      throw LakeErrors.invalidChannelArn(arnOrId);
    }
    return arnOrId;
  }

  Resource resource(String arnOrId, Call call) {
    return resource(arn(arnOrId, call));
  }

  /** What a request about a channel is authorized against. */
  Resource resource(String arn) {
    var found = channels.get(arn);
    return found == null
        ? Resource.of(arn)
        : Resource.of(arn)
            .ownedBy(found.accountId())
            .withTags(found.tags())
            .withPolicy(policies.parsed(arn));
  }

  /** A channel of the call's Region, as last committed. */
  Optional<ChannelRecord> find(String arn, Call call) {
    return Optional.ofNullable(channels.get(arn))
        .filter(found -> found.region().equals(call.region()));
  }

  /**
   * @throws ApiException ChannelARNInvalidException, ChannelNotFoundException
   */
  ChannelRecord require(ReadTx tx, String arnOrId, Call call) {
    return Optional.ofNullable(tables.channels().get(tx, arn(arnOrId, call)))
        .filter(found -> found.region().equals(call.region()))
        .filter(found -> found.accountId().equals(call.accountId()))
        .orElseThrow(() -> LakeErrors.noChannel(arnOrId));
  }
}
