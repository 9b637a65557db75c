package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.CreateEventBusRequest;
import dev.bulwark.api.events.CreateEventBusResponse;
import dev.bulwark.api.events.DeadLetterConfig;
import dev.bulwark.api.events.DeleteEventBusRequest;
import dev.bulwark.api.events.DescribeEventBusRequest;
import dev.bulwark.api.events.DescribeEventBusResponse;
import dev.bulwark.api.events.EventBus;
import dev.bulwark.api.events.ListEventBusesRequest;
import dev.bulwark.api.events.ListEventBusesResponse;
import dev.bulwark.api.events.PutPermissionRequest;
import dev.bulwark.api.events.RemovePermissionRequest;
import dev.bulwark.api.events.UpdateEventBusRequest;
import dev.bulwark.api.events.UpdateEventBusResponse;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.PolicyStatements;
import dev.bulwark.messaging.ResourcePolicies;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Event buses and their policies. */
final class Buses {
  private static final String TYPE = "AWS::Events::EventBus";

  private final EventTables tables;
  private final PolicyPrincipals principals;
  private final BusKeys keys;
  private final PageTokens pages;

  Buses(EventTables tables, PolicyPrincipals principals, BusKeys keys, PageTokens pages) {
    this.tables = tables;
    this.principals = principals;
    this.keys = keys;
    this.pages = pages;
  }

  /** The bus that a name or ARN means; the default bus where there is neither. */
  static BusName named(@Nullable String nameOrArn, Call call) {
    if (nameOrArn == null || nameOrArn.isEmpty()) {
      return own(BusName.DEFAULT, call);
    }
    return nameOrArn.startsWith("arn:")
        ? BusName.ofArn(nameOrArn)
            .orElseThrow(() -> EventErrors.validation("Parameter EventBusName is not valid."))
        : own(nameOrArn, call);
  }

  private static BusName own(String name, Call call) {
    return new BusName(call.principal().accountId(), call.region(), name);
  }

  /** Null where there is none. */
  EventTables.@Nullable LoadedBus find(@Nullable String nameOrArn, Call call) {
    return find(named(nameOrArn, call), call);
  }

  /** Each Region knows its own alone. */
  private EventTables.@Nullable LoadedBus find(BusName name, Call call) {
    return name.region().equals(call.region()) ? tables.find(name) : null;
  }

  EventTables.LoadedBus require(@Nullable String nameOrArn, Call call) {
    var name = named(nameOrArn, call);
    var found = find(name, call);
    if (found == null) {
      throw EventErrors.noSuchBus(name.name());
    }
    if (!name.accountId().equals(call.principal().accountId())) {
      call.inAccount(name.accountId());
    }
    call.concerns(TYPE, name.arn());
    return found;
  }

  /** A bus as what permissions are about, whether it is there or not. */
  Resource resource(@Nullable String nameOrArn, Call call) {
    var name = named(nameOrArn, call);
    var found = find(name, call);
    return found == null ? Resource.of(name.arn()).ownedBy(name.accountId()) : found.resource();
  }

  CreateEventBusResponse create(CreateEventBusRequest in, Call call) {
    if (in.eventSourceName() != null || in.name().startsWith("aws.")) {
      throw EventErrors.unbuilt("Bulwark has no partner event sources.");
    }
    if (in.name().indexOf('/') >= 0) {
      throw EventErrors.validation("Event bus name must not contain '/'.");
    }
    var name = own(in.name(), call);
    var kmsKey = keys.checked(name, in.kmsKeyIdentifier());
    var record =
        new BusRecord(
            name,
            in.description(),
            kmsKey,
            deadLetterQueue(in.deadLetterConfig()),
            null,
            EventTags.checked(java.util.Map.of(), in.tags()),
            call.time(),
            call.time());
    call.concerns(TYPE, name.arn());
    return call.write(
        tx -> {
          if (tables.find(name) != null) {
            throw EventErrors.busExists(in.name());
          }
          if (custom(tx, name) >= EventQuotas.BUSES) {
            throw EventErrors.tooMany();
          }
          tables.buses.insert(tx, name.key(), record);
          call.changed(tx, TYPE, name.name(), name.arn(), null, record);
          return CreateEventBusResponse.builder()
              .eventBusArn(name.arn())
              .description(in.description())
              .kmsKeyIdentifier(kmsKey)
              .deadLetterConfig(in.deadLetterConfig())
              .build();
        });
  }

