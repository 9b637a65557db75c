package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.DeleteRuleRequest;
import dev.bulwark.api.events.DescribeRuleRequest;
import dev.bulwark.api.events.DescribeRuleResponse;
import dev.bulwark.api.events.DisableRuleRequest;
import dev.bulwark.api.events.EnableRuleRequest;
import dev.bulwark.api.events.ListRuleNamesByTargetRequest;
import dev.bulwark.api.events.ListRuleNamesByTargetResponse;
import dev.bulwark.api.events.ListRulesRequest;
import dev.bulwark.api.events.ListRulesResponse;
import dev.bulwark.api.events.PutRuleRequest;
import dev.bulwark.api.events.PutRuleResponse;
import dev.bulwark.api.events.Rule;
import dev.bulwark.base.Arn;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rules: which events, or which times, targets are told of. */
final class Rules {
  private static final String TYPE = "AWS::Events::Rule";

  private final EventTables tables;
  private final Buses buses;
  private final Scheduler scheduler;
  private final PageTokens pages;

  Rules(EventTables tables, Buses buses, Scheduler scheduler, PageTokens pages) {
    this.tables = tables;
    this.buses = buses;
    this.scheduler = scheduler;
    this.pages = pages;
  }

  static Resource resource(RuleRecord rule) {
    return Resource.of(rule.arn()).ownedBy(rule.bus().accountId()).withTags(rule.tags());
  }

  /** A rule as what permissions are about, whether it is there or not. */
  Resource resource(@Nullable String bus, String name, Call call) {
    var busName = Buses.named(bus, call);
    var found = tables.rules.get(busName.ruleKey(name));
    return found == null
        ? Resource.of(busName.ruleArn(name)).ownedBy(busName.accountId())
        : resource(found);
  }

  RuleRecord require(@Nullable String bus, String name, Call call) {
    var found = buses.require(bus, call);
    var rule = tables.rules.get(found.name().ruleKey(name));
    if (rule == null) {
      throw EventErrors.noSuchRule(name, found.name().name());
    }
    call.concerns(TYPE, rule.arn());
    return rule;
  }

  RuleRecord byArn(String arn, Call call) {
    var path =
        Arn.tryParse(arn)
            .filter(parsed -> parsed.service().equals("events"))
            .map(Arn::resource)
            .filter(resource -> resource.startsWith("rule/"))
            .map(resource -> resource.substring("rule/".length()))
            .orElseThrow(() -> EventErrors.validation("Parameter ResourceARN is not valid."));
    int slash = path.lastIndexOf('/');
    var rule =
        require(slash < 0 ? null : path.substring(0, slash), path.substring(slash + 1), call);
    // Another account or Region may have one of the same name.
    if (!rule.arn().equals(arn)) {
      throw EventErrors.noSuchRule(rule.name(), rule.bus().name());
    }
    return rule;
  }

  PutRuleResponse put(PutRuleRequest in, Call call) {
    var bus = buses.require(in.eventBusName(), call).name();
    if (in.eventPattern() == null && in.scheduleExpression() == null) {
      throw EventErrors.parameter("EventPattern or ScheduleExpression must be specified.");
    }
    boolean wildcards =
        in.eventPattern() != null && EventPatterns.parse(in.eventPattern()).usesWildcards();
    if (in.scheduleExpression() != null) {
      if (!bus.name().equals(BusName.DEFAULT)) {
        throw EventErrors.validation(
            "ScheduleExpression is supported only on the default event bus.");
      }
      if (Schedule.parse(in.scheduleExpression()).isEmpty()) {
        throw EventErrors.badSchedule();
      }
    }
    var tags = EventTags.checked(Map.of(), in.tags());
    var state = Objects.requireNonNullElse(in.state(), RuleRecord.ENABLED);
    var response = PutRuleResponse.builder().ruleArn(bus.ruleArn(in.name())).build();
    call.concerns(TYPE, bus.ruleArn(in.name()));
    call.write(
        response,
        tx -> {
          var before = tables.rules.get(tx, bus.ruleKey(in.name()));
          if (before == null
              && tables.rules.count(tx, Key.prefix(bus.accountId(), bus.region(), bus.name()))
                  >= EventQuotas.RULES_OF_BUS) {
            throw EventErrors.tooMany();
          }
          var after =
              new RuleRecord(
                  bus,
                  in.name(),
                  in.eventPattern(),
                  in.scheduleExpression(),
                  state,
                  in.description(),
                  in.roleArn(),
                  call.principal().accountId(),
                  call.time(),
                  before == null ? tags : before.tags(),
                  before == null ? List.of() : before.targets());
          tables.rules.put(tx, after.key(), after);
          boolean more =
              wildcards && (before == null || !EventPatterns.usesWildcards(before.pattern()));
          if (more && tables.wildcardRules(tx, bus) > EventQuotas.WILDCARD_RULES_OF_BUS) {
            throw EventErrors.tooMany();
          }
          call.changed(tx, TYPE, in.name(), after.arn(), before, after);
        });
    scheduler.look();
    return response;
  }

