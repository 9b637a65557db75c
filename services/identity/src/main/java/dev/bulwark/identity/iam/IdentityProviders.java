package dev.bulwark.identity.iam;

import dev.bulwark.identity.federation.SamlMetadata;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.StoreCache;
import java.security.PrivateKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The identity providers of all accounts, as STS asks for them. Answers from memory. */
public final class IdentityProviders {
  private static final int MOST_SAML_PROVIDERS = 1000;

  /**
   * A SAML provider with its documents read.
   *
   * @param decryption the keys to which assertions may be encrypted
   */
  public record SamlProvider(
      SamlProviderRecord record, SamlMetadata metadata, List<PrivateKey> decryption) {}

  private final ProviderTables tables;
  private final SamlPrivateKeys privateKeys;
  private final StoreCache<SamlProvider> saml;

  /** The providers that these tables hold. */
  public IdentityProviders(IamTables iam, Sealer sealer) {
    this.tables = iam.providers();
    this.privateKeys = new SamlPrivateKeys(tables, sealer);
    this.saml =
        iam.store()
            .cache(
                MOST_SAML_PROVIDERS,
                this::load,
                tables.saml(),
                tables.metadata(),
                tables.privateKeys());
  }

  /**
   * The OpenID Connect provider of that URL in an account, or null.
   *
   * @param url without {@code https://}
   */
  public @Nullable OidcProviderRecord oidc(String accountId, String url) {
    return tables.oidc().get(Key.of(accountId, url));
  }

  /** The SAML provider of that name in an account, or null. */
  public @Nullable SamlProvider saml(String accountId, String name) {
    return saml.get(IamTables.key(accountId, name));
  }

  private @Nullable SamlProvider load(ReadTx tx, String key) {
    var found = tables.saml().get(tx, key);
    var metadata = found == null ? null : tables.metadata().get(tx, found.uuid());
    return found == null || metadata == null
        ? null
        : new SamlProvider(
            found, SamlMetadata.parse(metadata.document()), privateKeys.of(tx, found));
  }
}
