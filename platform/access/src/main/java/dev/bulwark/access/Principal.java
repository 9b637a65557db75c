package dev.bulwark.access;

import org.jspecify.annotations.Nullable;

/**
 * Who made a request.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable">Principal
 *     key values</a>
 */
public sealed interface Principal {

  /**
   * Twelve digits; {@code anonymous} for {@link Anonymous}; for a {@link ServicePrincipal} the
   * account for which it acts.
   */
  String accountId();

  /** The ARN as GetCallerIdentity and AccessDenied messages show it. */
  String arn();

  /** The unique id as GetCallerIdentity returns it ({@code aws:userid}). */
  String userId();

  /** The value of {@code aws:PrincipalType}. */
  String principalType();

  /** The session, where the request was signed with temporary credentials. */
  @Nullable SessionContext session();

  /**
   * The ARN that policies name ({@code aws:PrincipalArn}): of an assumed role the role's, else
   * {@link #arn}.
   */
  default String principalArn() {
    return arn();
  }

  /** The account itself, with its root credentials. */
  record AccountRoot(String accountId, @Nullable SessionContext session) implements Principal {
    /** With long-term credentials. */
    public AccountRoot(String accountId) {
      this(accountId, null);
    }

    /**
     * Whether this is what AssumeRoot made ({@code aws:AssumedRoot}): only such a session of the
     * root has a policy, that of its task.
     */
    public boolean assumed() {
      return session != null && !session.policyArns().isEmpty();
    }

    @Override
    public String arn() {
      return "arn:aws:iam::" + accountId + ":root";
    }

    @Override
    public String userId() {
      return accountId;
    }

    @Override
    public String principalType() {
      return "Account";
    }
  }

  /**
   * An IAM user.
   *
   * @param path with its slashes, {@code /} where there is none
   * @param userId {@code AIDA…}
   * @param session null with a long-term access key, else what GetSessionToken made
   */
  record IamUser(
      String accountId,
      String userName,
      String path,
      String userId,
      String arn,
      @Nullable SessionContext session)
      implements Principal {
    /** A user with a long-term access key; the ARN follows from account, path and name. */
    public static IamUser of(String accountId, String userName, String path, String userId) {
      return new IamUser(
          accountId,
          userName,
          path,
          userId,
          "arn:aws:iam::" + accountId + ":user" + path + userName,
          null);
    }

    /** The same user with temporary credentials. */
    public IamUser withSession(SessionContext context) {
      return new IamUser(accountId, userName, path, userId, arn, context);
    }

    @Override
    public String principalType() {
      return "User";
    }
  }

  /**
   * A session of a role.
   *
   * @param rolePath with its slashes, {@code /} where there is none
   * @param roleId {@code AROA…}
   * @param arn {@code arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION}, without the role's path
   * @param roleArn {@code arn:aws:iam::ACCOUNT:role/PATH/ROLE}
   */
  record AssumedRole(
      String accountId,
      String roleName,
      String rolePath,
      String roleId,
      String sessionName,
      String arn,
      String roleArn,
      SessionContext session)
      implements Principal {
    /** The ARNs follow from account, path and names. */
    public static AssumedRole of(
        String accountId,
        String roleName,
        String rolePath,
        String roleId,
        String sessionName,
        SessionContext session) {
      return new AssumedRole(
          accountId,
          roleName,
          rolePath,
          roleId,
          sessionName,
          "arn:aws:sts::" + accountId + ":assumed-role/" + roleName + "/" + sessionName,
          "arn:aws:iam::" + accountId + ":role" + rolePath + roleName,
          session);
    }

    @Override
    public String userId() {
      return roleId + ":" + sessionName;
    }

    @Override
    public String principalArn() {
      return roleArn;
    }

    @Override
    public String principalType() {
      return "AssumedRole";
    }
  }

  /**
   * What GetFederationToken made.
   *
   * @param issuer the user (or the root) that asked for it, whose policies bound the session
   */
  record FederatedUser(String accountId, String name, Principal issuer, SessionContext session)
      implements Principal {
    @Override
    public String arn() {
      return "arn:aws:sts::" + accountId + ":federated-user/" + name;
    }

    @Override
    public String userId() {
      return accountId + ":" + name;
    }

    @Override
    public String principalType() {
      return "FederatedUser";
    }
  }

  /**
   * A service that acts by itself.
   *
   * @param service for instance {@code cloudtrail.amazonaws.com}
   * @param accountId the account for whose resource it acts ({@code aws:SourceAccount})
   * @param sourceArn that resource ({@code aws:SourceArn})
   */
  record ServicePrincipal(String service, String accountId, @Nullable String sourceArn)
      implements Principal {
    @Override
    public String arn() {
      return service;
    }

    @Override
    public String userId() {
      return service;
    }

    @Override
    public String principalType() {
      return "Service";
    }

    @Override
    public @Nullable SessionContext session() {
      return null;
    }
  }

  /**
   * Somebody for whom an identity provider vouches, on the way to a session of a role. The request
   * carries no signature; its token or assertion was verified.
   *
   * @param provider as trust policies name it: an ARN, or for instance {@code accounts.google.com}
   * @param identityProvider as events name it
   * @param userName the subject of the token or assertion
   * @param userId as events tell it
   */
  record FederatedIdentity(
      Kind kind, String provider, String identityProvider, String userName, String userId)
      implements Principal {
    /** What the provider said it with. */
    public enum Kind {
      WEB_IDENTITY,
      SAML
    }

    /** None: the provider may serve many accounts. */
    @Override
    public String accountId() {
      return Anonymous.INSTANCE.accountId();
    }

    @Override
    public String arn() {
      return provider;
    }

    @Override
    public String principalType() {
      return Anonymous.INSTANCE.principalType();
    }

    @Override
    public @Nullable SessionContext session() {
      return null;
    }
  }

  /** Nobody: the request carries no signature. */
  record Anonymous() implements Principal {
    /** The one value. */
    public static final Anonymous INSTANCE = new Anonymous();

    @Override
    public String accountId() {
      return "anonymous";
    }

    @Override
    public String arn() {
      return "*";
    }

    @Override
    public String userId() {
      return "anonymous";
    }

    @Override
    public String principalType() {
      return "Anonymous";
    }

    @Override
    public @Nullable SessionContext session() {
      return null;
    }
  }
}
