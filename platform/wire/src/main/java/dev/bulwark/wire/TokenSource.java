package dev.bulwark.wire;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** The tokens of a document, one after the other. */
interface TokenSource {
  /** The next value, or the end of an array; null at the end of the document. */
  @Nullable JsonToken next() throws DecodeException;

  /** The name of an object's next member, whose value comes next; null at the object's end. */
  @Nullable String nextName() throws DecodeException;

  /** The token that came last. */
  JsonToken current();

  /** Goes to the end of the array or object that has just begun; nowhere from other values. */
  void skipChildren() throws DecodeException;

  /** The text that came last, each character of which can be encoded. */
  String string() throws DecodeException;

  /** Whether what came last may be bytes. */
  boolean isBlob();

  /**
   * The bytes that came last.
   *
   * @return null for what is no value in CBOR
   * @throws IllegalArgumentException where they are in bad base64
   */
  byte @Nullable [] blob() throws DecodeException;

  /**
   * The whole number that came last.
   *
   * @throws ArithmeticException where it is too long
   */
  long longValue();

  /** The number that came last. */
  double doubleValue() throws DecodeException;

  /** The number that came last, as an Integer, Long or BigInteger, or else a BigDecimal. */
  Number number() throws DecodeException;

  /** The number that came last, whole or not. */
  BigDecimal decimal() throws DecodeException;
}
