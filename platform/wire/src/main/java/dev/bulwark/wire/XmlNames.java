package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;

/** How collections are named in XML and in query parameters. */
final class XmlNames {
  private XmlNames() {}

  /**
   * A flattened list's items bear the name of their element where it has one, or else that of the
   * member that is the list.
   */
  static String flattened(Member list) {
    var element = list.target().element().locationName();
    return element == null ? list.wireName() : element;
  }

  static String element(Shape list) {
    return or(list.element(), "member");
  }

  static String key(Shape map) {
    return or(map.key(), "key");
  }

  static String value(Shape map) {
    return or(map.value(), "value");
  }

  private static String or(Member member, String otherwise) {
    return member.locationName() == null ? otherwise : member.locationName();
  }
}
