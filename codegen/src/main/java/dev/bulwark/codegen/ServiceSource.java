package dev.bulwark.codegen;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.ServiceModel;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Unit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service as its writers see it: its model, its documentation, and the Java names of its shapes.
 */
final class ServiceSource {
  private static final int MAX_COLLECTION_DEPTH = 16;

  private final ServiceModel model;
  private final Map<String, String> shapeDocs;
  private final Map<String, String> operationDocs;
  private final Map<String, String> classNames = new HashMap<>();

  ServiceSource(
      ServiceModel model, Map<String, String> shapeDocs, Map<String, String> operationDocs) {
    this.model = model;
    this.shapeDocs = shapeDocs;
    this.operationDocs = operationDocs;
    nameClasses();
  }

  /**
   * Distinct without regard to case, for file systems that have none; structures and errors first,
   * so that enums give way.
   */
  private void nameClasses() {
    var taken = new HashSet<String>();
    taken.add(apiClass().toLowerCase(Locale.ROOT));
    taken.add(factoryClass().toLowerCase(Locale.ROOT));
    taken.add("builder");
    var shapes = model.shapes().stream();
    var named =
        java.util.stream.Stream.concat(
            shapes.filter(shape -> shape.type() == ShapeType.STRUCTURE && !isUnit(shape)),
            model.shapes().stream().filter(ServiceSource::isEnum));
    named.forEach(
        shape -> {
          var name = Names.type(shape.name());
          while (!taken.add(name.toLowerCase(Locale.ROOT))) {
            name += isEnum(shape) && !name.endsWith("Enum") ? "Enum" : "_";
          }
          classNames.put(shape.name(), name);
        });
  }

  ServiceModel model() {
    return model;
  }

  String packageName() {
    return "dev.bulwark.api." + model.info().id();
  }

  String apiClass() {
    return model.info().className() + "Api";
  }

  String factoryClass() {
    return model.info().className() + "Structures";
  }

  /** The structures that are neither errors nor {@link Unit}, by their numbers. */
  List<Shape> structures() {
    return model.shapes().stream()
        .filter(shape -> shape.structureIndex() >= 0 && !isUnit(shape))
        .toList();
  }

  List<Shape> errors() {
    return model.shapes().stream().filter(shape -> shape.error() != null).toList();
  }

  List<Shape> enums() {
    return model.shapes().stream().filter(ServiceSource::isEnum).toList();
  }

  static boolean isUnit(Shape shape) {
    return shape.name().equals(Unit.NAME);
  }

  private static boolean isEnum(Shape shape) {
    return shape.type() == ShapeType.STRING && !shape.constraints().enumValues().isEmpty();
  }

  String className(Shape shape) {
    if (isUnit(shape)) {
      return "dev.bulwark.schema.Unit";
    }
    var name = classNames.get(shape.name());
    if (name == null) {
      throw new IllegalArgumentException(shape + " has no class");
    }
    return name;
  }

  @Nullable String doc(Shape shape) {
    return shapeDocs.get(shape.name());
  }

  @Nullable String operationDoc(String operation) {
    return operationDocs.get(operation);
  }

  /**
   * The Java type of a member's values; package and simple name apart, so that an annotation fits
   * between.
   */
  JavaType type(Member member) {
    return member.streaming()
        ? new JavaType("dev.bulwark.schema.", "Body")
        : type(member.target(), 0);
  }

  private JavaType type(Shape shape, int depth) {
    if (depth > MAX_COLLECTION_DEPTH) {
      throw new IllegalArgumentException("endless collection " + shape);
    }
    return switch (shape.type()) {
      case STRUCTURE -> new JavaType("", className(shape));
      case LIST ->
          new JavaType("java.util.", "List<" + type(shape.element().target(), depth + 1) + ">");
      case MAP ->
          new JavaType(
              "java.util.",
              "Map<java.lang.String, " + type(shape.value().target(), depth + 1) + ">");
      case STRING -> new JavaType("java.lang.", "String");
      case BOOLEAN -> new JavaType("java.lang.", "Boolean");
      case INTEGER -> new JavaType("java.lang.", "Integer");
      case LONG -> new JavaType("java.lang.", "Long");
      case FLOAT -> new JavaType("java.lang.", "Float");
      case DOUBLE -> new JavaType("java.lang.", "Double");
      case TIMESTAMP -> new JavaType("java.time.", "Instant");
      case BLOB -> new JavaType("", "byte[]");
      case DOCUMENT -> new JavaType("java.lang.", "Object");
      case EVENT_STREAM ->
          new JavaType("java.lang.", "Iterable<? extends dev.bulwark.schema.Structure>");
    };
  }

  /** A type's name, split where an annotation on its use belongs. */
  record JavaType(String qualifier, String name) {
    private static final String NULLABLE = "@org.jspecify.annotations.Nullable ";

    String nullable() {
      return name.endsWith("[]")
          ? qualifier + name.substring(0, name.length() - 2) + " " + NULLABLE + "[]"
          : qualifier + NULLABLE + name;
    }

    @Override
    public String toString() {
      return qualifier + name;
    }
  }
}
