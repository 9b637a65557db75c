package dev.bulwark.codegen;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Writes the record of a structure, or a plain class where a constructor could not take all its
 * members.
 */
final class StructureWriter {
  /** The JVM allows 255 parameters, {@code this} included. */
  static final int MAX_COMPONENTS = 250;

  private static final String NO_MEMBER = "throw new java.lang.IndexOutOfBoundsException(index);";

  private record Field(String name, ServiceSource.JavaType type, boolean required, int index) {
    String declared() {
      return required ? type.toString() : type.nullable();
    }
  }

  private final ServiceSource service;
  private final Shape shape;
  private final String className;
  private final List<Field> fields = new ArrayList<>();
  private final StringBuilder out = new StringBuilder(4096);

  private StructureWriter(ServiceSource service, Shape shape) {
    this.service = service;
    this.shape = shape;
    this.className = service.className(shape);
    var taken = new HashSet<String>();
    for (var member : shape.members()) {
      var name = Names.unique(Names.component(member.name()), taken);
      fields.add(new Field(name, service.type(member), member.required(), member.index()));
    }
  }

  static String write(ServiceSource service, Shape shape) {
    return new StructureWriter(service, shape).write();
  }

  private String write() {
    line("package " + service.packageName() + ";");
    line("");
    line(Docs.comment(service.doc(shape), shape.name() + "."));
    if (fields.size() <= MAX_COMPONENTS) {
      line("public record " + className + "(");
      for (var field : fields) {
        line(
            "    "
                + field.declared()
                + " "
                + field.name()
                + (field == fields.getLast() ? "" : ","));
      }
      line("    ) implements dev.bulwark.schema.Structure {");
      common();
    } else {
      line("public final class " + className + " implements dev.bulwark.schema.Structure {");
      common();
      plainClass();
    }
    if (shape.members().stream().anyMatch(StructureWriter::showsSecret)) {
      line("  @java.lang.Override public java.lang.String toString() {");
      line("    return dev.bulwark.schema.Redaction.describe(this);");
      line("  }");
    }
    builder();
    line("}");
    return out.toString();
  }

  /**
   * Whether a record's own text would show what the model calls sensitive; a structure within hides
   * its own.
   */
  private static boolean showsSecret(Member member) {
    return isSecret(member.target(), 0);
  }

  private static boolean isSecret(Shape shape, int depth) {
    return shape.sensitive()
        || depth < 8
            && (shape.type() == ShapeType.LIST || shape.type() == ShapeType.MAP)
            && shape.members().stream().anyMatch(member -> isSecret(member.target(), depth + 1));
  }

  private void common() {
    line("  private static final dev.bulwark.schema.Shape SHAPE =");
    line("      " + service.apiClass() + ".MODEL.shape(\"" + shape.name() + "\");");
    line("");
    line("  public static Builder builder() { return new Builder(); }");
    line("");
    line("  public Builder toBuilder() {");
    line("    var copy = new Builder();");
    for (var field : fields) {
      line("    copy." + field.name() + " = this." + field.name() + ";");
    }
    line("    return copy;");
    line("  }");
    line("");
    line("  @java.lang.Override public dev.bulwark.schema.Shape shape() { return SHAPE; }");
    line("");
    line(
        "  @java.lang.Override public java.lang.@org.jspecify.annotations.Nullable Object member(int index) {");
    if (fields.isEmpty()) {
      line("    " + NO_MEMBER);
    } else {
      line("    switch (index) {");
      for (var field : fields) {
        line("      case " + field.index() + ": return this." + field.name() + ";");
      }
      line("      default: " + NO_MEMBER);
      line("    }");
    }
    line("  }");
  }

  private void plainClass() {
    for (var field : fields) {
      line("  private final " + field.declared() + " " + field.name() + ";");
    }
    line("  private " + className + "(Builder from) {");
    for (var field : fields) {
      line("    this." + field.name() + " = from." + field.name() + ";");
    }
    line("  }");
    for (var field : fields) {
      line(
          "  public "
              + field.declared()
              + " "
              + field.name()
              + "() { return "
              + field.name()
              + "; }");
    }
    line("  @java.lang.Override public boolean equals(java.lang.Object other) {");
    line("    if (!(other instanceof " + className + " that)) return false;");
    line("    for (var i = 0; i < " + fields.size() + "; i++) {");
    line("      if (!java.util.Objects.equals(member(i), that.member(i))) return false;");
    line("    }");
    line("    return true;");
    line("  }");
    line("  @java.lang.Override public int hashCode() {");
    line("    var hash = 1;");
    line("    for (var i = 0; i < " + fields.size() + "; i++) {");
    line("      hash = 31 * hash + java.util.Objects.hashCode(member(i));");
    line("    }");
    line("    return hash;");
    line("  }");
  }

  private void builder() {
    line("");
    line(
        "  public static final class Builder implements dev.bulwark.schema.StructureBuilder<"
            + className
            + "> {");
    for (var field : fields) {
      line("    private " + field.type().nullable() + " " + field.name() + ";");
    }
    line("");
    line("    private Builder() {}");
    for (var field : fields) {
      line(
          "    public Builder %s(%s value) { this.%s = value; return this; }"
              .formatted(field.name(), field.declared(), field.name()));
    }
    line("");
    line("    @java.lang.SuppressWarnings(\"unchecked\")");
    line(
        "    @java.lang.Override public void member(int index, java.lang.@org.jspecify.annotations.Nullable Object value)"
            + " {");
    if (fields.isEmpty()) {
      line("      " + NO_MEMBER);
    } else {
      line("      switch (index) {");
      for (var field : fields) {
        line(
            "        case %d: this.%s = (%s) value; break;"
                .formatted(field.index(), field.name(), field.type()));
      }
      line("        default: " + NO_MEMBER);
      line("      }");
    }
    line("    }");
    line("");
    line("    @java.lang.Override public " + className + " build() {");
    if (fields.size() > MAX_COMPONENTS) {
      line("      return new " + className + "(this);");
    } else {
      var names = String.join(", ", fields.stream().map(Field::name).toList());
      line("      return new " + className + "(" + names + ");");
    }
    line("    }");
    line("  }");
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
