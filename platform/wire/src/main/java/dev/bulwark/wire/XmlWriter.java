package dev.bulwark.wire;

import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import dev.bulwark.schema.XmlNamespace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes structures as XML. */
final class XmlWriter {
  static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private final StringBuilder out = new StringBuilder(512);
  private final boolean alwaysMillis;
  private final boolean query;
  private @Nullable String rootNamespace;

  /**
   * A writer.
   *
   * @param alwaysMillis whether timestamps have milliseconds even where they are zero, as those of
   *     S3 and EC2
   */
  XmlWriter(boolean alwaysMillis) {
    this(alwaysMillis, false);
  }

  private XmlWriter(boolean alwaysMillis, boolean query) {
    this.alwaysMillis = alwaysMillis;
    this.query = query;
  }

  /** A writer of the query protocol, which has names of its own for some members. */
  static XmlWriter ofQuery() {
    return new XmlWriter(false, true);
  }

  XmlWriter raw(String markup) {
    out.append(markup);
    return this;
  }

  XmlWriter open(String name) {
    out.append('<').append(name).append('>');
    return this;
  }

  /** Opens the root element; the namespace is not repeated below. */
  XmlWriter root(String name, @Nullable String namespace) {
    rootNamespace = namespace;
    out.append('<').append(name);
    if (namespace != null) {
      out.append(" xmlns=\"");
      escape(namespace);
      out.append('"');
    }
    out.append('>');
    return this;
  }

  XmlWriter close(String name) {
    out.append("</").append(name).append('>');
    return this;
  }

  XmlWriter element(String name, String text) {
    open(name);
    escape(text);
    return close(name);
  }

  /** Text within the element that is open. */
  XmlWriter text(String text) {
    escape(text);
    return this;
  }

  byte[] bytes() {
    return Wire.utf8(out.toString());
  }

  /** Writes the members of the body that are elements. */
  void members(Structure structure) {
    var members = structure.shape().members();
    for (var i = 0; i < members.size(); i++) {
      var member = members.get(i);
      var value = structure.member(i);
      if (value != null && member.location() == Location.BODY && !member.xmlAttribute()) {
        member(member, value);
      }
    }
  }

  /** Writes one member. */
  @SuppressWarnings("unchecked")
  void member(Member member, Object value) {
    var shape = member.target();
    switch (shape.type()) {
      case LIST -> {
        var list = (List<@Nullable Object>) value;
        if (member.flattened()) {
          var name = XmlNames.flattened(member, query);
          list.forEach(item -> value(name, shape.element(), item));
        } else {
          start(XmlNames.member(member, query), member, null);
          var name = XmlNames.element(shape);
          list.forEach(item -> value(name, shape.element(), item));
          close(XmlNames.member(member, query));
        }
      }
      case MAP -> {
        var map = (Map<String, @Nullable Object>) value;
        if (member.flattened()) {
          map.forEach((key, item) -> entry(XmlNames.member(member, query), member, key, item));
        } else {
          start(XmlNames.member(member, query), member, null);
          map.forEach((key, item) -> entry("entry", member, key, item));
          close(XmlNames.member(member, query));
        }
      }
      default -> value(XmlNames.member(member, query), member, value);
    }
  }

  private void entry(String name, Member map, String key, @Nullable Object item) {
    open(name);
    element(XmlNames.key(map.target(), query), key);
    value(XmlNames.value(map.target(), query), map.target().value(), item);
    close(name);
  }

  /** Writes a value in an element of that name; a collection within a collection too. */
  @SuppressWarnings("unchecked")
  private void value(String name, Member member, @Nullable Object value) {
    if (value == null) {
      return;
    }
    var shape = member.target();
    switch (shape.type()) {
      case STRUCTURE -> {
        start(name, member, (Structure) value);
        members((Structure) value);
        close(name);
      }
      case LIST -> {
        open(name);
        ((List<@Nullable Object>) value)
            .forEach(item -> value(XmlNames.element(shape), shape.element(), item));
        close(name);
      }
      case MAP -> {
        open(name);
        ((Map<String, @Nullable Object>) value)
            .forEach((key, item) -> entry("entry", member, key, item));
        close(name);
      }
      default -> {
        start(name, member, null);
        escape(Scalars.text(member, value, TimestampFormat.ISO8601, alwaysMillis));
        close(name);
      }
    }
  }

  private void start(String name, Member member, @Nullable Structure structure) {
    out.append('<').append(name);
    namespace(
        member.xmlNamespace() != null ? member.xmlNamespace() : member.target().xmlNamespace());
    if (structure != null) {
      attributes(structure);
    }
    out.append('>');
  }

  private void attributes(Structure structure) {
    for (var member : structure.shape().members()) {
      var value = member.xmlAttribute() ? structure.member(member.index()) : null;
      if (value != null) {
        out.append(' ').append(member.wireName()).append("=\"");
        escape(Scalars.text(member, value, TimestampFormat.ISO8601, alwaysMillis));
        out.append('"');
      }
    }
  }

  private void namespace(@Nullable XmlNamespace namespace) {
    if (namespace == null
        || (namespace.prefix().isEmpty() && namespace.uri().equals(rootNamespace))) {
      return;
    }
    out.append(" xmlns");
    if (!namespace.prefix().isEmpty()) {
      out.append(':').append(namespace.prefix());
    }
    out.append("=\"");
    escape(namespace.uri());
    out.append('"');
  }

  private void escape(String text) {
    var done = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c > '>' && c < '\ud800') {
        continue;
      }
      var escaped =
          switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\t', '\n' -> null;
            // XML cannot say the others below a space; AWS writes them so all the same.
            default ->
                c < ' ' ? "&#x" + Integer.toHexString(c) + ";" : c >= '\ufffe' ? "\ufffd" : null;
          };
      if (escaped != null) {
        out.append(text, done, i).append(escaped);
        done = i + 1;
      }
    }
    out.append(text, done, text.length());
  }
}
