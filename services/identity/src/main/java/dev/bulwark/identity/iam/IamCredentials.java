package dev.bulwark.identity.iam;

import dev.bulwark.access.Credential;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.access.Principal;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreCache;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The long-term access keys: those of users, and those of the root user. Answers from memory, and
 * rightly from the moment on in which a change was answered.
 */
public final class IamCredentials implements CredentialSource {
  private static final int MOST_KEYS = 50_000;

  private final IamTables tables;
  private final Sealer sealer;
  private final String rootKeyId;
  private final Credential root;
  private final StoreCache<Credential> cache;

  /** The keys that these tables hold, and the root key. */
  public IamCredentials(IamTables tables, Sealer sealer, RootCredentials root) {
    this.tables = tables;
    this.sealer = sealer;
    this.rootKeyId = root.accessKeyId();
    this.root =
        Credential.longTerm(
            root.accessKeyId(),
            root.secretAccessKey().getBytes(StandardCharsets.US_ASCII),
            new Principal.AccountRoot(root.accountId()),
            true);
    this.cache = tables.store().cache(MOST_KEYS, this::load, tables.accessKeys(), tables.users());
  }

  /** {@inheritDoc} Long-term keys have no session token, so there is none to find by one. */
  @Override
  public @Nullable Credential find(String accessKeyId, @Nullable String sessionToken) {
    if (sessionToken != null) {
      return null;
    }
    if (accessKeyId.equals(rootKeyId)) {
      return root;
    }
    return isKeyId(accessKeyId) ? cache.get(accessKeyId) : null;
  }

  private static boolean isKeyId(String text) {
    if (text.length() != 20 || !text.startsWith("AKIA")) {
      return false;
    }
    for (int i = 4; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Credential load(ReadTx tx, String accessKeyId) {
    var key = tables.accessKeys().get(tx, accessKeyId);
    if (key == null) {
      return null;
    }
    var principal = principal(tx, key);
    if (principal == null) {
      return null;
    }
    var secret =
        sealer.open(
            AccessKeys.SEAL_PURPOSE, key.secret(), accessKeyId.getBytes(StandardCharsets.UTF_8));
    try {
      return Credential.longTerm(accessKeyId, secret, principal, key.active());
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private @Nullable Principal principal(ReadTx tx, AccessKeyRecord key) {
    if (key.ofRoot()) {
      return new Principal.AccountRoot(key.accountId());
    }
    return tables.userById(tx, key.userId()).map(UserRecord::principal).orElse(null);
  }
}
