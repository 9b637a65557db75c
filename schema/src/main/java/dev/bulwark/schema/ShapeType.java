package dev.bulwark.schema;

/** The kinds of shape in an AWS service model, and the Java type of their values. */
public enum ShapeType {
  /** {@link Structure}. */
  STRUCTURE,
  /** {@link java.util.List}. */
  LIST,
  /** {@link java.util.Map} with string keys. */
  MAP,
  /**
   * {@link String}; enumerations too, so that an unknown value reaches validation and is reported
   * as AWS reports it.
   */
  STRING,
  /** {@link Boolean}. */
  BOOLEAN,
  /** {@link Integer}. */
  INTEGER,
  /** {@link Long}. */
  LONG,
  /** {@link Float}. */
  FLOAT,
  /** {@link Double}. */
  DOUBLE,
  /** {@link java.time.Instant}. */
  TIMESTAMP,
  /** {@code byte[]}, or {@link Body} where the member is streaming. */
  BLOB,
  /** Any JSON value: {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean}. */
  DOCUMENT,
  /** {@link Iterable} of the structures that are its members' shapes; no codec serves it yet. */
  EVENT_STREAM
}
