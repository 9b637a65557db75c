package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs as API-call events show them: CloudTrail's requestParameters and
 * responseElements.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
public final class EventView {
  /** What stands in place of a secret. */
  public static final String HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

  /** The longest view in bytes. */
  public static final int MAX_BYTES = 100 * 1024;

  private static final String OMITTED =
      "{\"omitted\":true,\"reason\":\"the element is longer than 100 KB\"}";

  private static final Map<Shape, List<String>> NAMES = new ConcurrentHashMap<>();

  private EventView() {}

  /**
   * Puts a JSON object with lowerCamel keys; secrets are masked or left out as the service's events
   * have it, blobs and bodies left out.
   *
   * @param eventSource whose input or output it is
   * @param structure put as null where it is null or has nothing to show; as a remark where it is
   *     longer than {@link #MAX_BYTES}
   */
  public static void put(
      JsonText json, String name, String eventSource, @Nullable Structure structure) {
    json.name(name);
    var begin = json.length();
    if (structure != null) {
      json.begin();
      if (!new View(json, begin + MAX_BYTES, EventDialect.of(eventSource)).members(structure)) {
        json.truncate(begin);
        json.addJson(OMITTED);
        return;
      }
      json.end();
    }
    if (json.length() <= begin + 2) {
      json.truncate(begin);
      json.addJson("null");
    }
  }

  private static List<String> names(Shape shape) {
    return NAMES.computeIfAbsent(
        shape, s -> s.members().stream().map(member -> Names.lowerCamel(member.name())).toList());
  }

  /** Writes until the text is full, so that a long input is not written to its end in vain. */
  private record View(JsonText json, int most, EventDialect dialect) {
    /** Whether all fitted. */
    boolean members(Structure structure) {
      var members = structure.shape().members();
      var names = names(structure.shape());
      for (var i = 0; i < members.size(); i++) {
        var member = members.get(i);
        var value = structure.member(member.index());
        if (value == null || value instanceof Body || value instanceof byte[]) {
          continue;
        }
        var name = names.get(i);
        if (dialect.omits(name, member.target().sensitive())) {
          continue;
        }
        json.name(dialect.names().getOrDefault(name, name));
        if (dialect.hidden().contains(name)) {
          json.add(HIDDEN);
        } else if (!value(member.target(), value)) {
          return false;
        }
      }
      return true;
    }

    private String text(Instant instant) {
      var times = dialect.times();
      return times == null
          ? Timestamps.text(instant, TimestampFormat.ISO8601, false)
          : times.format(instant);
    }

    private boolean value(Shape shape, @Nullable Object value) {
      if (shape.sensitive() && value != null) {
        json.add(HIDDEN);
        return json.length() <= most;
      }
      switch (value) {
        case null -> json.addJson("null");
        case Structure structure -> {
          json.begin();
          if (!members(structure)) {
            return false;
          }
          json.end();
        }
        case List<?> list -> {
          json.beginArray();
          for (var item : list) {
            if (!value(shape.type() == ShapeType.LIST ? shape.element().target() : shape, item)) {
              return false;
            }
          }
          json.endArray();
        }
        case Map<?, ?> map -> {
          json.begin();
          for (var entry : map.entrySet()) {
            json.key(String.valueOf(entry.getKey()));
            if (!value(
                shape.type() == ShapeType.MAP ? shape.value().target() : shape, entry.getValue())) {
              return false;
            }
          }
          json.end();
        }
        case String text when text.length() > most -> {
          return false;
        }
        case String text -> json.add(text);
        case Boolean flag -> json.addJson(flag.toString());
        case Integer number -> json.addJson(number.toString());
        case Long number -> json.addJson(number.toString());
        case Double number when Double.isFinite(number) -> json.addJson(number.toString());
        case Float number when Float.isFinite(number) -> json.addJson(number.toString());
        case Instant instant -> json.add(text(instant));
        case byte[] bytes -> json.addJson("null");
        default -> json.add(value.toString());
      }
      return json.length() <= most;
    }
  }
}
