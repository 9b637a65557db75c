package dev.bulwark.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A shape of a service's model: its type, its members, and the constraints on its values. Immutable
 * once its model is loaded.
 */
public final class Shape {

  /**
   * Bounds on a value: on the length of strings and blobs, on the size of collections, on the value
   * of numbers.
   *
   * @param pattern a regular expression in AWS's dialect, for the whole string
   * @param enumValues empty where the shape is no enumeration
   */
  public record Constraints(
      @Nullable Double min,
      @Nullable Double max,
      @Nullable String pattern,
      List<String> enumValues) {
    public static final Constraints NONE = new Constraints(null, null, null, List.of());
  }

  /** What the model says of a structure that is an error. */
  public record ErrorTrait(String code, int httpStatus, Fault fault) {}

  private final String name;
  private final ShapeType type;
  private final int structureIndex;
  private final List<Member> members;
  private final int payload;
  private final Constraints constraints;
  private final boolean flattened;
  private final boolean sensitive;
  private final boolean union;
  private final @Nullable String locationName;
  private final @Nullable XmlNamespace xmlNamespace;
  private final @Nullable TimestampFormat timestampFormat;
  private final @Nullable ErrorTrait error;
  private final Map<String, Member> byName;
  private final Map<String, Member> byWireName;
  private @Nullable StructureFactory factory;

  /**
   * All facts of a shape.
   *
   * @param structureIndex the number of a structure within its service, -1 for other types
   * @param members of a structure; for a list its element alone; for a map its key and its value
   * @param payload the index of the member that is the HTTP body, or -1
   */
  public Shape(
      String name,
      ShapeType type,
      int structureIndex,
      List<Member> members,
      int payload,
      Constraints constraints,
      boolean flattened,
      boolean sensitive,
      boolean union,
      @Nullable String locationName,
      @Nullable XmlNamespace xmlNamespace,
      @Nullable TimestampFormat timestampFormat,
      @Nullable ErrorTrait error) {
    this.name = name;
    this.type = type;
    this.structureIndex = structureIndex;
    this.members = List.copyOf(members);
    this.payload = payload;
    this.constraints = constraints;
    this.flattened = flattened;
    this.sensitive = sensitive;
    this.union = union;
    this.locationName = locationName;
    this.xmlNamespace = xmlNamespace;
    this.timestampFormat = timestampFormat;
    this.error = error;
    this.byName = HashMap.newHashMap(members.size());
    this.byWireName = HashMap.newHashMap(members.size());
    for (var member : members) {
      byName.put(member.name(), member);
      byWireName.put(member.wireName(), member);
    }
  }

  void bind(Map<String, Shape> shapes, StructureFactory structures) {
    factory = structures;
    for (var member : members) {
      member.resolve(
          Objects.requireNonNull(
              shapes.get(member.targetName()),
              () -> name + " refers to a missing shape: " + member));
    }
  }

  public String name() {
    return name;
  }

  public ShapeType type() {
    return type;
  }

  /** The number of a structure within its service, or -1. */
  public int structureIndex() {
    return structureIndex;
  }

  public List<Member> members() {
    return members;
  }

  /** The member of that name in the model. */
  public @Nullable Member memberNamed(String memberName) {
    return byName.get(memberName);
  }

  /** The member of that name on the wire. */
  public @Nullable Member memberOnWire(String wireName) {
    return byWireName.get(wireName);
  }

  /** A list's element. */
  public Member element() {
    return members.getFirst();
  }

  /** A map's key. */
  public Member key() {
    return members.get(0);
  }

  /** A map's value. */
  public Member value() {
    return members.get(1);
  }

  /** The member that is the HTTP body, where there is one. */
  public @Nullable Member payload() {
    return payload < 0 ? null : members.get(payload);
  }

  public Constraints constraints() {
    return constraints;
  }

  public boolean flattened() {
    return flattened;
  }

  /** Whether values are secrets, which no log and no event may show. */
  public boolean sensitive() {
    return sensitive;
  }

  /** Whether just one member may be set. */
  public boolean union() {
    return union;
  }

  public @Nullable String locationName() {
    return locationName;
  }

  public @Nullable XmlNamespace xmlNamespace() {
    return xmlNamespace;
  }

  public @Nullable TimestampFormat timestampFormat() {
    return timestampFormat;
  }

  public @Nullable ErrorTrait error() {
    return error;
  }

  /** A new builder of this structure. */
  public StructureBuilder<?> newBuilder() {
    return Objects.requireNonNull(factory, () -> "no factory for " + name)
        .newBuilder(structureIndex);
  }

  @Override
  public String toString() {
    return name;
  }
}
