package dev.bulwark.identity.organizations;

import dev.bulwark.access.OrganizationPlace;
import dev.bulwark.api.organizations.PolicyType;
import dev.bulwark.identity.iam.CompiledPolicies;
import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policies that organizations lay on accounts: of each type a bundle for the root, for each
 * unit on the way down, and for the account itself. Answers from memory, and rightly from the
 * moment on in which a change was answered.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html">SCP
 *     evaluation</a>
 */
public final class OrganizationControls {
  private static final int MOST_ACCOUNTS = 50_000;

  /** What binds an account; its place is null outside of an organization. */
  private record Binding(
      @Nullable OrganizationPlace place,
      List<PolicyBundle> serviceControl,
      List<PolicyBundle> resourceControl) {
    static final Binding NONE = new Binding(null, List.of(), List.of());
  }

  private final OrganizationTables tables;
  private final OrganizationTree tree;
  private final CompiledPolicies compiled;
  private final StoreCache<Binding> bindings;

  /** The policies that these tables hold. */
  public OrganizationControls(OrganizationTables tables, CompiledPolicies compiled) {
    this.tables = tables;
    this.tree = new OrganizationTree(tables);
    this.compiled = compiled;
    this.bindings =
        tables
            .store()
            .cache(
                MOST_ACCOUNTS,
                this::load,
                tables.organizations(),
                tables.members(),
                tables.units(),
                tables.policies(),
                tables.attachments());
  }

  /** The SCPs for the principals of an account; none for those of the management account. */
  public List<PolicyBundle> serviceControl(String accountId) {
    return of(accountId).serviceControl();
  }

  /** The RCPs for the resources of an account; none for those of the management account. */
  public List<PolicyBundle> resourceControl(String accountId) {
    return of(accountId).resourceControl();
  }

  /** Where an account is in its organization; null where it is in none. */
  public @Nullable OrganizationPlace place(String accountId) {
    return of(accountId).place();
  }

  private Binding of(String accountId) {
    // What a request names as an account may be any text, even none.
    var found = accountId.isEmpty() ? null : bindings.get(accountId);
    return found == null ? Binding.NONE : found;
  }

  private Binding load(ReadTx tx, String accountId) {
    var organization = tables.organizationOf(tx, accountId);
    var member = tables.members().get(tx, accountId);
    if (organization == null || member == null) {
      return Binding.NONE;
    }
    var place =
        new OrganizationPlace(
            organization.id(), tree.pathText(tx, organization, member.parentId()));
    return accountId.equals(organization.managementAccountId())
        ? new Binding(place, List.of(), List.of())
        : new Binding(
            place,
            levels(tx, organization, accountId, PolicyType.SERVICE_CONTROL_POLICY),
            levels(tx, organization, accountId, PolicyType.RESOURCE_CONTROL_POLICY));
  }

  private List<PolicyBundle> levels(
      ReadTx tx, OrganizationRecord organization, String accountId, PolicyType type) {
    if (!organization.policyTypes().contains(type.value())) {
      return List.of();
    }
    var levels = new ArrayList<PolicyBundle>();
    for (var target : tree.path(tx, organization, accountId)) {
      var attached = new ArrayList<AttachedPolicy>();
      for (var found : tables.attachmentsTo(tx, organization.id(), target)) {
        if (found.type().equals(type.value())) {
          attached.add(policy(tx, organization, found));
        }
      }
      levels.add(compiled.bundle(attached));
    }
    return List.copyOf(levels);
  }

  /** Its source is the policy's ARN, by which messages name it. */
  private AttachedPolicy policy(
      ReadTx tx, OrganizationRecord organization, AttachmentRecord attachment) {
    var scp = attachment.type().equals(PolicyType.SERVICE_CONTROL_POLICY.value());
    return compiled
        .compile(content(tx, organization, attachment), scp ? PolicyKind.SCP : PolicyKind.RCP)
        .attachedAs(
            OrganizationArns.policy(organization, attachment.type(), attachment.policyId()),
            scp
                ? dev.bulwark.policy.PolicyType.SERVICE_CONTROL
                : dev.bulwark.policy.PolicyType.RESOURCE_CONTROL);
  }

  private String content(ReadTx tx, OrganizationRecord organization, AttachmentRecord attachment) {
    var content = tables.content(tx, organization.id(), attachment.policyId(), attachment.type());
    if (content == null) {
      // It might have denied, so nobody may go on without it.
      throw new IllegalStateException("There is no policy " + attachment.policyId());
    }
    return content;
  }
}
