package dev.bulwark.identity.federation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads XML from strangers: no document types, no entities, nothing from outside, not too deep. */
public final class SecureXml {
  private static final int DEEPEST = 64;

  private static final ErrorHandler QUIET =
      new ErrorHandler() {
        @Override
        public void warning(SAXParseException e) {}

        @Override
        public void error(SAXParseException e) throws SAXException {
          throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
          throw e;
        }
      };

  private SecureXml() {}

  /**
   * The document in these bytes.
   *
   * @throws IllegalArgumentException where they hold none, or one with a document type
   */
  public static Document parse(byte[] bytes) {
    return parse(new InputSource(new ByteArrayInputStream(bytes)));
  }

  /**
   * The document in a text, whatever encoding it says to have had.
   *
   * @throws IllegalArgumentException as above
   */
  public static Document parse(String text) {
    return parse(new InputSource(new StringReader(text)));
  }

  private static Document parse(InputSource source) {
    try {
      var factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      factory.setAttribute("jdk.xml.maxElementDepth", Integer.toString(DEEPEST));
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(QUIET);
      return builder.parse(source);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser cannot be made safe", e);
    } catch (SAXException | IOException e) {
      throw new IllegalArgumentException("no XML that is read here", e);
    }
  }

  /** Whether an element has that name. */
  public static boolean is(Element element, String namespace, String name) {
    return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
  }

  /** The elements directly within another that have that name, in their order. */
  public static List<Element> children(Element parent, String namespace, String name) {
    var found = new ArrayList<Element>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && is(element, namespace, name)) {
        found.add(element);
      }
    }
    return found;
  }

  /** All elements within another, and itself, in the order of the document. */
  public static List<Element> all(Element root) {
    var found = new ArrayList<Element>();
    collect(root, found);
    return found;
  }

  private static void collect(Element element, List<Element> found) {
    found.add(element);
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        collect(child, found);
      }
    }
  }

  /** Whether no two elements have the same attribute ID, by which signatures refer to them. */
  public static boolean hasUniqueIds(Document document) {
    var seen = new HashSet<String>();
    for (var element : all(document.getDocumentElement())) {
      for (var name : List.of("ID", "Id", "id")) {
        if (element.hasAttribute(name) && !seen.add(element.getAttribute(name))) {
          return false;
        }
      }
    }
    return true;
  }

  /** The text of an element without the white space around it. */
  public static String text(Element element) {
    return element.getTextContent().strip();
  }
}