  /** How many buses there are beside the default one where a bus is to be. */
  private long custom(ReadTx tx, BusName name) {
    var all = tables.buses.count(tx, Key.prefix(name.accountId(), name.region()));
    var defaultBus = new BusName(name.accountId(), name.region(), BusName.DEFAULT);
    return tables.buses.contains(tx, defaultBus.key()) ? all - 1 : all;
  }

  private static @Nullable String deadLetterQueue(@Nullable DeadLetterConfig config) {
    return config == null ? null : config.arn();
  }

  UpdateEventBusResponse update(UpdateEventBusRequest in, Call call) {
    var bus = require(in.name(), call);
    var kmsKey = keys.checked(bus.name(), in.kmsKeyIdentifier());
    change(
        bus.name(),
        call,
        record ->
            record.with(
                in.description(), kmsKey, deadLetterQueue(in.deadLetterConfig()), call.time()));
    return UpdateEventBusResponse.builder()
        .arn(bus.name().arn())
        .name(bus.name().name())
        .description(in.description())
        .kmsKeyIdentifier(kmsKey)
        .deadLetterConfig(in.deadLetterConfig())
        .build();
  }

  Unit change(BusName name, Call call, UnaryOperator<BusRecord> change) {
    return call.write(
        tx -> {
          var before = tables.buses.get(tx, name.key());
          if (before == null && !name.name().equals(BusName.DEFAULT)) {
            throw EventErrors.noSuchBus(name.name());
          }
          var after = change.apply(before == null ? BusRecord.ofDefault(name) : before);
          tables.buses.put(tx, name.key(), after);
          call.changed(tx, TYPE, name.name(), name.arn(), before, after);
          return Unit.UNIT;
        });
  }

  DescribeEventBusResponse describe(DescribeEventBusRequest in, Call call) {
    var bus = require(in.name(), call).record();
    return DescribeEventBusResponse.builder()
        .name(bus.name().name())
        .arn(bus.name().arn())
        .description(bus.description())
        .kmsKeyIdentifier(bus.kmsKey())
        .policy(shownPolicy(bus))
        .deadLetterConfig(
            bus.deadLetterQueue() == null
                ? null
                : DeadLetterConfig.builder().arn(bus.deadLetterQueue()).build())
        .creationTime(orNull(bus.created()))
        .lastModifiedTime(orNull(bus.modified()))
        .build();
  }

  private static @Nullable Instant orNull(Instant time) {
    return time.equals(Instant.EPOCH) ? null : time;
  }

  private @Nullable String shownPolicy(BusRecord bus) {
    return bus.policy() == null ? null : principals.show(bus.policy());
  }

