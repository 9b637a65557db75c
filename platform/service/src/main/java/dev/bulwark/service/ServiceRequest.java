package dev.bulwark.service;

import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one service asked of another, for its event: an operation of the asked service's API, though
 * no client sent it. Its output is not told.
 *
 * @param resources what it was about; empty where it was refused
 * @param resourceAccount to whom they belong; null for the caller's own
 * @param error how it was refused; null where it was served
 */
public record ServiceRequest(
    Operation<?, ?> operation,
    Structure input,
    boolean readOnly,
    List<ResourceName> resources,
    @Nullable String resourceAccount,
    @Nullable ApiException error) {

  public ServiceRequest {
    resources = List.copyOf(resources);
  }
}
