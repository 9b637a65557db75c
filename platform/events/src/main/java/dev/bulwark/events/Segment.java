package dev.bulwark.events;

import dev.bulwark.state.Key;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * API calls that were appended together, in the order of the stream: one row of the store, and one
 * entry of its index for each value that occurs in it. That makes the record of a flood of calls
 * cheap, however it is looked up.
 */
final class Segment {
  static final String INDEX = "place";

  private final List<ApiCall> calls;
  private final byte[] bytes;
  private @Nullable Set<String> keys;

  private Segment(List<ApiCall> calls, byte[] bytes) {
    this.calls = calls;
    this.bytes = bytes;
  }

  /**
   * A segment to be written, which does not know its calls.
   *
   * @param keys under which the index finds it
   * @param bytes its encoded form
   */
  Segment(Set<String> keys, byte[] bytes) {
    this(List.of(), bytes);
    this.keys = keys;
  }

  static Segment ofBytes(byte[] bytes) {
    return new Segment(SegmentCodec.decode(bytes), bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Its calls, where it was read. */
  List<ApiCall> calls() {
    return calls;
  }

  /** Where to look for segments that may hold what a query asks for. */
  static String indexKey(EventStreams.Query query) {
    return query.attribute() == null
        ? Key.of(query.accountId(), query.region(), "")
        : Key.of(
            query.accountId(),
            query.region(),
            query.attribute().name(),
            query.value() == null ? "" : query.value());
  }

  /** LookupEvents shows no data events: they are in no index. */
  Set<String> indexKeys() {
    var known = keys;
    if (known == null) {
      known = new HashSet<>();
      ApiCall previous = null;
      for (var call : calls) {
        if (call.management()) {
          addKeys(call, previous, known);
          previous = call;
        }
      }
      keys = known;
    }
    return known;
  }

  /** Adds what a management event is found by, where it is not the same as the one before it. */
  static void addKeys(ApiCall call, @Nullable ApiCall previous, Set<String> keys) {
    if (previous != null && isFoundLike(call, previous)) {
      return;
    }
    var place = Key.prefix(call.accountId(), call.region());
    keys.add(place);
    for (var attribute : EventStreams.Attribute.values()) {
      for (var value : values(call, attribute)) {
        keys.add(place + Key.of(attribute.name(), value));
      }
    }
  }

  /** Whether two calls have the same keys: in a flood most do. */
  private static boolean isFoundLike(ApiCall call, ApiCall other) {
    return call.eventName().equals(other.eventName())
        && Objects.equals(call.userName(), other.userName())
        && Objects.equals(call.accessKeyId(), other.accessKeyId())
        && call.eventSource().equals(other.eventSource())
        && call.readOnly() == other.readOnly()
        && call.accountId().equals(other.accountId())
        && call.region().equals(other.region())
        && sameResources(call.resources(), other.resources());
  }

  /** Without iterators, since this is asked for each call. */
  private static boolean sameResources(List<ResourceName> some, List<ResourceName> others) {
    var same = some.size() == others.size();
    for (var i = 0; same && i < some.size(); i++) {
      same = some.get(i).equals(others.get(i));
    }
    return same;
  }

  /** Whether a query asks for a call; one for an id is not checked for it. */
  static boolean fits(ApiCall call, EventStreams.Query query) {
    return call.management()
        && call.accountId().equals(query.accountId())
        && call.region().equals(query.region())
        && !call.time().isBefore(query.from())
        && !call.time().isAfter(query.to())
        && (query.attribute() == null
            || query.attribute() == EventStreams.Attribute.EVENT_ID
            || values(call, query.attribute()).contains(query.value()));
  }

  private static List<String> values(ApiCall call, EventStreams.Attribute attribute) {
    return switch (attribute) {
      // An id tells its time, which finds its place in the stream.
      case EVENT_ID -> List.of();
      case EVENT_NAME -> List.of(call.eventName());
      case EVENT_SOURCE -> List.of(call.eventSource());
      case READ_ONLY -> List.of(Boolean.toString(call.readOnly()));
      case USERNAME -> listOf(call.userName());
      case ACCESS_KEY_ID -> listOf(call.accessKeyId());
      case RESOURCE_TYPE -> call.resources().stream().map(ResourceName::type).toList();
      case RESOURCE_NAME ->
          call.resources().stream().flatMap(ResourceName::names).distinct().toList();
    };
  }

  private static List<String> listOf(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }
}
