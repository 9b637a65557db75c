package dev.bulwark.identity.organizations;

import dev.bulwark.access.OrganizationPlace;
import dev.bulwark.access.PolicySource;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.policy.PolicyBundle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds to the policies of principals what their organizations lay upon them. */
public final class OrganizationPolicySource implements PolicySource {
  private final PolicySource policies;
  private final OrganizationControls controls;

  /** The policies of principals, and those of organizations. */
  public OrganizationPolicySource(PolicySource policies, OrganizationControls controls) {
    this.policies = policies;
    this.controls = controls;
  }

  @Override
  public PrincipalPolicies find(Principal principal) {
    var found = policies.find(principal);
    if (principal instanceof Principal.Anonymous) {
      return found;
    }
    var serviceControl = controls.serviceControl(principal.accountId());
    return serviceControl.isEmpty()
        ? found
        : new PrincipalPolicies(
            found.identity(), found.boundary(), found.session(), serviceControl, found.tags());
  }

  @Override
  public List<PolicyBundle> resourceControl(String accountId) {
    return controls.resourceControl(accountId);
  }

  @Override
  public Map<String, String> roleTags(String roleArn) {
    return policies.roleTags(roleArn);
  }

  @Override
  public @Nullable OrganizationPlace place(String accountId) {
    return controls.place(accountId);
  }
}
