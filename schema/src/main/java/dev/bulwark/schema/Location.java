package dev.bulwark.schema;

/** Where in an HTTP message a member travels. */
public enum Location {
  /** In the body, or as the body where it is the payload. */
  BODY,
  /** A label of the request path. */
  URI,
  /** A query parameter. */
  QUERY,
  /** A header. */
  HEADER,
  /** All headers with the prefix that the wire name gives, as a map. */
  HEADERS,
  /** The HTTP status code of the response. */
  STATUS
}
