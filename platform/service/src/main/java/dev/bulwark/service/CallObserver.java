package dev.bulwark.service;

import dev.bulwark.schema.ServiceInfo;

/** Is told of each call whose caller is known, before it is decided whether it may be made. */
@FunctionalInterface
public interface CallObserver {
  /** Tells nobody. */
  CallObserver NONE = (service, operation, accountId, region) -> {};

  /**
   * There is a call. To be quick: it is on the way of every request.
   *
   * @param operation its name
   * @param accountId of the caller
   */
  void called(ServiceInfo service, String operation, String accountId, String region);
}
