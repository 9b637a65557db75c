package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.DeadLetterConfig;
import dev.bulwark.api.events.HttpParameters;
import dev.bulwark.api.events.InputTransformer;
import dev.bulwark.api.events.ListTargetsByRuleRequest;
import dev.bulwark.api.events.ListTargetsByRuleResponse;
import dev.bulwark.api.events.PutTargetsRequest;
import dev.bulwark.api.events.PutTargetsResponse;
import dev.bulwark.api.events.RemoveTargetsRequest;
import dev.bulwark.api.events.RemoveTargetsResponse;
import dev.bulwark.api.events.RetryPolicy;
import dev.bulwark.api.events.SqsParameters;
import dev.bulwark.api.events.Target;
import dev.bulwark.base.Arn;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The targets of rules. */
final class Targets {
  private final Rules rules;
  private final PageTokens pages;

  Targets(Rules rules, PageTokens pages) {
    this.rules = rules;
    this.pages = pages;
  }

  PutTargetsResponse put(PutTargetsRequest in, Call call) {
    var rule = rules.require(in.eventBusName(), in.rule(), call);
    var given = in.targets().stream().map(target -> record(target, rule)).toList();
    rules.change(
        rule,
        call,
        before -> {
          var targets = new ArrayList<>(before.targets());
          for (var one : given) {
            targets.removeIf(other -> other.id().equals(one.id()));
            targets.add(one);
          }
          if (targets.size() > EventQuotas.TARGETS_OF_RULE) {
            throw EventErrors.tooMany();
          }
          return before.withTargets(targets);
        });
    return PutTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
  }

  private static TargetRecord record(Target target, RuleRecord rule) {
    checkArn(target, rule);
    checkInput(target);
    var transformer = target.inputTransformer();
    var retries = target.retryPolicy();
    return new TargetRecord(
        target.id(),
        target.arn(),
        target.roleArn(),
        target.input(),
        target.inputPath(),
        transformer == null || transformer.inputPathsMap() == null
            ? Map.of()
            : transformer.inputPathsMap(),
        transformer == null ? null : transformer.inputTemplate(),
        target.sqsParameters() == null ? null : target.sqsParameters().messageGroupId(),
        target.deadLetterConfig() == null ? null : target.deadLetterConfig().arn(),
        retries == null ? null : retries.maximumRetryAttempts(),
        retries == null ? null : retries.maximumEventAgeInSeconds(),
        http(target.httpParameters()));
  }

  private static TargetRecord.Http http(@Nullable HttpParameters given) {
    if (given == null) {
      return TargetRecord.Http.NONE;
    }
    return new TargetRecord.Http(
        given.pathParameterValues() == null ? List.of() : given.pathParameterValues(),
        given.headerParameters() == null ? Map.of() : given.headerParameters(),
        given.queryStringParameters() == null ? Map.of() : given.queryStringParameters());
  }

  private static @Nullable HttpParameters view(TargetRecord.Http http) {
    return http.equals(TargetRecord.Http.NONE)
        ? null
        : new HttpParameters(
            http.path().isEmpty() ? null : http.path(),
            http.headers().isEmpty() ? null : http.headers(),
            http.query().isEmpty() ? null : http.query());
  }

  private static void checkArn(Target target, RuleRecord rule) {
    var arn =
        Arn.tryParse(target.arn())
            .orElseThrow(
                () ->
                    EventErrors.validation(
                        "Provided Arn is not in correct format. Reason: Provided Arn is not in correct format."));
    switch (arn.service()) {
      case "sqs" -> {
        boolean fifo = arn.resource().endsWith(".fifo");
        if (fifo && target.sqsParameters() == null) {
          throw EventErrors.parameter(
              "SqsParameters must be specified for target: " + target.id() + ".");
        }
      }
      case "sns" -> {}
      case "logs" -> {
        if (LogCarrier.group(arn).isEmpty()) {
          throw unbuilt(target.arn());
        }
        if (!arn.account().equals(rule.bus().accountId())
            || !arn.region().equals(rule.bus().region())) {
          throw EventErrors.validation(
              "The log group must be in the account and Region of the rule.");
        }
      }
      case "events" -> checkBusOrDestination(target, rule, arn);
      default -> throw unbuilt(target.arn());
    }
  }

