package dev.bulwark.schema;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member of a structure, or the element, key or value of a collection: which shape it has and how
 * it is named on the wire.
 */
public final class Member {
  private final String name;
  private final int index;
  private final String targetName;
  private final @Nullable String locationName;
  private final @Nullable String queryName;
  private final Location location;
  private final boolean required;
  private final boolean idempotencyToken;
  private final boolean flattened;
  private final boolean xmlAttribute;
  private final boolean streaming;
  private final boolean jsonValue;
  private final @Nullable TimestampFormat timestampFormat;
  private final @Nullable XmlNamespace xmlNamespace;
  private @Nullable Shape target;

  /** All facts of a member; the target is resolved when its service's model is complete. */
  public Member(
      String name,
      int index,
      String targetName,
      @Nullable String locationName,
      @Nullable String queryName,
      Location location,
      boolean required,
      boolean idempotencyToken,
      boolean flattened,
      boolean xmlAttribute,
      boolean streaming,
      boolean jsonValue,
      @Nullable TimestampFormat timestampFormat,
      @Nullable XmlNamespace xmlNamespace) {
    this.name = name;
    this.index = index;
    this.targetName = targetName;
    this.locationName = locationName;
    this.queryName = queryName;
    this.location = location;
    this.required = required;
    this.idempotencyToken = idempotencyToken;
    this.flattened = flattened;
    this.xmlAttribute = xmlAttribute;
    this.streaming = streaming;
    this.jsonValue = jsonValue;
    this.timestampFormat = timestampFormat;
    this.xmlNamespace = xmlNamespace;
  }

  void resolve(Shape shape) {
    target = shape;
  }

  /**
   * The member's name in the model, for instance {@code UserName}; {@code member}, {@code key} or
   * {@code value} in collections.
   */
  public String name() {
    return name;
  }

  /** The member's number within its structure, from 0. */
  public int index() {
    return index;
  }

  /** The shape of the member's value. */
  public Shape target() {
    return Objects.requireNonNull(target, () -> "unresolved shape " + targetName);
  }

  /** The name of {@link #target()}. */
  public String targetName() {
    return targetName;
  }

  /** The name that the model gives for the wire, where it gives one. */
  public @Nullable String locationName() {
    return locationName;
  }

  /** The name on the wire: the location name, or else the member's name. */
  public String wireName() {
    return locationName == null ? name : locationName;
  }

  /**
   * The name in an ec2-query request: the query name, or else the wire name with its first letter
   * in upper case.
   */
  public String ec2Name() {
    if (queryName != null) {
      return queryName;
    }
    var wire = wireName();
    return Character.toUpperCase(wire.charAt(0)) + wire.substring(1);
  }

  /**
   * The name in the query protocol, in requests and responses: the query name, or else the wire
   * name.
   */
  public String queryWireName() {
    return queryName == null ? wireName() : queryName;
  }

  /** The model's explicit query name, where it gives one. */
  public @Nullable String queryName() {
    return queryName;
  }

  public Location location() {
    return location;
  }

  public boolean required() {
    return required;
  }

  /** Whether a client may leave the member out and let the SDK fill it with a random token. */
  public boolean idempotencyToken() {
    return idempotencyToken;
  }

  /** Whether a collection stands without an element around it. */
  public boolean flattened() {
    return flattened || (target != null && target.flattened());
  }

  /** The flag as the member itself carries it, without that of its target. */
  boolean flattenedHere() {
    return flattened;
  }

  public boolean xmlAttribute() {
    return xmlAttribute;
  }

  /** Whether the value is a {@link Body}. */
  public boolean streaming() {
    return streaming;
  }

  /** Whether a string holds JSON that a header carries in base64. */
  public boolean jsonValue() {
    return jsonValue;
  }

  public @Nullable TimestampFormat timestampFormat() {
    return timestampFormat;
  }

  public @Nullable XmlNamespace xmlNamespace() {
    return xmlNamespace;
  }

  @Override
  public String toString() {
    return name + ": " + targetName;
  }
}
