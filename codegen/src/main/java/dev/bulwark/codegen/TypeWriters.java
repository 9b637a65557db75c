package dev.bulwark.codegen;

import dev.bulwark.schema.Shape;
import java.util.HashSet;
import java.util.List;

/**
 * Writes a service's types other than its structures: enumerations, errors, the constants of its
 * operations, its factory.
 */
final class TypeWriters {
  /** So that a method's switch stays well below the JVM's 64 KiB. */
  private static final int CASES_PER_METHOD = 1000;

  private TypeWriters() {}

  static String packageInfo(ServiceSource service) {
    return """
        /** The API of %s, version %s. */
        @org.jspecify.annotations.NullMarked
        package %s;
        """
        .formatted(
            service.model().info().serviceId(),
            service.model().info().apiVersion(),
            service.packageName());
  }

  static String enumeration(ServiceSource service, Shape shape) {
    var name = service.className(shape);
    var constants = new StringBuilder();
    var taken = new HashSet<String>();
    for (var value : shape.constraints().enumValues()) {
      constants
          .append(constants.isEmpty() ? "" : ",\n")
          .append("  %s(%s)".formatted(Names.unique(Names.constant(value), taken), literal(value)));
    }
    return """
        package %1$s;

        %2$s
        public enum %3$s {
        %4$s;

          private static final java.util.Map<java.lang.String, %3$s> BY_VALUE =
              java.util.HashMap.newHashMap(%5$d);

          static {
            for (var constant : values()) {
              BY_VALUE.put(constant.value, constant);
            }
          }

          private final java.lang.String value;

          %3$s(java.lang.String value) {
            this.value = value;
          }

          /** The value on the wire. */
          public java.lang.String value() {
            return value;
          }

          /** The constant of a value on the wire, or null. */
          public static @org.jspecify.annotations.Nullable %3$s fromValue(java.lang.String value) {
            return BY_VALUE.get(value);
          }
        }
        """
        .formatted(
            service.packageName(),
            Docs.comment(service.doc(shape), "The values of " + shape.name() + "."),
            name,
            constants,
            taken.size());
  }

  static String error(ServiceSource service, Shape shape) {
    return """
        package %1$s;

        %2$s
        public final class %3$s extends dev.bulwark.schema.ApiException {
          private static final long serialVersionUID = 1L;
          private static final dev.bulwark.schema.Shape SHAPE = %4$s.MODEL.shape("%5$s");

          public %3$s(java.lang.@org.jspecify.annotations.Nullable String message) {
            super(SHAPE, message);
          }
        }
        """
        .formatted(
            service.packageName(),
            Docs.comment(service.doc(shape), "The error " + shape.name() + "."),
            service.className(shape),
            service.apiClass(),
            shape.name());
  }

  static String api(ServiceSource service) {
    var constants = new StringBuilder();
    var taken = new HashSet<>(List.of("MODEL"));
    for (var operation : service.model().operations()) {
      constants.append(
          """

            %s
            public static final dev.bulwark.schema.Operation<%s, %s> %s =
                MODEL.operation("%s");
          """
              .formatted(
                  Docs.comment(service.operationDoc(operation.name()), operation.name() + "."),
                  service.className(operation.input()),
                  service.className(operation.output()),
                  Names.unique(Names.constant(operation.name()), taken),
                  operation.name()));
    }
    return """
        package %1$s;

        /** The operations of %2$s. */
        public final class %3$s {
          public static final dev.bulwark.schema.ServiceModel MODEL =
              dev.bulwark.schema.ServiceCatalog.model("%4$s");
        %5$s
          private %3$s() {}
        }
        """
        .formatted(
            service.packageName(),
            service.model().info().serviceId(),
            service.apiClass(),
            service.model().info().id(),
            constants);
  }

  static String factory(ServiceSource service) {
    var structures = service.structures();
    var dispatch = new StringBuilder();
    var methods = new StringBuilder();
    for (var start = 0; start < structures.size(); start += CASES_PER_METHOD) {
      var part = structures.subList(start, Math.min(structures.size(), start + CASES_PER_METHOD));
      dispatch.append(
          "    if (index < %d) return from%d(index);\n".formatted(start + part.size(), start));
      methods.append(
          "\n  private static dev.bulwark.schema.StructureBuilder<?> from%d(int index) {\n    switch (index) {\n"
              .formatted(start));
      for (var shape : part) {
        methods.append(
            "      case %d: return %s.builder();\n"
                .formatted(shape.structureIndex(), service.className(shape)));
      }
      methods.append(
          "      default: throw new java.lang.IndexOutOfBoundsException(index);\n    }\n  }\n");
    }
    return """
        package %1$s;

        /** Makes builders of this package's structures. */
        public final class %2$s implements dev.bulwark.schema.StructureFactory {
          public %2$s() {}

          @java.lang.Override public dev.bulwark.schema.StructureBuilder<?> newBuilder(int index) {
        %3$s    if (index == %4$d) return dev.bulwark.schema.Unit.builder();
            throw new java.lang.IndexOutOfBoundsException(index);
          }
        %5$s}
        """
        .formatted(
            service.packageName(), service.factoryClass(), dispatch, structures.size(), methods);
  }

  private static String literal(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
