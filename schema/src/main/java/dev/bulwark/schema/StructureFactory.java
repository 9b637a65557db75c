package dev.bulwark.schema;

/** Makes the builders of one service's structures; generated, one a service. */
public interface StructureFactory {
  /**
   * A new builder.
   *
   * @param index the number of the structure shape within its service
   */
  StructureBuilder<?> newBuilder(int index);
}
