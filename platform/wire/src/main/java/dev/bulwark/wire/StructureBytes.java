package dev.bulwark.wire;

import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;

/**
 * Structures of the API as bytes, for services that store what a client configured and give it back
 * as it was: JSON, by the names of the model.
 */
public final class StructureBytes {
  private StructureBytes() {}

  public static byte[] of(Structure structure) {
    return TokenWriter.structure(structure, false);
  }

  /**
   * The structure that was written.
   *
   * @throws IllegalStateException where the bytes are none of that shape
   */
  public static Structure read(byte[] bytes, Shape shape) {
    try {
      return TokenReader.structure(bytes, shape, false);
    } catch (DecodeException e) {
      throw new IllegalStateException("a stored " + shape.name() + " cannot be read", e);
    }
  }
}
