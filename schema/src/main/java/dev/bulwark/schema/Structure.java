package dev.bulwark.schema;

import org.jspecify.annotations.Nullable;

/**
 * A value of a structure shape. Generated records implement it, so that codecs read them without
 * reflection.
 */
public interface Structure {
  /** The shape whose members {@link #member(int)} numbers. */
  Shape shape();

  /**
   * The value of a member, or null where it is absent.
   *
   * @param index as in {@link Member#index()}
   */
  @Nullable Object member(int index);
}
