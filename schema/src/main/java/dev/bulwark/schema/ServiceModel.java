package dev.bulwark.schema;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A service: its operations and all their shapes. Immutable. */
public final class ServiceModel {
  private final ServiceInfo info;
  private final Map<String, Operation<?, ?>> operations;
  private final Map<String, Shape> shapes;
  private final Set<String> omittedOperations;

  /** Binds operations and shapes to each other. */
  public ServiceModel(
      ServiceInfo info,
      List<Operation<?, ?>> operations,
      List<Shape> shapes,
      StructureFactory factory) {
    this(info, operations, shapes, factory, Set.of());
  }

  /**
   * Binds operations and shapes to each other.
   *
   * @param omittedOperations the names of operations that AWS has but that were not generated
   */
  public ServiceModel(
      ServiceInfo info,
      List<Operation<?, ?>> operations,
      List<Shape> shapes,
      StructureFactory factory,
      Set<String> omittedOperations) {
    this.info = info;
    this.omittedOperations = Set.copyOf(omittedOperations);
    this.shapes = LinkedHashMap.newLinkedHashMap(shapes.size());
    for (var shape : shapes) {
      this.shapes.put(shape.name(), shape);
    }
    for (var shape : shapes) {
      shape.bind(this.shapes, factory);
    }
    this.operations = LinkedHashMap.newLinkedHashMap(operations.size());
    for (var operation : operations) {
      operation.bind(this);
      this.operations.put(operation.name(), operation);
    }
  }

  public ServiceInfo info() {
    return info;
  }

  public Collection<Operation<?, ?>> operations() {
    return operations.values();
  }

  public Collection<Shape> shapes() {
    return shapes.values();
  }

  /**
   * The names of operations that AWS has but that were not generated; a request for one is known,
   * but cannot be served.
   */
  public Set<String> omittedOperations() {
    return omittedOperations;
  }

  /** Whether AWS has an operation of that name, generated or not. */
  public boolean knows(String operationName) {
    return operations.containsKey(operationName) || omittedOperations.contains(operationName);
  }

  /** The operation of that name, or null. */
  public @Nullable Operation<?, ?> findOperation(String name) {
    return operations.get(name);
  }

  /**
   * The operation of that name, typed as its generated constant is.
   *
   * @throws IllegalArgumentException where there is none
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <I extends Structure, O extends Structure> Operation<I, O> operation(String name) {
    var operation = operations.get(name);
    if (operation == null) {
      throw new IllegalArgumentException(info.id() + " has no operation " + name);
    }
    return (Operation<I, O>) operation;
  }

  /**
   * The shape of that name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Shape shape(String name) {
    var shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(info.id() + " has no shape " + name);
    }
    return shape;
  }

  /** The shape of that name, or null. */
  public @Nullable Shape findShape(String name) {
    return shapes.get(name);
  }
}
