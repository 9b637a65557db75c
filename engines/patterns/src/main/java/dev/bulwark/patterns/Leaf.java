package dev.bulwark.patterns;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A value of a document that many patterns are compared with: what they have to make of it first is
 * made once. Not thread-safe.
 */
final class Leaf {
  private static final byte[] NONE = {};

  private final JsonNode node;
  private @Nullable BigDecimal number;
  private @Nullable String folded;
  private byte @Nullable [] address;

  /**
   * A value.
   *
   * @param node no object and no array; missing where the document has none
   */
  Leaf(JsonNode node) {
    this.node = node;
  }

  JsonNode node() {
    return node;
  }

  boolean isMissing() {
    return node.isMissingNode();
  }

  /** Its text; null where it is none. */
  @Nullable String text() {
    return node.isString() ? node.stringValue() : null;
  }

  /** Its text in letters of one case; null where it is none. */
  @Nullable String folded() {
    if (folded == null && node.isString()) {
      folded = Matcher.IgnoreCase.fold(node.stringValue());
    }
    return folded;
  }

  /** Its number; null where it is none. */
  @Nullable BigDecimal number() {
    if (number == null && node.isNumber()) {
      number = node.decimalValue();
    }
    return number;
  }

  /** The bytes of the IP address that it is; none where it is no such text. */
  byte[] address() {
    var known = address;
    if (known == null) {
      known = node.isString() ? AddressBlock.address(node.stringValue()).orElse(NONE) : NONE;
      address = known;
    }
    return known;
  }
}
