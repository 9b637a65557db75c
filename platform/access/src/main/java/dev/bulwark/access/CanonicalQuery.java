package dev.bulwark.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query string, with its parameters in canonical encoding and order. */
final class CanonicalQuery {
  static final String SIGNATURE = "X-Amz-Signature";

  private record Parameter(String name, String value) {}

  private static final Comparator<Parameter> ORDER =
      Comparator.comparing(Parameter::name).thenComparing(Parameter::value);
  private static final CanonicalQuery EMPTY = new CanonicalQuery(List.of());

  private final List<Parameter> parameters;

  private CanonicalQuery(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  static CanonicalQuery parse(String raw) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    var parameters = new ArrayList<Parameter>();
    var sorted = true;
    int from = 0;
    while (from < raw.length()) {
      int and = raw.indexOf('&', from);
      int to = and < 0 ? raw.length() : and;
      if (to > from) {
        int equals = raw.indexOf('=', from);
        int nameEnd = equals < 0 || equals > to ? to : equals;
        var parameter =
            new Parameter(
                UriEncoding.query(raw, from, nameEnd),
                nameEnd == to ? "" : UriEncoding.query(raw, nameEnd + 1, to));
        sorted &= parameters.isEmpty() || ORDER.compare(parameters.getLast(), parameter) <= 0;
        parameters.add(parameter);
      }
      from = to + 1;
    }
    if (!sorted) {
      parameters.sort(ORDER);
    }
    return new CanonicalQuery(parameters);
  }

  /**
   * The decoded value of a parameter, or null where it is not there. Names are compared as they
   * are, as AWS does.
   */
  @Nullable String first(String name) {
    for (var parameter : parameters) {
      if (parameter.name.equals(name)) {
        return UriEncoding.decode(parameter.value);
      }
    }
    return null;
  }

  /** Whether a parameter comes more than once. */
  boolean repeats(String name) {
    int count = 0;
    for (var parameter : parameters) {
      if (parameter.name.equals(name)) {
        count++;
      }
    }
    return count > 1;
  }

  /** Writes everything but the signature itself. */
  void write(Bytes out) {
    var first = true;
    for (var parameter : parameters) {
      if (parameter.name.equals(SIGNATURE)) {
        continue;
      }
      if (!first) {
        out.add('&');
      }
      first = false;
      out.ascii(parameter.name).add('=').ascii(parameter.value);
    }
  }
}
