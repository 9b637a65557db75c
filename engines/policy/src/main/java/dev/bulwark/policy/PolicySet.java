package dev.bulwark.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All policies that bear on one request. Immutable; cheap to build, since the bundles are indexed
 * before.
 */
public final class PolicySet {
  final PolicyBundle identity;
  final @Nullable PolicyBundle boundary;
  final @Nullable PolicyBundle session;
  final List<PolicyBundle> serviceControl;
  final List<PolicyBundle> resourceControl;
  final @Nullable PolicyBundle resource;
  final boolean resourcePolicyMustAllow;
  final List<Grant> grants;
  final @Nullable PolicyBundle vpcEndpoint;

  private PolicySet(Builder builder) {
    this.identity = builder.identity;
    this.boundary = builder.boundary;
    this.session = builder.session;
    this.serviceControl = builder.serviceControl;
    this.resourceControl = builder.resourceControl;
    this.resource = builder.resource;
    this.resourcePolicyMustAllow = builder.resourcePolicyMustAllow;
    this.grants = builder.grants;
    this.vpcEndpoint = builder.vpcEndpoint;
  }

  /**
   * The fingerprints of the layers, for comparison with those of another time: {@code
   * identity=0123456789abcdef,boundary=…}, without layers that do not apply.
   */
  public String fingerprints() {
    var text = new StringBuilder(32);
    add(text, "identity", identity);
    add(text, "boundary", boundary);
    add(text, "session", session);
    serviceControl.forEach(level -> add(text, "scp", level));
    resourceControl.forEach(level -> add(text, "rcp", level));
    add(text, "resource", resource);
    add(text, "endpoint", vpcEndpoint);
    return text.toString();
  }

  private static void add(StringBuilder text, String layer, @Nullable PolicyBundle bundle) {
    if (bundle != null && bundle != PolicyBundle.EMPTY) {
      text.append(text.isEmpty() ? "" : ",").append(layer).append('=').append(bundle.fingerprint());
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects the layers; each left out does not apply. Not thread-safe. */
  public static final class Builder {
    private PolicyBundle identity = PolicyBundle.EMPTY;
    private @Nullable PolicyBundle boundary;
    private @Nullable PolicyBundle session;
    private List<PolicyBundle> serviceControl = List.of();
    private List<PolicyBundle> resourceControl = List.of();
    private @Nullable PolicyBundle resource;
    private boolean resourcePolicyMustAllow;
    private List<Grant> grants = List.of();
    private @Nullable PolicyBundle vpcEndpoint;

    private Builder() {}

    /** The policies of the user and its groups, or of the role. */
    public Builder identity(PolicyBundle bundle) {
      this.identity = bundle;
      return this;
    }

    /** The permissions boundary of the user or role; null for none. */
    public Builder permissionsBoundary(@Nullable PolicyBundle bundle) {
      this.boundary = bundle;
      return this;
    }

    /** The session policies; null when none were passed. */
    public Builder session(@Nullable PolicyBundle bundle) {
      this.session = bundle;
      return this;
    }

    /**
     * The SCPs of the requester's account: one bundle for each level from the root of the
     * organization to the account. Whoever hands them over decides whom they bind: none for an
     * organization's management account, where AWS's bind nobody.
     */
    public Builder serviceControl(List<PolicyBundle> levels) {
      this.serviceControl = List.copyOf(levels);
      return this;
    }

    /**
     * The RCPs of the account that owns the resource: one bundle for each level, as for SCPs. None
     * for resources of a management account, and of services that know no RCPs.
     */
    public Builder resourceControl(List<PolicyBundle> levels) {
      this.resourceControl = List.copyOf(levels);
      return this;
    }

    /** The policy of the resource; null for none. */
    public Builder resource(@Nullable PolicyBundle bundle) {
      this.resource = bundle;
      return this;
    }

    /**
     * Whether the policy of the resource must itself allow, even in the same account: trust
     * policies and key policies.
     */
    public Builder resourcePolicyMustAllow(boolean mustAllow) {
      this.resourcePolicyMustAllow = mustAllow;
      return this;
    }

    /** The grants on the resource that cover the request, whomever they are made to. */
    public Builder grants(List<Grant> covering) {
      this.grants = List.copyOf(covering);
      return this;
    }

    /** The policy of the VPC endpoint that the request came through; null for none. */
    public Builder vpcEndpoint(@Nullable PolicyBundle bundle) {
      this.vpcEndpoint = bundle;
      return this;
    }

    public PolicySet build() {
      return new PolicySet(this);
    }
  }
}
