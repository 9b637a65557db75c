package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.AssociateKmsKeyRequest;
import dev.bulwark.api.logs.CreateLogGroupRequest;
import dev.bulwark.api.logs.DataProtectionStatus;
import dev.bulwark.api.logs.DeleteLogGroupRequest;
import dev.bulwark.api.logs.DeleteRetentionPolicyRequest;
import dev.bulwark.api.logs.DescribeLogGroupsRequest;
import dev.bulwark.api.logs.DescribeLogGroupsResponse;
import dev.bulwark.api.logs.DisassociateKmsKeyRequest;
import dev.bulwark.api.logs.InheritedProperty;
import dev.bulwark.api.logs.LogGroup;
import dev.bulwark.api.logs.PutRetentionPolicyRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Log groups. */
final class Groups {
  private static final int PAGE = 50;
  private static final String STANDARD = "STANDARD";
  private static final Set<Integer> RETENTIONS =
      Set.of(
          1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
          2922, 3288, 3653);

  private final LogsTables tables;
  private final GroupKeys keys;

  Groups(LogsTables tables, GroupKeys keys) {
    this.tables = tables;
    this.keys = keys;
  }

  /** A group as the caller names it: by name, or by ARN. */
  static String name(@Nullable String name, @Nullable String identifier) {
    if (name != null && identifier != null) {
      throw LogsErrors.groupNamedTwice();
    }
    if (name == null && identifier == null) {
      throw LogsErrors.invalid("Exactly one of logGroupName and logGroupIdentifier is required.");
    }
    return name != null ? name : nameOf(String.valueOf(identifier));
  }

  /** The name in an ARN, with or without a star at its end; else the text itself. */
  static String nameOf(String identifier) {
    if (!identifier.startsWith("arn:")) {
      return identifier;
    }
    var parts = identifier.split(":", 8);
    if (parts.length < 7 || !parts[5].equals("log-group")) {
      throw LogsErrors.invalid("Invalid ARN: " + identifier);
    }
    return parts[6];
  }

  Optional<LogGroupRecord> find(String name, Call call) {
    return tables
        .store()
        .read((ReadTx tx) -> tables.find(tx, call.accountId(), call.region(), name));
  }

  LogGroupRecord require(ReadTx tx, String name, Call call) {
    return tables.require(tx, call.accountId(), call.region(), name);
  }

  LogGroupRecord require(String name, Call call) {
    return tables.store().read((ReadTx tx) -> require(tx, name, call));
  }

  Unit create(CreateLogGroupRequest in, Call call) {
    var logGroupClass = in.logGroupClass() == null ? STANDARD : in.logGroupClass();
    var given =
        new LogGroupRecord(
            Ids.hex(8),
            call.accountId(),
            call.region(),
            in.logGroupName(),
            call.time().toEpochMilli(),
            null,
            logGroupClass,
            null,
            in.tags() == null ? Map.of() : in.tags());
    var group = in.kmsKeyId() == null ? given : given.withKey(keys.check(given, in.kmsKeyId()));
    call.concerns(LogGroupRecord.TYPE, group.arn());
    return call.write(
        Unit.UNIT,
        tx -> {
          if (tables.groups().contains(tx, key(group))) {
            throw LogsErrors.groupExists();
          }
          tables.groups().insert(tx, key(group), group);
          call.changed(tx, LogGroupRecord.TYPE, group.name(), group.arn(), null, group);
        });
  }

  private static String key(LogGroupRecord group) {
    return Key.of(group.accountId(), group.region(), group.name());
  }

  Unit delete(DeleteLogGroupRequest in, Call call) {
    return call.write(
        tx -> {
          var group = require(tx, in.logGroupName(), call);
          tables.groups().delete(tx, key(group));
          tables.ofGroup().forEach(table -> table.deleteAll(tx, Key.prefix(group.id())));
          tables.sizes().delete(tx, group.id());
          tables.protections().delete(tx, key(group));
          tables
              .metricFilters()
              .deleteAll(tx, Key.prefix(group.accountId(), group.region(), group.name()));
          call.concerns(LogGroupRecord.TYPE, group.arn());
          call.changed(tx, LogGroupRecord.TYPE, group.name(), group.arn(), group, null);
          return Unit.UNIT;
        });
  }

