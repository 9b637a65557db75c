package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.PutEventsRequest;
import dev.bulwark.api.events.PutEventsRequestEntry;
import dev.bulwark.api.events.PutEventsResponse;
import dev.bulwark.api.events.PutEventsResultEntry;
import dev.bulwark.api.events.TestEventPatternRequest;
import dev.bulwark.api.events.TestEventPatternResponse;
import dev.bulwark.messaging.Json;
import dev.bulwark.messaging.sqs.QueueSender;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** PutEvents and TestEventPattern. */
final class Putting {
  private final Buses buses;
  private final EventRouter router;
  private final BusLetters letters;
  private final EventMetrics metrics;

  Putting(Buses buses, EventRouter router, BusLetters letters, EventMetrics metrics) {
    this.buses = buses;
    this.router = router;
    this.letters = letters;
    this.metrics = metrics;
  }

  /** Each event's bus has to take it. */
  List<Permission> permissions(PutEventsRequest in, Call call) {
    return in.entries().stream()
        .map(
            entry ->
                new Permission(
                    "events:PutEvents",
                    buses.resource(entry.eventBusName(), call),
                    Context.builder()
                        .put("events:source", entry.source())
                        .put("events:detail-type", entry.detailType())
                        .put("events:eventBusInvocation", "false")
                        .build()))
        .distinct()
        .toList();
  }

  PutEventsResponse put(PutEventsRequest in, Call call) {
    long begin = System.nanoTime();
    int bytes = in.entries().stream().mapToInt(Putting::size).sum();
    var response = put(in, bytes, call);
    metrics.put(
        call,
        in.entries().size(),
        response.failedEntryCount() == null ? 0 : response.failedEntryCount(),
        bytes,
        System.nanoTime() - begin);
    return response;
  }

  private PutEventsResponse put(PutEventsRequest in, int bytes, Call call) {
    if (in.endpointId() != null) {
      throw EventErrors.unbuilt("Bulwark has no global endpoints.");
    }
    if (bytes > EventQuotas.ENTRIES_BYTES) {
      throw EventErrors.eventTooLarge();
    }
    var results = new ArrayList<PutEventsResultEntry>(in.entries().size());
    var plans = new ArrayList<EventRouter.Plan>(in.entries().size());
    var unsealed = new ArrayList<QueueSender.Ready>(0);
    int failed = 0;
    for (var entry : in.entries()) {
      var problem = problem(entry);
      var bus = buses.find(entry.eventBusName(), call);
      if (problem != null) {
        failed++;
        results.add(problem);
      } else if (bus == null) {
        // AWS drops events for buses that are not there, and says nothing.
        results.add(PutEventsResultEntry.builder().eventId(dev.bulwark.base.Ids.uuid()).build());
      } else {
        var event = event(entry, bus.name(), call);
        var plan = EventRouter.Plan.NOTHING;
        ApiException refusal;
        try {
          plan = router.plan(bus.name(), event, bus.record().kmsKey());
          refusal = plan.refusal();
        } catch (ApiException e) {
          refusal = e;
        }
        if (refusal != null && BusKeys.isTemporary(refusal)) {
          // The caller can put it again; a letter would not be read before KMS is back either.
          failed++;
          results.add(problem(refusal.code(), String.valueOf(refusal.getMessage())));
        } else if (router.isTooMuch(plan)) {
          failed++;
          results.add(problem("ThrottlingException", "Rate exceeded"));
        } else {
          results.add(
              PutEventsResultEntry.builder().eventId(event.path("id").stringValue()).build());
          plans.add(plan);
          if (refusal != null) {
            letters.prepare(bus.record(), Json.text(event), refusal).ifPresent(unsealed::add);
          }
        }
      }
    }
    var response = PutEventsResponse.builder().failedEntryCount(failed).entries(results).build();
    plans.removeIf(EventRouter.Plan::isEmpty);
    if (plans.isEmpty() && unsealed.isEmpty()) {
      return response;
    }
    call.write(
        response,
        tx -> {
          plans.forEach(plan -> router.write(tx, plan));
          letters.write(tx, unsealed);
        });
    plans.forEach(router::written);
    letters.written(unsealed, call.time());
    return response;
  }

  private static int size(PutEventsRequestEntry entry) {
    int size = entry.time() == null ? 0 : 14;
    size += bytes(entry.source()) + bytes(entry.detailType()) + bytes(entry.detail());
    if (entry.resources() != null) {
      size += entry.resources().stream().mapToInt(Putting::bytes).sum();
    }
    return size;
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static @Nullable PutEventsResultEntry problem(PutEventsRequestEntry entry) {
    if (isEmpty(entry.source())) {
      return problem(
          "InvalidArgument",
          "Parameter Source is not valid. Reason: Source is a required argument.");
    }
    if (isEmpty(entry.detailType())) {
      return problem(
          "InvalidArgument",
          "Parameter DetailType is not valid. Reason: DetailType is a required argument.");
    }
    if (isEmpty(entry.detail())) {
      return problem(
          "InvalidArgument",
          "Parameter Detail is not valid. Reason: Detail is a required argument.");
    }
    if (entry.source().startsWith("aws.")) {
      return problem("NotAuthorizedForSourceException", "Not authorized for the source.");
    }
    return Json.parseObject(entry.detail()).isEmpty()
        ? problem("MalformedDetail", "Detail is malformed.")
        : null;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static PutEventsResultEntry problem(String code, String message) {
    return PutEventsResultEntry.builder().errorCode(code).errorMessage(message).build();
  }

  private static JsonNode event(PutEventsRequestEntry entry, BusName bus, Call call) {
    var event =
        Events.of(
            bus,
            Objects.requireNonNull(entry.source()),
            Objects.requireNonNull(entry.detailType()),
            entry.time() == null ? call.time() : entry.time(),
            entry.resources() == null ? List.of() : entry.resources(),
            Json.parseObject(Objects.requireNonNull(entry.detail())).orElseThrow());
    // The account is the sender's, not that of the bus.
    return event.put("account", call.principal().accountId());
  }

  static TestEventPatternResponse test(TestEventPatternRequest in, Call call) {
    var pattern = EventPatterns.parse(in.eventPattern());
    var event =
        Json.parseObject(in.event())
            .orElseThrow(() -> EventErrors.validation("Parameter Event is not valid."));
    for (var field :
        List.of("id", "detail-type", "source", "account", "time", "region", "resources")) {
      if (!event.has(field)) {
        throw EventErrors.validation(
            "Parameter Event is not valid. Reason: " + field + " is a required field.");
      }
    }
    return TestEventPatternResponse.builder().result(pattern.matches(event)).build();
  }
}
