package dev.bulwark.service;

import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.wire.JsonText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one service asked of another, for its event: an operation of the asked service's API, though
 * no client sent it.
 *
 * @param resources what it was about; empty where it was refused
 * @param resourceAccount to whom they belong; null for the caller's own
 * @param error how it was refused; null where it was served
 * @param output what its event tells of its output; null where that is nothing
 * @param added what its event tells besides; null where that is nothing
 */
public record ServiceRequest(
    Operation<?, ?> operation,
    Structure input,
    boolean readOnly,
    List<ResourceName> resources,
    @Nullable String resourceAccount,
    @Nullable ApiException error,
    @Nullable Structure output,
    @Nullable Consumer<JsonText> added) {

  public ServiceRequest {
    resources = List.copyOf(resources);
  }

  /** The same whose output is not told. */
  public ServiceRequest(
      Operation<?, ?> operation,
      Structure input,
      boolean readOnly,
      List<ResourceName> resources,
      @Nullable String resourceAccount,
      @Nullable ApiException error) {
    this(operation, input, readOnly, resources, resourceAccount, error, null, null);
  }
}
