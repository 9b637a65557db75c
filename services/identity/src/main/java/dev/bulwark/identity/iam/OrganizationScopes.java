package dev.bulwark.identity.iam;

import dev.bulwark.policy.Policy;
import dev.bulwark.state.ReadTx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the access advisor needs to know of organizations. */
public interface OrganizationScopes {

  /**
   * What a report on a part of an organization is about.
   *
   * @param levels the policies that limit it: each level has to allow a service; none where nothing
   *     is limited
   * @param accounts the paths of the accounts whose uses count, by their ids
   */
  record Scope(List<List<Policy>> levels, Map<String, String> accounts) {
    public Scope {
      levels = List.copyOf(levels);
      accounts = Map.copyOf(accounts);
    }
  }

  /** The id of the organization that an account manages; empty where it manages none. */
  Optional<String> managedBy(String accountId);

  /**
   * The part of an organization that a path names.
   *
   * @param policyId the one policy that it is about; null where all count that apply
   * @throws dev.bulwark.schema.ApiException where there is no such part or policy, or the
   *     organization has no service control policies
   */
  Scope scope(ReadTx tx, String organizationId, String entityPath, @Nullable String policyId);
}
