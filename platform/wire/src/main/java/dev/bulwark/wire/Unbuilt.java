package dev.bulwark.wire;

import dev.bulwark.schema.ServiceInfo;

/** How operations answer that AWS has and Bulwark does not have yet. */
public final class Unbuilt {
  public static final String CODE = "NotImplemented";
  public static final int STATUS = 501;

  private Unbuilt() {}

  /** Names the operation, and tells where to look. */
  public static String message(ServiceInfo service, String operation) {
    return "Bulwark does not implement the operation %s of %s yet; docs/coverage.md lists what it does."
        .formatted(operation, service.serviceId());
  }
}
