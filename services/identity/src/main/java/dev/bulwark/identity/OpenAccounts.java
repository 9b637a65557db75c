package dev.bulwark.identity;

import dev.bulwark.access.Credential;
import dev.bulwark.access.CredentialSource;
import dev.bulwark.identity.account.AccountDirectory;
import org.jspecify.annotations.Nullable;

/** Of a closed account no credentials work, whoever they are for. */
final class OpenAccounts implements CredentialSource {
  private final CredentialSource credentials;
  private final AccountDirectory accounts;

  OpenAccounts(CredentialSource credentials, AccountDirectory accounts) {
    this.credentials = credentials;
    this.accounts = accounts;
  }

  @Override
  public @Nullable Credential find(String accessKeyId, @Nullable String sessionToken) {
    var found = credentials.find(accessKeyId, sessionToken);
    return found == null || accounts.closed(found.principal().accountId()) ? null : found;
  }
}