  Unit putRetention(PutRetentionPolicyRequest in, Call call) {
    if (!RETENTIONS.contains(in.retentionInDays())) {
      throw LogsErrors.invalid("Invalid value for retentionInDays: " + in.retentionInDays() + ".");
    }
    return change(in.logGroupName(), call, group -> group.withRetention(in.retentionInDays()));
  }

  Unit deleteRetention(DeleteRetentionPolicyRequest in, Call call) {
    return change(in.logGroupName(), call, group -> group.withRetention(null));
  }

  /** Events that are there already stay as they are. */
  Unit associateKey(AssociateKmsKeyRequest in, Call call) {
    var name = keyed(in.logGroupName(), in.resourceIdentifier());
    var arn = keys.check(require(name, call), in.kmsKeyId());
    return change(name, call, group -> group.withKey(arn));
  }

  Unit disassociateKey(DisassociateKmsKeyRequest in, Call call) {
    return change(
        keyed(in.logGroupName(), in.resourceIdentifier()), call, group -> group.withKey(null));
  }

  /** Of what else takes a key, the results of queries, nothing is kept on disk. */
  static String keyed(@Nullable String name, @Nullable String identifier) {
    if (identifier != null && !identifier.contains(":log-group:")) {
      throw LogsErrors.invalid("Only log groups take a KMS key.");
    }
    return name(name, identifier);
  }

  Unit change(String name, Call call, UnaryOperator<LogGroupRecord> change) {
    return call.write(
        tx -> {
          var group = require(tx, name, call);
          put(tx, call, group, change.apply(group));
          return Unit.UNIT;
        });
  }

  private void put(WriteTx tx, Call call, LogGroupRecord before, LogGroupRecord after) {
    tables.groups().put(tx, key(after), after);
    call.concerns(LogGroupRecord.TYPE, after.arn());
    call.changed(tx, LogGroupRecord.TYPE, after.name(), after.arn(), before, after);
  }

  DescribeLogGroupsResponse describe(DescribeLogGroupsRequest in, Call call) {
    var prefix = in.logGroupNamePrefix();
    var pattern = in.logGroupNamePattern();
    if (prefix != null && pattern != null) {
      throw LogsErrors.invalid(
          "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    }
    int limit = in.limit() == null ? PAGE : in.limit();
    var scope = Key.prefix(call.accountId(), call.region());
    var after = Pages.read(in.nextToken());
    return tables
        .store()
        .read(
            tx -> {
              var page =
                  Pages.of(
                      tables.groups(),
                      tx,
                      Scan.prefix(scope + (prefix == null ? "" : prefix))
                          .after(after == null ? null : scope + after),
                      limit,
                      group ->
                          (pattern == null || containsIgnoringCase(group.name(), pattern))
                              && (in.logGroupClass() == null
                                  || in.logGroupClass().equals(group.logGroupClass())));
              return new DescribeLogGroupsResponse(
                  page.rows().stream().map(row -> view(tx, row.value())).toList(),
                  page.more() ? Pages.write(last(page.rows()).name()) : null);
            });
  }

  private static <T> T last(List<Entry<T>> rows) {
    return rows.getLast().value();
  }

  private static boolean containsIgnoringCase(String name, String part) {
    for (int i = 0; i + part.length() <= name.length(); i++) {
      if (name.regionMatches(true, i, part, 0, part.length())) {
        return true;
      }
    }
    return false;
  }

  private LogGroup view(ReadTx tx, LogGroupRecord group) {
    var size = tables.sizes().get(tx, group.id());
    var filters = Key.prefix(group.accountId(), group.region(), group.name());
    return LogGroup.builder()
        .logGroupName(group.name())
        .creationTime(group.created())
        .retentionInDays(group.retentionDays())
        .metricFilterCount((int) tables.metricFilters().count(tx, filters))
        .arn(group.arn() + ":*")
        .logGroupArn(group.arn())
        .storedBytes(size == null ? 0 : size.bytes())
        .logGroupClass(group.logGroupClass())
        .kmsKeyId(group.keyArn())
        .dataProtectionStatus(
            tables.protections().contains(tx, key(group))
                ? DataProtectionStatus.ACTIVATED.value()
                : null)
        .inheritedProperties(
            tables.accountProtections().count(tx, Key.prefix(group.accountId(), group.region())) > 0
                ? List.of(InheritedProperty.ACCOUNT_DATA_PROTECTION.value())
                : null)
        .build();
  }
}
