package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.GlobalEndpointTokenVersion;
import dev.bulwark.api.iam.SetSecurityTokenServicePreferencesRequest;
import dev.bulwark.identity.iam.CredentialTables.StsPreferences;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;

/**
 * Of which version the session tokens of STS's global endpoint are to be. At AWS those of version 1
 * are not valid in all Regions; here every token is valid in each, and the version is but kept.
 */
final class StsSettings {
  private final CredentialTables tables;

  StsSettings(CredentialTables tables) {
    this.tables = tables;
  }

  Unit set(SetSecurityTokenServicePreferencesRequest in, Call call) {
    var second =
        in.globalEndpointTokenVersion().equals(GlobalEndpointTokenVersion.V2_TOKEN.value());
    return call.write(
        tx -> {
          tables.stsPreferences().put(tx, call.accountId(), new StsPreferences(second ? 2 : 1));
          return Unit.UNIT;
        });
  }

  /** 1 where an account has not said otherwise. */
  int globalEndpointTokenVersion(ReadTx tx, String accountId) {
    var known = tables.stsPreferences().get(tx, accountId);
    return known == null ? 1 : known.globalEndpointTokenVersion();
  }
}
