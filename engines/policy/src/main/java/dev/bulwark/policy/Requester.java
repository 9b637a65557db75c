package dev.bulwark.policy;

import org.jspecify.annotations.Nullable;

/** Who makes a request. Account ids are 12 digits; ARNs are complete. */
public sealed interface Requester {

  /** The account that the requester belongs to; empty where there is none. */
  String accountId();

  /**
   * The ARN as it stands in messages and in {@code aws:PrincipalArn} for users; for a role session
   * that of the session.
   */
  String arn();

  /** Whether this is the root user of an account. */
  default boolean isRoot() {
    return this instanceof AccountRoot;
  }

  /** The root user of an account. */
  record AccountRoot(String accountId, String arn) implements Requester {
    /** The root user of an account of the {@code aws} partition. */
    public AccountRoot(String accountId) {
      this(accountId, "arn:aws:iam::" + accountId + ":root");
    }
  }

  /**
   * An IAM user, with long-term credentials or those of GetSessionToken.
   *
   * @param userId the unique id ({@code AIDA…})
   */
  record IamUser(String accountId, String arn, String userId) implements Requester {}

  /**
   * A session of a role.
   *
   * @param roleArn {@code arn:aws:iam::…:role/path/name}
   * @param sessionArn {@code arn:aws:sts::…:assumed-role/name/session}
   * @param roleId the role's unique id ({@code AROA…})
   * @param serviceLinked whether the role is service-linked, which SCPs and RCPs do not bind
   */
  record RoleSession(
      String accountId, String roleArn, String sessionArn, String roleId, boolean serviceLinked)
      implements Requester {
    /** A session of a role that is not service-linked. */
    public RoleSession(String accountId, String roleArn, String sessionArn, String roleId) {
      this(accountId, roleArn, sessionArn, roleId, false);
    }

    @Override
    public String arn() {
      return sessionArn;
    }

    /** The session's unique id: {@code AROA…:session}. */
    public String sessionId() {
      return roleId + ":" + sessionArn.substring(sessionArn.lastIndexOf('/') + 1);
    }
  }

  /**
   * A session of GetFederationToken.
   *
   * @param arn {@code arn:aws:sts::…:federated-user/name}
   * @param issuerArn the IAM user that asked for it; absent when the account's root user did
   * @param issuerId that user's unique id
   */
  record FederatedUser(
      String accountId, String arn, @Nullable String issuerArn, @Nullable String issuerId)
      implements Requester {}

  /** An identity that an OIDC or SAML provider vouches for, before it has assumed a role. */
  record WebIdentity(String provider) implements Requester {
    @Override
    public String accountId() {
      return "";
    }

    @Override
    public String arn() {
      return provider;
    }
  }

  /** A service acting on its own behalf, such as {@code cloudtrail.amazonaws.com}. */
  record ServicePrincipal(String name) implements Requester {
    @Override
    public String accountId() {
      return "";
    }

    @Override
    public String arn() {
      return name;
    }
  }

  /** An unsigned request. */
  record Anonymous() implements Requester {
    @Override
    public String accountId() {
      return "";
    }

    @Override
    public String arn() {
      return "anonymous";
    }
  }
}
