package dev.bulwark.identity.iam;

import dev.bulwark.state.Key;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;

/** What IAM stores of identity providers. */
public final class ProviderTables {

  /** What a SAML provider tells of itself, as it came. */
  record MetadataRecord(String document) {}

  /** A private key that decrypts a SAML provider's assertions, sealed in its PKCS #8 form. */
  record PrivateKeyRecord(byte[] sealed) {}

  private final Table<OidcProviderRecord> oidc;
  private final Table<SamlProviderRecord> saml;
  private final Table<MetadataRecord> metadata;
  private final Table<PrivateKeyRecord> privateKeys;

  ProviderTables(Store store) {
    oidc = store.table(TableSpec.json("iam_oidc_providers", OidcProviderRecord.class));
    saml = store.table(TableSpec.json("iam_saml_providers", SamlProviderRecord.class));
    metadata = store.table(TableSpec.json("iam_saml_metadata", MetadataRecord.class));
    privateKeys = store.table(TableSpec.json("iam_saml_private_keys", PrivateKeyRecord.class));
  }

  /** OpenID Connect providers by account and URL. */
  Table<OidcProviderRecord> oidc() {
    return oidc;
  }

  /** SAML providers by account and name. */
  Table<SamlProviderRecord> saml() {
    return saml;
  }

  /** Metadata documents by the provider's UUID. */
  Table<MetadataRecord> metadata() {
    return metadata;
  }

  /** Private keys by the provider's UUID and their id. */
  Table<PrivateKeyRecord> privateKeys() {
    return privateKeys;
  }

  static String privateKeyKey(String uuid, String keyId) {
    return Key.of(uuid, keyId);
  }
}
