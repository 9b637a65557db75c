package dev.bulwark.identity.sts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.access.Credential;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.access.Principal;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.RoleRecord;
import dev.bulwark.identity.iam.UserRecord;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.state.StoreCache;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The temporary access keys. Opened tokens are kept in memory; that the user or role behind one is
 * still there is asked each time, and answered from memory too.
 */
public final class StsCredentials implements CredentialSource {
  private static final int MOST_OWNERS = 10_000;

  /** Of all tokens in memory together. */
  private static final long MOST_CHARACTERS = 8L << 20;

  /**
   * An opened token.
   *
   * @param owner the record from which the principal was made: while it is the same, so is the
   *     principal
   */
  private record Opened(Session session, Object owner, Credential credential) {}

  private final SessionTokens tokens;
  private final StoreCache<UserRecord> users;
  private final StoreCache<RoleRecord> roles;
  private final Cache<String, Opened> opened =
      Caffeine.newBuilder()
          .maximumWeight(MOST_CHARACTERS)
          .weigher((String token, Opened value) -> token.length())
          .executor(Runnable::run)
          .build();

  /** The credentials of these tokens. */
  public StsCredentials(SessionTokens tokens, IamTables tables) {
    this.tokens = tokens;
    this.users =
        tables
            .store()
            .cache(MOST_OWNERS, (tx, id) -> tables.userById(tx, id).orElse(null), tables.users());
    this.roles =
        tables
            .store()
            .cache(MOST_OWNERS, (tx, id) -> tables.roleById(tx, id).orElse(null), tables.roles());
  }

  /** {@inheritDoc} A token whose user or role is gone belongs to nobody. */
  @Override
  public @Nullable Credential find(String accessKeyId, @Nullable String sessionToken) {
    if (sessionToken == null) {
      return null;
    }
    var known = opened.getIfPresent(sessionToken);
    var session = known == null ? tokens.open(accessKeyId, sessionToken) : known.session();
    if (session == null || !session.accessKeyId().equals(accessKeyId)) {
      return null;
    }
    var owner = owner(session.subject());
    if (owner == null) {
      return null;
    }
    if (known != null && known.owner() == owner) {
      return known.credential();
    }
    var credential =
        Credential.temporary(
            accessKeyId,
            session.secretAccessKey().getBytes(StandardCharsets.US_ASCII),
            principal(session, owner),
            session.expires());
    opened.put(sessionToken, new Opened(session, owner, credential));
    return credential;
  }

  /**
   * The record of the user or role, the subject itself for the root of an account; null where there
   * is none.
   */
  private @Nullable Object owner(Subject subject) {
    return switch (subject) {
      case Subject.Root root -> root;
      case Subject.User user -> users.get(user.userId());
      case Subject.Role role -> roles.get(role.roleId());
      case Subject.Federated federated ->
          federated.issuerId().isEmpty() ? federated : users.get(federated.issuerId());
    };
  }

  private static Principal principal(Session session, Object owner) {
    var context = session.context();
    return switch (session.subject()) {
      case Subject.Root root -> new Principal.AccountRoot(root.accountId(), context);
      case Subject.User user -> ((UserRecord) owner).principal().withSession(context);
      case Subject.Role subject -> {
        var role = (RoleRecord) owner;
        yield Principal.AssumedRole.of(
            role.accountId(), role.name(), role.path(), role.id(), subject.sessionName(), context);
      }
      case Subject.Federated federated ->
          new Principal.FederatedUser(
              federated.accountId(),
              federated.name(),
              owner instanceof UserRecord issuer
                  ? issuer.principal()
                  : new Principal.AccountRoot(federated.accountId()),
              context);
    };
  }
}
