package dev.bulwark.schema;

import org.jspecify.annotations.Nullable;

/**
 * Collects the members of a structure by number. Generated builders implement it beside their named
 * setters.
 */
public interface StructureBuilder<T extends Structure> {
  /**
   * Sets a member.
   *
   * @param index as in {@link Member#index()}
   * @param value of the Java type that {@link ShapeType} gives for the member's shape
   * @throws ClassCastException where the value is of another type
   */
  void member(int index, @Nullable Object value);

  /** The structure with the members set so far; absent ones are null. */
  T build();
}