  /** Events leave their account and Region in a role alone. */
  private static void checkBusOrDestination(Target target, RuleRecord rule, Arn arn) {
    boolean needsRole;
    if (arn.resource().startsWith(DestinationRecord.KIND)) {
      needsRole = true;
    } else {
      var bus = BusName.ofArn(target.arn()).orElseThrow(() -> unbuilt(target.arn()));
      if (bus.equals(rule.bus())) {
        throw EventErrors.validation("The target event bus is that of the rule.");
      }
      needsRole =
          !bus.accountId().equals(rule.bus().accountId())
              || !bus.region().equals(rule.bus().region());
    }
    if (needsRole && target.roleArn() == null) {
      throw EventErrors.parameter("RoleArn must be specified for target: " + target.id() + ".");
    }
  }

  private static dev.bulwark.schema.ApiException unbuilt(String arn) {
    return EventErrors.unbuilt(
        "Bulwark tells queues, topics, log groups, event buses and API destinations of events, and not "
            + arn
            + ".");
  }

  private static void checkInput(Target target) {
    int given =
        (target.input() == null ? 0 : 1)
            + (target.inputPath() == null ? 0 : 1)
            + (target.inputTransformer() == null ? 0 : 1);
    if (given > 1) {
      throw EventErrors.validation(
          "Only one of Input, InputPath, or InputTransformer must be provided for target "
              + target.id()
              + ".");
    }
    if (target.input() != null && Json.parse(target.input()).isEmpty()) {
      throw EventErrors.validation("JSON syntax error in input for target " + target.id() + ".");
    }
    if (target.inputPath() != null && !JsonPaths.isPath(target.inputPath())) {
      throw badPath(target.id());
    }
    var transformer = target.inputTransformer();
    if (transformer != null && transformer.inputPathsMap() != null) {
      for (var path : transformer.inputPathsMap().values()) {
        if (!JsonPaths.isPath(path)) {
          throw badPath(target.id());
        }
      }
    }
  }

  private static dev.bulwark.schema.ApiException badPath(String id) {
    return EventErrors.validation("Invalid JsonPath for target " + id + ".");
  }

  RemoveTargetsResponse remove(RemoveTargetsRequest in, Call call) {
    var rule = rules.require(in.eventBusName(), in.rule(), call);
    rules.change(
        rule,
        call,
        before ->
            before.withTargets(
                before.targets().stream()
                    .filter(target -> !in.ids().contains(target.id()))
                    .toList()));
    return RemoveTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
  }

  ListTargetsByRuleResponse list(ListTargetsByRuleRequest in, Call call) {
    var rule = rules.require(in.eventBusName(), in.rule(), call);
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var after = pages.read(in.nextToken(), rule.arn(), EventErrors::invalidToken);
    var rest =
        rule.targets().stream()
            .sorted(java.util.Comparator.comparing(TargetRecord::id))
            .filter(target -> after == null || target.id().compareTo(after) > 0)
            .toList();
    var page = rest.stream().limit(most).toList();
    return ListTargetsByRuleResponse.builder()
        .targets(page.stream().map(Targets::view).toList())
        .nextToken(rest.size() > most ? pages.write(page.getLast().id(), rule.arn()) : null)
        .build();
  }

  private static Target view(TargetRecord target) {
    return Target.builder()
        .id(target.id())
        .arn(target.arn())
        .roleArn(target.roleArn())
        .input(target.input())
        .inputPath(target.inputPath())
        .inputTransformer(
            target.inputTemplate() == null
                ? null
                : InputTransformer.builder()
                    .inputPathsMap(target.inputPaths().isEmpty() ? null : target.inputPaths())
                    .inputTemplate(target.inputTemplate())
                    .build())
        .httpParameters(view(target.http()))
        .sqsParameters(
            target.messageGroupId() == null
                ? null
                : SqsParameters.builder().messageGroupId(target.messageGroupId()).build())
        .deadLetterConfig(
            target.deadLetterQueue() == null
                ? null
                : DeadLetterConfig.builder().arn(target.deadLetterQueue()).build())
        .retryPolicy(
            target.maximumRetries() == null && target.maximumAge() == null
                ? null
                : RetryPolicy.builder()
                    .maximumRetryAttempts(target.maximumRetries())
                    .maximumEventAgeInSeconds(target.maximumAge())
                    .build())
        .build();
  }
}
