package dev.bulwark.service;

import dev.bulwark.access.Principal;
import dev.bulwark.access.RoleSession;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;

/** How a service of this installation calls the API of another one. */
public interface ServiceCalls {

  /**
   * Lets a service call an API by itself, as EC2 assumes the roles of its instances: authorized as
   * its service principal, and recorded as a call of it.
   *
   * @throws dev.bulwark.schema.ApiException as the API refuses
   */
  <I extends Structure, O extends Structure> O call(
      Principal.ServicePrincipal service, String region, Operation<I, O> operation, I input);

  /**
   * Lets a service call an API in a role that it has assumed before: authorized and recorded as a
   * call of the role's session.
   *
   * @throws dev.bulwark.schema.ApiException as the API refuses
   */
  <I extends Structure, O extends Structure> O callInRole(
      String service, RoleSession role, String region, Operation<I, O> operation, I input);
}
