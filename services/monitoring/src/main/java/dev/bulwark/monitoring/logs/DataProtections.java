package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.AccountPolicy;
import dev.bulwark.api.logs.DeleteAccountPolicyRequest;
import dev.bulwark.api.logs.DeleteDataProtectionPolicyRequest;
import dev.bulwark.api.logs.DescribeAccountPoliciesRequest;
import dev.bulwark.api.logs.DescribeAccountPoliciesResponse;
import dev.bulwark.api.logs.GetDataProtectionPolicyRequest;
import dev.bulwark.api.logs.GetDataProtectionPolicyResponse;
import dev.bulwark.api.logs.PolicyType;
import dev.bulwark.api.logs.PutAccountPolicyRequest;
import dev.bulwark.api.logs.PutAccountPolicyResponse;
import dev.bulwark.api.logs.PutDataProtectionPolicyRequest;
import dev.bulwark.api.logs.PutDataProtectionPolicyResponse;
import dev.bulwark.api.logs.Scope;
import dev.bulwark.logs.protection.DataProtection;
import dev.bulwark.logs.protection.InvalidProtectionException;
import dev.bulwark.monitoring.logs.LogsTables.ProtectionRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.Table;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Data protection policies of log groups, and of all groups of an account in a Region; and the
 * masking of what was taken in since they were put.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data.html">Help
 *     protect sensitive log data with masking</a>
 */
final class DataProtections {
  private static final int LONGEST = 30_720;
  private static final int MOST_CACHED = 10_000;

  /** A policy, and since when events are masked by it. */
  private record Active(DataProtection policy, long since) {}

  private final LogsTables tables;
  private final Groups groups;
  private final StoreCache<Active> ofGroups;
  private final StoreCache<Active> ofAccounts;

  DataProtections(LogsTables tables, Groups groups) {
    this.tables = tables;
    this.groups = groups;
    this.ofGroups = tables.protections().cached(MOST_CACHED, DataProtections::active);
    this.ofAccounts =
        tables
            .store()
            .cache(
                MOST_CACHED,
                (tx, scope) -> {
                  var found = ofAccount(tx, scope);
                  return found == null ? null : active(found);
                },
                tables.accountProtections());
  }

  private static Active active(ProtectionRecord record) {
    try {
      return new Active(DataProtection.parse(record.document()), record.since());
    } catch (InvalidProtectionException e) {
      throw new IllegalStateException("the stored policy " + record.name(), e);
    }
  }

  private @Nullable ProtectionRecord ofAccount(ReadTx tx, String scope) {
    var found = tables.accountProtections().scan(tx, Scan.prefix(scope).limit(1));
    return found.isEmpty() ? null : found.getFirst().value();
  }

  /** How messages of a group are shown to those who may not see what is sensitive in them. */
  interface Masking {
    /**
     * The message as it is shown.
     *
     * @param ingestion when it was taken in, in milliseconds
     */
    String shown(String message, long ingestion);

    /** An event as it is shown. */
    default StoredEvent shown(StoredEvent event) {
      return event.withMessage(shown(event.message(), event.ingestion()));
    }
  }

  /** The masking of a group's messages. */
  Masking of(LogGroupRecord group) {
    var active = new ArrayList<Active>(2);
    add(active, ofGroups.get(Key.of(group.accountId(), group.region(), group.name())));
    add(active, ofAccounts.get(Key.prefix(group.accountId(), group.region())));
    return (message, ingestion) -> {
      var shown = message;
      for (var one : active) {
        if (ingestion >= one.since()) {
          shown = one.policy().masked(shown);
        }
      }
      return shown;
    };
  }

  /**
   * The masking of a group's messages for a request.
   *
   * @param unmask whether it asks, and is allowed, to see all
   */
  Masking of(LogGroupRecord group, @Nullable Boolean unmask) {
    return Boolean.TRUE.equals(unmask) ? (message, ingestion) -> message : of(group);
  }

  private static void add(List<Active> list, @Nullable Active one) {
    if (one != null) {
      list.add(one);
    }
  }

  // Policies of groups

  private static String checked(String document) {
    if (document.length() > LONGEST) {
      throw LogsErrors.invalid("The policy document has more than " + LONGEST + " characters.");
    }
    try {
      var unused = DataProtection.parse(document);
      return document;
    } catch (InvalidProtectionException e) {
      throw LogsErrors.invalid("Invalid data protection policy: " + e.getMessage());
    }
  }

