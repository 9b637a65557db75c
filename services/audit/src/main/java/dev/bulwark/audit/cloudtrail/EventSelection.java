package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailRecord.AdvancedSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.BasicSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.FieldCondition;
import dev.bulwark.events.ApiCall;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether a trail logs an event.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html">How
 *     advanced event selectors are evaluated</a>
 */
final class EventSelection {
  private static final String OBJECT = "AWS::S3::Object";
  private static final String BUCKET = "AWS::S3::Bucket";
  private static final String S3 = "s3.amazonaws.com";

  /** Services whose events take place in us-east-1, whatever the caller's Region. */
  private static final Set<String> GLOBAL =
      Set.of("iam.amazonaws.com", "sts.amazonaws.com", "cloudfront.amazonaws.com");

  private EventSelection() {}

  /** Whether the trail is there for an event, and its selectors take it. */
  static boolean logs(TrailRecord trail, ApiCall call) {
    var settings = trail.settings();
    return trail.loggedAt(call.time())
        && (settings.multiRegion() || trail.homeRegion().equals(call.region()))
        && (settings.globalEvents() || !GLOBAL.contains(call.eventSource()))
        && selects(trail, call);
  }

  static boolean selects(TrailRecord trail, ApiCall call) {
    if (!trail.hasSelectors()) {
      return call.management();
    }
    for (var selector : trail.basicSelectors()) {
      if (selects(selector, call)) {
        return true;
      }
    }
    return selects(trail.advancedSelectors(), call);
  }

  /** Whether any of the selectors takes an event. */
  static boolean selects(List<AdvancedSelector> selectors, ApiCall call) {
    for (var selector : selectors) {
      if (selects(selector, call)) {
        return true;
      }
    }
    return false;
  }

  private static boolean selects(BasicSelector selector, ApiCall call) {
    boolean rightWay =
        switch (selector.readWriteType()) {
          case "ReadOnly" -> call.readOnly();
          case "WriteOnly" -> !call.readOnly();
          default -> true;
        };
    if (!rightWay) {
      return false;
    }
    if (call.management()) {
      return selector.management() && !selector.excludedSources().contains(call.eventSource());
    }
    for (var data : selector.dataResources()) {
      for (var arn : arns(call, data.type())) {
        for (var value : data.values()) {
          if (arn.startsWith(value)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean selects(AdvancedSelector selector, ApiCall call) {
    var type = "";
    for (var condition : selector.conditions()) {
      if (condition.field().equals("resources.type")) {
        type = condition.values().getFirst();
      }
    }
    for (var condition : selector.conditions()) {
      if (!holds(condition, values(condition.field(), type, call))) {
        return false;
      }
    }
    return true;
  }

  /** A field that an event lacks is like nothing, and so unlike everything. */
  private static boolean holds(FieldCondition condition, List<String> actual) {
    return switch (condition.operator()) {
      case EQUALS -> any(actual, condition, String::equals);
      case STARTS_WITH -> any(actual, condition, String::startsWith);
      case ENDS_WITH -> any(actual, condition, String::endsWith);
      case NOT_EQUALS -> !any(actual, condition, String::equals);
      case NOT_STARTS_WITH -> !any(actual, condition, String::startsWith);
      case NOT_ENDS_WITH -> !any(actual, condition, String::endsWith);
    };
  }

  private interface Likeness {
    boolean test(String actual, String wanted);
  }

  private static boolean any(List<String> actual, FieldCondition condition, Likeness likeness) {
    for (var value : actual) {
      for (var wanted : condition.values()) {
        if (likeness.test(value, wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> values(String field, String type, ApiCall call) {
    return switch (field) {
      case "eventCategory" -> List.of(call.management() ? "Management" : "Data");
      case "readOnly" -> List.of(Boolean.toString(call.readOnly()));
      case "eventSource" -> List.of(call.eventSource());
      case "eventName" -> List.of(call.eventName());
      case "resources.type" -> arns(call, type).isEmpty() ? List.of() : List.of(type);
      case "resources.ARN" -> arns(call, type);
      case "eventType" -> of(record(call).path("eventType"));
      case "userIdentity.arn" -> of(record(call).path("userIdentity").path("arn"));
      case "sessionCredentialFromConsole" ->
          List.of(record(call).path("sessionCredentialFromConsole").asString("false"));
      default -> List.of();
    };
  }

  /** Of what is in a bucket, an event about the bucket alone tells with an empty key. */
  private static List<String> arns(ApiCall call, String type) {
    var found =
        call.resources().stream()
            .filter(resource -> resource.type().equals(type))
            .map(resource -> resource.name())
            .toList();
    if (!found.isEmpty() || !type.equals(OBJECT) || !call.eventSource().equals(S3)) {
      return found;
    }
    for (var resource : call.resources()) {
      if (resource.type().equals(BUCKET)) {
        return List.of(resource.name() + "/");
      }
    }
    var parameters = record(call).path("requestParameters");
    var bucket = parameters.path("bucketName").asString(parameters.path("bucket").asString(""));
    return bucket.isEmpty() ? List.of() : List.of("arn:aws:s3:::" + bucket + "/");
  }

  private static List<String> of(JsonNode node) {
    return node.isString() ? List.of(node.asString()) : List.of();
  }

  private static JsonNode record(ApiCall call) {
    try {
      return JsonMapper.shared().readTree(call.record());
    } catch (JacksonException e) {
      throw new IllegalStateException("the record of event " + call.eventId(), e);
    }
  }
}
