package dev.bulwark.identity.sts;

/** What AssumeRoot asks of Organizations. */
@FunctionalInterface
public interface RootSessions {
  /** There is no organization, so nobody's root is lent to anybody. */
  RootSessions NONE = (callersAccount, memberAccount) -> false;

  /**
   * Whether callers of an account may have sessions of another's root user: theirs is the
   * management account, or the delegated administrator for IAM, of an organization that has enabled
   * root sessions and that the other is a member of.
   */
  boolean allowed(String callersAccount, String memberAccount);
}
