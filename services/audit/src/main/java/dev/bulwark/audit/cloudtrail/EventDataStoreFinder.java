package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Arn;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadTx;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds event data stores by their ARN or id. */
final class EventDataStoreFinder {
  private static final String PREFIX = "eventdatastore/";
  private static final Pattern ID = Pattern.compile("[a-f0-9-]{36}");

  private final LakeTables tables;
  private final ResourcePolicies policies;

  EventDataStoreFinder(LakeTables tables, ResourcePolicies policies) {
    this.tables = tables;
    this.policies = policies;
  }

  /**
   * The ARN that a request in that account and Region names.
   *
   * @throws dev.bulwark.schema.ApiException EventDataStoreARNInvalidException
   */
  static String arn(String arnOrId, Call call) {
    if (!arnOrId.startsWith("arn:")) {
      if (!ID.matcher(arnOrId).matches()) {
        throw LakeErrors.invalidStoreArn(arnOrId);
      }
      return EventDataStoreRecord.arn(call.region(), call.accountId(), arnOrId);
    }
    if (!isArn(arnOrId)) {
      throw LakeErrors.invalidStoreArn(arnOrId);
    }
    return arnOrId;
  }

  static boolean isArn(String text) {
    return Arn.tryParse(text)
        .filter(found -> found.service().equals("cloudtrail"))
        .filter(found -> found.resource().startsWith(PREFIX))
        .filter(found -> ID.matcher(found.resource().substring(PREFIX.length())).matches())
        .isPresent();
  }

  /** What a request about an event data store is authorized against. */
  Resource resource(String arnOrId, Call call) {
    var arn = arn(arnOrId, call);
    var found = tables.stores().get(arn);
    return found == null
        ? Resource.of(arn)
        : Resource.of(arn)
            .ownedBy(found.accountId())
            .withTags(found.tags())
            .withPolicy(policies.parsed(arn));
  }

  @Nullable EventDataStoreRecord find(ReadTx tx, String arnOrId, Call call) {
    var found = tables.stores().get(tx, arn(arnOrId, call));
    return found == null || found.isGone(call.time()) || !found.homeRegion().equals(call.region())
        ? null
        : found;
  }

  /**
   * An event data store, whatever its state.
   *
   * @throws dev.bulwark.schema.ApiException EventDataStoreARNInvalidException,
   *     EventDataStoreNotFoundException
   */
  EventDataStoreRecord require(ReadTx tx, String arnOrId, Call call) {
    var found = find(tx, arnOrId, call);
    if (found == null) {
      throw LakeErrors.noStore(arnOrId);
    }
    return found;
  }

  /**
   * One that is not about to be deleted.
   *
   * @throws dev.bulwark.schema.ApiException InactiveEventDataStoreException, and those of {@link
   *     #require}
   */
  EventDataStoreRecord requireActive(ReadTx tx, String arnOrId, Call call) {
    var found = require(tx, arnOrId, call);
    if (found.deleted() != null) {
      throw LakeErrors.inactiveStore(found.arn());
    }
    return found;
  }
}
