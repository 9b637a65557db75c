package dev.bulwark.wire;

import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.StructureBuilder;
import dev.bulwark.schema.TimestampFormat;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML into structures. Document types and entities beyond XML's own five are refused;
 * namespaces are not looked at.
 */
final class XmlReader {
  private static final XMLInputFactory FACTORY = newFactory();

  /** Several times as many as the longest list of parts has. */
  private static final int MAX_ELEMENTS = 250_000;

  private final XMLStreamReader xml;
  private int depth;
  private int elements;

  private XmlReader(XMLStreamReader xml) {
    this.xml = xml;
  }

  private static XMLInputFactory newFactory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("external entities are not read");
        });
    return factory;
  }

  /**
   * Reads a document that holds one structure.
   *
   * @param root the root element's name, or null where any will do
   */
  static Structure structure(byte[] document, Shape shape, @Nullable String root)
      throws DecodeException {
    var builder = shape.newBuilder();
    fill(document, shape, builder, root);
    return builder.build();
  }

  /** Reads a document into a builder; only members that belong to the body are read. */
  static void fill(byte[] document, Shape shape, StructureBuilder<?> builder, @Nullable String root)
      throws DecodeException {
    try {
      var xml = FACTORY.createXMLStreamReader(new StringReader(text(document)));
      try {
        var reader = new XmlReader(xml);
        reader.toRoot();
        if (root != null && !root.equals(xml.getLocalName())) {
          throw new DecodeException("Unexpected element " + xml.getLocalName());
        }
        reader.members(shape, builder);
        reader.toEnd();
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new DecodeException("Could not parse XML");
    } catch (RuntimeException e) {
      // The JDK's parser answers some broken documents with an unchecked exception of its own.
      throw new DecodeException("Could not parse XML");
    }
  }

  /**
   * UTF-8 alone, decoded here: the JDK's parser writes to the error stream where the bytes are
   * none.
   */
  private static String text(byte[] document) throws DecodeException {
    var text = Percent.utf8(document, document.length);
    if (text == null) {
      throw new DecodeException("Could not parse XML");
    }
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  private void toRoot() throws XMLStreamException, DecodeException {
    int event;
    while ((event = xml.next()) != XMLStreamConstants.START_ELEMENT) {
      refuseDoctype(event);
    }
  }

  private void toEnd() throws XMLStreamException, DecodeException {
    while (xml.hasNext()) {
      refuseDoctype(xml.next());
    }
  }

  private static void refuseDoctype(int event) throws DecodeException {
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new DecodeException("Document types are not read");
    }
  }

  /** Reads the children of the element that is open, to its end. */
  private void members(Shape shape, StructureBuilder<?> builder)
      throws XMLStreamException, DecodeException {
    enter();
    var values = new @Nullable Object[shape.members().size()];
    attributes(shape, values);
    while (nextChild()) {
      var member = memberNamed(shape, xml.getLocalName());
      if (member == null) {
        skip();
      } else {
        values[member.index()] = memberValue(member, values[member.index()]);
      }
    }
    for (var i = 0; i < values.length; i++) {
      if (values[i] != null) {
        builder.member(i, values[i]);
      }
    }
    depth--;
  }

  private static @Nullable Member memberNamed(Shape shape, String name) {
    var member = shape.memberOnWire(name);
    if (member != null && isElement(member) && !renamed(member)) {
      return member;
    }
    for (var other : shape.members()) {
      if (isElement(other)
          && (other.queryName() != null
              ? other.queryWireName().equals(name)
              : renamed(other) && XmlNames.flattened(other, false).equals(name))) {
        return other;
      }
    }
    return null;
  }

  private static boolean isElement(Member member) {
    return member.location() == Location.BODY && !member.xmlAttribute();
  }

  private static boolean renamed(Member member) {
    return member.target().type() == ShapeType.LIST
        && member.flattened()
        && member.target().element().locationName() != null;
  }

  private void attributes(Shape shape, @Nullable Object[] values) throws DecodeException {
    for (var i = 0; i < xml.getAttributeCount(); i++) {
      var local = xml.getAttributeLocalName(i);
      for (var member : shape.members()) {
        if (member.xmlAttribute()
            && (member.wireName().equals(local) || member.wireName().endsWith(":" + local))) {
          values[member.index()] = parse(member, xml.getAttributeValue(i));
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private Object memberValue(Member member, @Nullable Object before)
      throws XMLStreamException, DecodeException {
    if (!member.flattened()) {
      return value(member);
    }
    if (member.target().type() == ShapeType.LIST) {
      var list = before == null ? new ArrayList<Object>() : (List<Object>) before;
      list.add(value(member.target().element()));
      return list;
    }
    if (member.target().type() == ShapeType.MAP) {
      var map = before == null ? new LinkedHashMap<String, Object>() : (Map<String, Object>) before;
      entry(member.target(), map);
      return map;
    }
    return value(member);
  }

  /** Reads the element that is open as a value, to its end. */
  private Object value(Member member) throws XMLStreamException, DecodeException {
    var shape = member.target();
    return switch (shape.type()) {
      case STRUCTURE -> {
        var builder = shape.newBuilder();
        members(shape, builder);
        yield builder.build();
      }
      case LIST -> {
        enter();
        var list = new ArrayList<Object>();
        var name = XmlNames.element(shape);
        while (nextChild()) {
          if (xml.getLocalName().equals(name)) {
            list.add(value(shape.element()));
          } else {
            skip();
          }
        }
        depth--;
        yield list;
      }
      case MAP -> {
        enter();
        var map = new LinkedHashMap<String, Object>();
        while (nextChild()) {
          entry(shape, map);
        }
        depth--;
        yield map;
      }
      default -> parse(member, text());
    };
  }

  private void entry(Shape shape, Map<String, Object> map)
      throws XMLStreamException, DecodeException {
    enter();
    String key = null;
    Object value = null;
    while (nextChild()) {
      var name = xml.getLocalName();
      if (name.equals(XmlNames.key(shape, true))) {
        key = text();
      } else if (name.equals(XmlNames.value(shape, true))) {
        value = value(shape.value());
      } else {
        skip();
      }
    }
    depth--;
    if (key == null || value == null) {
      throw new DecodeException("Unexpected complex element termination");
    }
    map.put(key, value);
  }

  private static Object parse(Member member, String text) throws DecodeException {
    var value = Scalars.parse(member, text, TimestampFormat.ISO8601);
    if (value == null) {
      throw new DecodeException(
          WireErrors.notConverted("STRING_VALUE", WireErrors.typeName(member)));
    }
    return value;
  }

  private void enter() throws DecodeException {
    if (++depth > Documents.MAX_DEPTH) {
      throw new DecodeException("The document is nested too deeply");
    }
  }

  private void count() throws DecodeException {
    if (++elements > MAX_ELEMENTS) {
      throw new DecodeException("The document has too many elements");
    }
  }

  /** Goes to the next child element; false at the end of the parent. */
  private boolean nextChild() throws XMLStreamException, DecodeException {
    while (true) {
      var event = xml.next();
      switch (event) {
        case XMLStreamConstants.START_ELEMENT -> {
          count();
          return true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          return false;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!xml.isWhiteSpace()) {
            throw new DecodeException("Unexpected text");
          }
        }
        default -> refuseDoctype(event);
      }
    }
  }

  private String text() throws XMLStreamException, DecodeException {
    var first = "";
    // Comments cut a text into pieces.
    StringBuilder pieces = null;
    while (true) {
      var event = xml.next();
      switch (event) {
        case XMLStreamConstants.END_ELEMENT -> {
          return pieces == null ? first : pieces.toString();
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (pieces == null && first.isEmpty()) {
            first = xml.getText();
          } else {
            pieces = pieces == null ? new StringBuilder(first) : pieces;
            pieces.append(xml.getText());
          }
        }
        case XMLStreamConstants.START_ELEMENT ->
            throw new DecodeException("Start of structure or map found where not expected.");
        default -> refuseDoctype(event);
      }
    }
  }

  private void skip() throws XMLStreamException, DecodeException {
    var open = 1;
    while (open > 0) {
      var event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        count();
        if (depth + ++open > Documents.MAX_DEPTH) {
          throw new DecodeException("The document is nested too deeply");
        }
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        open--;
      } else {
        refuseDoctype(event);
      }
    }
  }
}
