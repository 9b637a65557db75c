package dev.bulwark.schema;

/**
 * The XML namespace of an element.
 *
 * @param prefix empty for the default namespace
 */
public record XmlNamespace(String prefix, String uri) {}
