package dev.bulwark.identity.sts;

import dev.bulwark.access.Credential;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.identity.iam.IamCredentials;
import org.jspecify.annotations.Nullable;

/**
 * Every access key of the installation: long-term ones come without a session token, temporary ones
 * with theirs.
 */
public final class IdentityCredentials implements CredentialSource {
  private final IamCredentials longTerm;
  private final StsCredentials temporary;

  /** The keys of users and of the root, and the temporary ones. */
  public IdentityCredentials(IamCredentials longTerm, StsCredentials temporary) {
    this.longTerm = longTerm;
    this.temporary = temporary;
  }

  @Override
  public @Nullable Credential find(String accessKeyId, @Nullable String sessionToken) {
    return sessionToken == null
        ? longTerm.find(accessKeyId, null)
        : temporary.find(accessKeyId, sessionToken);
  }
}
