package dev.bulwark.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decoded parameters of a query string or a form, in their order. */
final class Parameters {
  /** More than any AWS operation takes. */
  static final int MAX_COUNT = 20_000;

  static final Parameters EMPTY = new Parameters(List.of(), false);

  /** One parameter; {@code bare} where it has no equals sign. */
  record Parameter(String name, String value, boolean bare) {}

  private final List<Parameter> all;
  private final boolean malformed;

  private Parameters(List<Parameter> all, boolean malformed) {
    this.all = all;
    this.malformed = malformed;
  }

  /** Parses leniently; what cannot be parsed is left out and makes {@link #malformed()} true. */
  static Parameters parse(String text, boolean plus) {
    if (text.isEmpty()) {
      return EMPTY;
    }
    var all = new ArrayList<Parameter>(4);
    var malformed = false;
    var start = 0;
    while (start <= text.length()) {
      var end = text.indexOf('&', start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        if (all.size() == MAX_COUNT) {
          malformed = true;
          break;
        }
        var equals = text.indexOf('=', start);
        var bare = equals < 0 || equals >= end;
        var name = Percent.decode(text, start, bare ? end : equals, plus);
        var value = bare ? "" : Percent.decode(text, equals + 1, end, plus);
        if (name == null || value == null) {
          malformed = true;
        } else {
          all.add(new Parameter(name, value, bare));
        }
      }
      start = end + 1;
    }
    return new Parameters(all, malformed);
  }

  /** Of a URI: here S3 and the rest protocols take a plus sign for a space, as forms do. */
  static Parameters ofQuery(HttpRequest request) {
    return request.rawQuery().isEmpty() ? EMPTY : parse(request.rawQuery(), true);
  }

  /** Whether an escape was broken, the bytes were no UTF-8, or there were too many. */
  boolean malformed() {
    return malformed;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<Parameter> all() {
    return all;
  }

  /** The first value of that name, or null. */
  @Nullable String first(String name) {
    for (var i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        return all.get(i).value();
      }
    }
    return null;
  }

  boolean contains(String name) {
    return first(name) != null;
  }
}