  ListEventBusesResponse list(ListEventBusesRequest in, Call call) {
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix =
        Key.of(
            call.principal().accountId(),
            call.region(),
            Objects.requireNonNullElse(in.namePrefix(), ""));
    var after = pages.read(in.nextToken(), prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(tx -> tables.buses.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    var shown =
        new java.util.ArrayList<>(
            found.stream()
                .limit(most)
                .map(row -> row.value())
                .filter(bus -> !bus.name().name().equals(BusName.DEFAULT))
                .toList());
    var defaultName = own(BusName.DEFAULT, call);
    var ofDefault = tables.find(defaultName);
    if (after == null
        && ofDefault != null
        && BusName.DEFAULT.startsWith(Objects.requireNonNullElse(in.namePrefix(), ""))) {
      shown.addFirst(ofDefault.record());
    }
    return ListEventBusesResponse.builder()
        .eventBuses(
            shown.stream()
                .map(
                    bus ->
                        EventBus.builder()
                            .name(bus.name().name())
                            .arn(bus.name().arn())
                            .description(bus.description())
                            .policy(shownPolicy(bus))
                            .creationTime(orNull(bus.created()))
                            .lastModifiedTime(orNull(bus.modified()))
                            .build())
                .toList())
        .nextToken(found.size() > most ? pages.write(found.get(most - 1).cursor(), prefix) : null)
        .build();
  }

  Unit delete(DeleteEventBusRequest in, Call call) {
    var name = named(in.name(), call);
    if (name.name().equals(BusName.DEFAULT)) {
      throw EventErrors.defaultBus();
    }
    call.concerns(TYPE, name.arn());
    if (tables.find(name) == null) {
      return Unit.UNIT;
    }
    return call.write(
        tx -> {
          if (tables.rules.count(tx, Key.prefix(name.accountId(), name.region(), name.name()))
              > 0) {
            throw EventErrors.busHasRules();
          }
          var before = tables.buses.get(tx, name.key());
          tables.buses.delete(tx, name.key());
          call.changed(tx, TYPE, name.name(), name.arn(), before, null);
          return Unit.UNIT;
        });
  }

  // Who may put events on it

  Unit putPermission(PutPermissionRequest in, Call call) {
    var bus = require(in.eventBusName(), call);
    var before = bus.record().policy();
    String document;
    if (in.policy() != null) {
      if (in.action() != null
          || in.principal() != null
          || in.statementId() != null
          || in.condition() != null) {
        throw EventErrors.validation(
            "Action, Principal, StatementId and Condition could not be combined with Policy parameter.");
      }
      document = in.policy();
      BusPolicies.check(document, bus.name());
    } else {
      var statements = PolicyStatements.of(before, "2012-10-17", null);
      statements.put(Objects.requireNonNullElse(in.statementId(), ""), statement(in, bus.name()));
      document = Objects.requireNonNull(statements.document());
    }
    if (document.length() > EventQuotas.POLICY_LENGTH) {
      throw EventErrors.policyTooLong();
    }
    if (ResourcePolicies.parse(document).isEmpty()) {
      throw EventErrors.badPolicy();
    }
    var bound = principals.bind(document).orElseThrow(EventErrors::badPolicy);
    return setPolicy(bus, before, bound, call);
  }

  private static tools.jackson.databind.node.ObjectNode statement(
      PutPermissionRequest in, BusName bus) {
    if (in.action() == null) {
      throw EventErrors.missing("Action");
    }
    if (in.principal() == null) {
      throw EventErrors.missing("Principal");
    }
    if (in.statementId() == null) {
      throw EventErrors.missing("StatementId");
    }
    BusPolicies.check(in.action(), in.condition());
    var statement = Json.object().put("Sid", in.statementId()).put("Effect", "Allow");
    if (in.principal().equals("*")) {
      statement.put("Principal", "*");
    } else {
      statement.putObject("Principal").put("AWS", "arn:aws:iam::" + in.principal() + ":root");
    }
    statement.put("Action", in.action()).put("Resource", bus.arn());
    if (in.condition() != null) {
      statement
          .putObject("Condition")
          .putObject(in.condition().type())
          .put(in.condition().key(), in.condition().value());
    }
    return statement;
  }

  Unit removePermission(RemovePermissionRequest in, Call call) {
    var bus = require(in.eventBusName(), call);
    var before = bus.record().policy();
    var id = in.statementId();
    if (Boolean.TRUE.equals(in.removeAllPermissions())) {
      if (id != null) {
        throw EventErrors.validation("StatementId could not be combined with All parameter.");
      }
      return setPolicy(bus, before, null, call);
    }
    if (id == null) {
      throw EventErrors.missing("StatementId");
    }
    var statements = PolicyStatements.of(before, "2012-10-17", null);
    if (before == null || !statements.has(id)) {
      throw EventErrors.noSuchStatement();
    }
    statements.remove(id);
    return setPolicy(bus, before, statements.document(), call);
  }

  private Unit setPolicy(
      EventTables.LoadedBus bus, @Nullable String before, @Nullable String after, Call call) {
    return change(
        bus.name(),
        call,
        record -> {
          if (!Objects.equals(record.policy(), before)) {
            throw EventErrors.policyChanged();
          }
          return record.withPolicy(after, call.time());
        });
  }
}
