package dev.bulwark.policy;

/**
 * The grammar that a document must follow: which elements it must and must not have.
 *
 * <p>A permissions boundary is an {@link #IDENTITY} document; a VPC endpoint policy is a {@link
 * #RESOURCE} document.
 */
public enum PolicyKind {
  /** Attached to a user, group or role: no Principal; Action and Resource required. */
  IDENTITY,
  /** Attached to a resource: Principal, Action and Resource required. */
  RESOURCE,
  /** A role's trust policy: Principal and Action required; no Resource. */
  TRUST,
  /** Passed to an STS operation: as {@link #IDENTITY}. */
  SESSION,
  /** Service control policy: no Principal. */
  SCP,
  /**
   * Resource control policy: Deny statements for {@code "Principal": "*"}, apart from AWS's own
   * allow-all.
   */
  RCP
}
