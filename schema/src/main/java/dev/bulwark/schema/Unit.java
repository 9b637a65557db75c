package dev.bulwark.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The input or output of an operation that has none. */
public final class Unit implements Structure {
  /** The name of the shape in each model. */
  public static final String NAME = "smithy.api#Unit";

  public static final Unit UNIT = new Unit();

  private static final Shape SHAPE = newShape(-1);

  private Unit() {}

  /** A shape without members, to be put into a model under {@link #NAME}. */
  public static Shape newShape(int structureIndex) {
    return new Shape(
        NAME,
        ShapeType.STRUCTURE,
        structureIndex,
        List.of(),
        -1,
        Shape.Constraints.NONE,
        false,
        false,
        false,
        null,
        null,
        null,
        null);
  }

  /** A builder that takes no members. */
  public static StructureBuilder<Unit> builder() {
    return new StructureBuilder<>() {
      @Override
      public void member(int index, @Nullable Object value) {
        throw new IndexOutOfBoundsException(index);
      }

      @Override
      public Unit build() {
        return UNIT;
      }
    };
  }

  @Override
  public Shape shape() {
    return SHAPE;
  }

  @Override
  public @Nullable Object member(int index) {
    throw new IndexOutOfBoundsException(index);
  }
}