  private static ProtectionRecord record(String name, String document, Call call) {
    long now = call.time().toEpochMilli();
    return new ProtectionRecord(name, checked(document), now, now);
  }

  PutDataProtectionPolicyResponse put(PutDataProtectionPolicyRequest in, Call call) {
    var name = Groups.nameOf(in.logGroupIdentifier());
    var record = record(name, in.policyDocument(), call);
    return call.write(
        tx -> {
          var group = groups.require(tx, name, call);
          var before = tables.protections().get(tx, key(group));
          tables.protections().put(tx, key(group), record.replacing(before));
          call.concerns(LogGroupRecord.TYPE, group.arn());
          return new PutDataProtectionPolicyResponse(
              in.logGroupIdentifier(), record.document(), record.updated());
        });
  }

  private static String key(LogGroupRecord group) {
    return Key.of(group.accountId(), group.region(), group.name());
  }

  GetDataProtectionPolicyResponse get(GetDataProtectionPolicyRequest in, Call call) {
    var group = groups.require(Groups.nameOf(in.logGroupIdentifier()), call);
    var found = tables.protections().get(key(group));
    return found == null
        ? new GetDataProtectionPolicyResponse(in.logGroupIdentifier(), null, null)
        : new GetDataProtectionPolicyResponse(
            in.logGroupIdentifier(), found.document(), found.updated());
  }

  Unit delete(DeleteDataProtectionPolicyRequest in, Call call) {
    return call.write(
        tx -> {
          var group = groups.require(tx, Groups.nameOf(in.logGroupIdentifier()), call);
          if (!tables.protections().delete(tx, key(group))) {
            throw LogsErrors.noResource();
          }
          call.concerns(LogGroupRecord.TYPE, group.arn());
          return Unit.UNIT;
        });
  }

  // Policies of accounts

  private static Table<ProtectionRecord> requireBuilt(String type, Table<ProtectionRecord> built) {
    if (!PolicyType.DATA_PROTECTION_POLICY.value().equals(type)) {
      throw LogsErrors.unbuilt("Account policies of the type " + type + " are not built.");
    }
    return built;
  }

  PutAccountPolicyResponse putOfAccount(PutAccountPolicyRequest in, Call call) {
    var table = requireBuilt(in.policyType(), tables.accountProtections());
    if (in.selectionCriteria() != null) {
      throw LogsErrors.invalid("selectionCriteria is not supported for data protection policies.");
    }
    var record = record(in.policyName(), in.policyDocument(), call);
    return call.write(
        tx -> {
          var scope = Key.prefix(call.accountId(), call.region());
          var before = ofAccount(tx, scope);
          if (before != null && !before.name().equals(record.name())) {
            throw LogsErrors.limitExceeded();
          }
          table.put(tx, scope + record.name(), record.replacing(before));
          return new PutAccountPolicyResponse(view(record, call.accountId()));
        });
  }

  private static AccountPolicy view(ProtectionRecord record, String accountId) {
    return AccountPolicy.builder()
        .policyName(record.name())
        .policyDocument(record.document())
        .policyType(PolicyType.DATA_PROTECTION_POLICY.value())
        .scope(Scope.ALL.value())
        .lastUpdatedTime(record.updated())
        .accountId(accountId)
        .build();
  }

  DescribeAccountPoliciesResponse describeOfAccount(DescribeAccountPoliciesRequest in, Call call) {
    var table = requireBuilt(in.policyType(), tables.accountProtections());
    if (in.accountIdentifiers() != null
        && !in.accountIdentifiers().equals(List.of(call.accountId()))) {
      throw LogsErrors.invalid("Policies of the calling account alone can be described.");
    }
    var found =
        tables
            .store()
            .read(tx -> table.scan(tx, Scan.prefix(Key.prefix(call.accountId(), call.region()))));
    return DescribeAccountPoliciesResponse.builder()
        .accountPolicies(
            found.stream()
                .map(row -> row.value())
                .filter(one -> in.policyName() == null || in.policyName().equals(one.name()))
                .map(one -> view(one, call.accountId()))
                .toList())
        .build();
  }

  Unit deleteOfAccount(DeleteAccountPolicyRequest in, Call call) {
    var table = requireBuilt(in.policyType(), tables.accountProtections());
    return call.write(
        tx -> {
          var key = Key.prefix(call.accountId(), call.region()) + in.policyName();
          if (!table.delete(tx, key)) {
            throw LogsErrors.noPolicy(in.policyName());
          }
          return Unit.UNIT;
        });
  }
}
