package dev.bulwark.wire;

import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An operation's HTTP binding, ready to be compared with requests. */
final class Endpoint {
  private record Literal(String name, @Nullable String value) {}

  private final Operation<?, ?> operation;
  private final String path;
  private final List<Literal> literals = new ArrayList<>();
  private final List<String> requiredQueries = new ArrayList<>();
  private final List<String> requiredHeaders = new ArrayList<>();

  Endpoint(Operation<?, ?> operation) {
    this.operation = operation;
    var uri = operation.http().uri();
    var mark = uri.indexOf('?');
    path = mark < 0 ? uri : uri.substring(0, mark);
    if (mark >= 0) {
      for (var part : uri.substring(mark + 1).split("&")) {
        var equals = part.indexOf('=');
        literals.add(
            equals < 0
                ? new Literal(part, null)
                : new Literal(part.substring(0, equals), part.substring(equals + 1)));
      }
    }
    for (var member : operation.input().members()) {
      if (member.required()) {
        require(member);
      }
    }
  }

  private void require(Member member) {
    if (member.location() == Location.QUERY) {
      requiredQueries.add(member.wireName());
    } else if (member.location() == Location.HEADER) {
      requiredHeaders.add(member.wireName().toLowerCase(Locale.ROOT));
    }
  }

  Operation<?, ?> operation() {
    return operation;
  }

  /** The template's path, without its query. */
  String path() {
    return path;
  }

  private boolean literalsMatch(Parameters query) {
    for (var literal : literals) {
      var value = query.first(literal.name());
      if (value == null || (literal.value() != null && !literal.value().equals(value))) {
        return false;
      }
    }
    return true;
  }

  private boolean requiredPresent(Parameters query, HttpHeaders headers) {
    for (var i = 0; i < requiredQueries.size(); i++) {
      if (!query.contains(requiredQueries.get(i))) {
        return false;
      }
    }
    for (var i = 0; i < requiredHeaders.size(); i++) {
      if (!headers.contains(requiredHeaders.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The most specific of the endpoints at one path: that with the most literals in its query, then
   * that whose required parameters are there, then that with the most of them.
   */
  static @Nullable Endpoint choose(
      List<Endpoint> endpoints, Parameters query, HttpHeaders headers, boolean strict) {
    Endpoint best = null;
    var bestRank = -1;
    for (var i = 0; i < endpoints.size(); i++) {
      var endpoint = endpoints.get(i);
      if (!endpoint.literalsMatch(query)) {
        continue;
      }
      var present = endpoint.requiredPresent(query, headers);
      if (strict && !present && endpoint.literals.isEmpty()) {
        continue;
      }
      var required = endpoint.requiredQueries.size() + endpoint.requiredHeaders.size();
      var rank = endpoint.literals.size() * 10_000 + (present ? 1_000 + required : 0);
      if (rank > bestRank) {
        best = endpoint;
        bestRank = rank;
      }
    }
    return best;
  }
}
