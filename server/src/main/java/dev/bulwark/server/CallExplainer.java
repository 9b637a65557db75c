package dev.bulwark.server;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.PolicySource;
import dev.bulwark.events.ApiCall;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Explanation;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicySet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells of a recorded call why it was allowed or denied: what its event keeps of each decision, and
 * whether the policies of the caller are still what they were. Where they are, an allow is told
 * step by step too, since the engine comes to the same again.
 */
final class CallExplainer {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> DENIALS =
      Set.of(
          "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError");

  /** Layers that a caller brings along, wherever it goes. */
  private static final Set<String> OF_CALLER = Set.of("identity", "boundary", "scp");

  private final PolicySource policies;

  CallExplainer(PolicySource policies) {
    this.policies = policies;
  }

  /** The event's record. */
  static JsonNode record(ApiCall call) {
    return JSON.readTree(call.record());
  }

  /** The explanation, as JSON. */
  ObjectNode explain(ApiCall call) {
    var record = record(call);
    var caller = RecordedCaller.of(record);
    var answer = JSON.createObjectNode();
    answer
        .put("eventId", call.eventId())
        .put("eventTime", record.path("eventTime").asString(""))
        .put("eventSource", call.eventSource())
        .put("eventName", call.eventName())
        .put("principal", name(record.path("userIdentity")));
    if (call.errorCode() != null) {
      answer
          .put("errorCode", call.errorCode())
          .put("errorMessage", record.path("errorMessage").asString(""));
    }
    var decisions = call.decisions().length == 0 ? null : JSON.readTree(call.decisions());
    answer.put("verdict", verdict(call, decisions != null));
    var told = answer.putArray("decisions");
    if (decisions != null) {
      for (var decision : decisions) {
        told.add(tell(call, record, caller, (ObjectNode) decision));
      }
    }
    return answer;
  }

  private static String verdict(ApiCall call, boolean decided) {
    var code = call.errorCode();
    if (code == null) {
      return "allowed";
    }
    if (!decided) {
      return "refused before it was authorized";
    }
    return DENIALS.contains(code) ? "denied" : "allowed, and failed afterwards";
  }

  private ObjectNode tell(
      ApiCall call, JsonNode record, RecordedCaller caller, ObjectNode decision) {
    var then = decision.path("policies").asString("");
    decision.remove("policies");
    var principal = caller.principal();
    if (principal != null) {
      var found = policies.find(principal);
      var set =
          PolicySet.builder()
              .identity(found.identity())
              .permissionsBoundary(found.boundary())
              .serviceControl(found.serviceControl());
      var now = set.build();
      var changed = changed(then, now.fingerprints());
      var names = decision.putArray("policiesChangedSince");
      changed.forEach(names::add);
      if (callerDecides(then)) {
        var request =
            new AuthorizationRequest(
                Authorizer.requester(principal),
                decision.path("action").asString(),
                decision.path("resource").asString(),
                decision.hasNonNull("owner") ? decision.path("owner").asString() : null,
                RecordedCaller.context(call, record, decision, caller));
        var today = PolicyEvaluator.explain(request, now);
        if (changed.isEmpty()) {
          putSteps(decision, today);
        } else {
          putToday(decision, today);
        }
      }
    }
    var changes = decision.putArray("changes");
    if (!decision.path("outcome").asString("").equals("ALLOW")) {
      SmallestChange.of(decision, caller.arn(), caller.account()).forEach(changes::add);
    }
    return decision;
  }

  /** Which of the caller's layers are not what they were. */
  private static List<String> changed(String then, String now) {
    var before = layers(then);
    var after = layers(now);
    var changed = new TreeSet<String>();
    for (var layer : OF_CALLER) {
      if (!of(before, layer).equals(of(after, layer))) {
        changed.add(
            switch (layer) {
              case "boundary" -> "the permissions boundary";
              case "scp" -> "the service control policies";
              default -> "the identity-based policies";
            });
      }
    }
    return List.copyOf(changed);
  }

  private static List<String> layers(String fingerprints) {
    return fingerprints.isEmpty() ? List.of() : Arrays.asList(fingerprints.split(","));
  }

  private static List<String> of(List<String> layers, String name) {
    return layers.stream().filter(layer -> layer.startsWith(name + "=")).toList();
  }

  /**
   * Whether no policy took part but the caller's: those of a resource or a session are not kept.
   */
  private static boolean callerDecides(String then) {
    return layers(then).stream()
        .map(layer -> layer.substring(0, layer.indexOf('=')))
        .allMatch(OF_CALLER::contains);
  }

  private static void putToday(ObjectNode decision, Explanation today) {
    var decided = today.decision();
    decision.put(
        "today",
        decided.allowed() ? "it would be allowed" : "it would be denied " + decided.denialReason());
  }

  /** Of an allow the event keeps no steps, and its policies are still the same. */
  private static void putSteps(ObjectNode decision, Explanation today) {
    if (decision.has("steps")) {
      return;
    }
    var steps = decision.putArray("steps");
    for (var step : today.steps()) {
      var told =
          steps
              .addObject()
              .put("type", step.type().name())
              .put("level", step.level())
              .put("outcome", step.outcome().name());
      var matched = told.putArray("matched");
      for (var match : step.matched()) {
        var one =
            matched
                .addObject()
                .put("policy", match.source().name())
                .put("statement", match.statement().index())
                .put("effect", match.statement().effect().name());
        if (match.statement().sid() != null) {
          one.put("sid", match.statement().sid());
        }
      }
    }
  }

  /** The answer as text in UTF-8. */
  static byte[] bytes(JsonNode answer) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(answer);
  }

  /** An answer of {@link #bytes}, read again. */
  static JsonNode parse(byte[] answer) {
    return JSON.readTree(answer);
  }

  private static String name(JsonNode identity) {
    return identity.path("arn").asString(identity.path("invokedBy").asString("anonymous"));
  }
}
