package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.Principal;
import dev.bulwark.schema.ApiException;
import java.time.Instant;

/**
 * Someone in whose name a service is asked for something: the caller of a request, the same caller
 * through another service, or a service by itself. What services offer each other takes a {@code
 * Caller} and demands permissions of it as their tables do of calls.
 */
public interface Caller {

  /** Decides on permissions, and refuses in the words of the service that was asked first. */
  @FunctionalInterface
  interface Authorization {
    void require(Authentication asking, Permission permission);
  }

  /** Who asks, and how that is known. */
  Authentication authentication();

  /** Who asks. */
  default Principal principal() {
    return authentication().principal();
  }

  /** The Region in which it asks. */
  String region();

  /** When it asks, by the installation's clock. */
  Instant time();

  /**
   * Demands a permission.
   *
   * @throws ApiException AWS's AccessDenied where the caller lacks it
   */
  void require(Permission permission);

  /** Whether the caller has a permission. */
  default boolean may(Permission permission) {
    try {
      require(permission);
      return true;
    } catch (ApiException e) {
      return false;
    }
  }

  /**
   * Leaves an event of what a service did in this caller's name, or refused to: whoever looks at
   * the record sees it beside the event of the call that led to it, as at AWS.
   *
   * @return the event's id, in the record of the account whose resource it is about
   */
  String record(ServiceRequest request);

  /**
   * The same caller, for whom that service asks another one: a forward access session. Its policies
   * see {@code aws:ViaAWSService}, {@code aws:CalledVia} and {@code kms:ViaService}, and no address
   * of the client.
   *
   * @param servicePrincipal for instance {@code s3.amazonaws.com}
   */
  Caller via(String servicePrincipal);
}
