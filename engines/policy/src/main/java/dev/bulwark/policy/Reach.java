package dev.bulwark.policy;

/**
 * How directly a statement reaches the requester, weakest first; it settles which implicit denies
 * limit a grant.
 */
enum Reach {
  /** Not at all. */
  NONE,
  /** By its account: the account's own policies must allow as well. */
  ACCOUNT,
  /**
   * By the role or user that the session comes from: a boundary and session policies still limit
   * it.
   */
  ISSUER,
  /** By itself, or with everyone: no implicit deny limits it. */
  DIRECT
}
