package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;

/** How collections are named in XML and in query parameters. */
final class XmlNames {
  private XmlNames() {}

  /** The name of a member; the query protocol has names of its own for some. */
  static String member(Member member, boolean query) {
    return query ? member.queryWireName() : member.wireName();
  }

  /**
   * A flattened list's items bear the name of their element where it has one, or else that of the
   * member that is the list.
   */
  static String flattened(Member list, boolean query) {
    var element = list.target().element().locationName();
    return element == null ? member(list, query) : element;
  }

  static String element(Shape list) {
    return or(list.element(), "member", false);
  }

  static String key(Shape map, boolean query) {
    return or(map.key(), "key", query);
  }

  static String value(Shape map, boolean query) {
    return or(map.value(), "value", query);
  }

  private static String or(Member member, String otherwise, boolean query) {
    if (query && member.queryName() != null) {
      return member.queryName();
    }
    return member.locationName() == null ? otherwise : member.locationName();
  }
}