  /** Changes a rule that is still there. */
  Unit change(RuleRecord rule, Call call, UnaryOperator<RuleRecord> change) {
    call.write(
        tx -> {
          var before = tables.rules.get(tx, rule.key());
          if (before == null) {
            throw EventErrors.noSuchRule(rule.name(), rule.bus().name());
          }
          var after = change.apply(before);
          tables.rules.put(tx, rule.key(), after);
          call.changed(tx, TYPE, rule.name(), rule.arn(), before, after);
          return Unit.UNIT;
        });
    scheduler.look();
    return Unit.UNIT;
  }

  Unit enable(EnableRuleRequest in, Call call) {
    return change(
        require(in.eventBusName(), in.name(), call),
        call,
        rule -> rule.enabled() ? rule : rule.withState(RuleRecord.ENABLED, call.time()));
  }

  Unit disable(DisableRuleRequest in, Call call) {
    return change(
        require(in.eventBusName(), in.name(), call),
        call,
        rule -> rule.withState(RuleRecord.DISABLED, rule.since()));
  }

  Unit delete(DeleteRuleRequest in, Call call) {
    var bus = buses.require(in.eventBusName(), call).name();
    var key = bus.ruleKey(in.name());
    if (tables.rules.get(key) == null) {
      // Deleting what is not there is no error.
      return Unit.UNIT;
    }
    call.concerns(TYPE, bus.ruleArn(in.name()));
    call.write(
        tx -> {
          var before = tables.rules.get(tx, key);
          if (before != null) {
            if (!before.targets().isEmpty()) {
              throw EventErrors.ruleHasTargets();
            }
            tables.rules.delete(tx, key);
            call.changed(tx, TYPE, in.name(), before.arn(), before, null);
          }
          return Unit.UNIT;
        });
    scheduler.look();
    return Unit.UNIT;
  }

  DescribeRuleResponse describe(DescribeRuleRequest in, Call call) {
    var rule = require(in.eventBusName(), in.name(), call);
    return DescribeRuleResponse.builder()
        .name(rule.name())
        .arn(rule.arn())
        .eventPattern(rule.pattern())
        .scheduleExpression(rule.schedule())
        .state(rule.state())
        .description(rule.description())
        .roleArn(rule.roleArn())
        .eventBusName(rule.bus().name())
        .createdBy(rule.createdBy())
        .build();
  }

  ListRulesResponse list(ListRulesRequest in, Call call) {
    var bus = buses.require(in.eventBusName(), call).name();
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = bus.ruleKey(Objects.requireNonNullElse(in.namePrefix(), ""));
    var after = pages.read(in.nextToken(), prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(tx -> tables.rules.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    return ListRulesResponse.builder()
        .rules(found.stream().limit(most).map(Entry::value).map(Rules::view).toList())
        .nextToken(found.size() > most ? pages.write(found.get(most - 1).cursor(), prefix) : null)
        .build();
  }

  private static Rule view(RuleRecord rule) {
    return Rule.builder()
        .name(rule.name())
        .arn(rule.arn())
        .eventPattern(rule.pattern())
        .scheduleExpression(rule.schedule())
        .state(rule.state())
        .description(rule.description())
        .roleArn(rule.roleArn())
        .eventBusName(rule.bus().name())
        .build();
  }

  ListRuleNamesByTargetResponse namesByTarget(ListRuleNamesByTargetRequest in, Call call) {
    var bus = buses.require(in.eventBusName(), call).name();
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = bus.ruleKey("");
    var list = in.targetArn() + prefix;
    var after = pages.read(in.nextToken(), list, EventErrors::invalidToken);
    var names = new ArrayList<String>();
    tables
        .store()
        .read(
            tx -> {
              tables.rules.forEach(
                  tx,
                  Scan.prefix(prefix),
                  row -> {
                    var rule = row.value();
                    if ((after == null || rule.name().compareTo(after) > 0)
                        && rule.targets().stream()
                            .anyMatch(target -> target.arn().equals(in.targetArn()))) {
                      names.add(rule.name());
                    }
                  });
              return true;
            });
    var page = names.stream().limit(most).toList();
    return ListRuleNamesByTargetResponse.builder()
        .ruleNames(page)
        .nextToken(names.size() > most ? pages.write(page.getLast(), list) : null)
        .build();
  }
}
