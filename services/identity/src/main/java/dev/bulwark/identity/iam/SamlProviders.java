package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CreateSAMLProviderRequest;
import dev.bulwark.api.iam.CreateSAMLProviderResponse;
import dev.bulwark.api.iam.DeleteSAMLProviderRequest;
import dev.bulwark.api.iam.GetSAMLProviderRequest;
import dev.bulwark.api.iam.GetSAMLProviderResponse;
import dev.bulwark.api.iam.ListSAMLProviderTagsRequest;
import dev.bulwark.api.iam.ListSAMLProviderTagsResponse;
import dev.bulwark.api.iam.ListSAMLProvidersRequest;
import dev.bulwark.api.iam.ListSAMLProvidersResponse;
import dev.bulwark.api.iam.SAMLPrivateKey;
import dev.bulwark.api.iam.SAMLProviderListEntry;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagSAMLProviderRequest;
import dev.bulwark.api.iam.UntagSAMLProviderRequest;
import dev.bulwark.api.iam.UpdateSAMLProviderRequest;
import dev.bulwark.api.iam.UpdateSAMLProviderResponse;
import dev.bulwark.identity.federation.SamlMetadata;
import dev.bulwark.identity.iam.ProviderTables.MetadataRecord;
import dev.bulwark.identity.iam.ProviderTables.PrivateKeyRecord;
import dev.bulwark.identity.iam.SamlProviderRecord.KeyInfo;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * SAML providers: whose assertions roles may trust.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html">SAML
 *     2.0 federation</a>
 */
final class SamlProviders {
  private static final int MOST_PROVIDERS = 100;
  private static final int MOST_PRIVATE_KEYS = 2;
  private static final String REQUIRED = "Required";

  /** AWS gives metadata that set themselves no end this much. */
  private static final int DEFAULT_YEARS = 100;

  private final IamTables iam;
  private final ProviderTables tables;
  private final IamQuotas quotas;
  private final SamlPrivateKeys privateKeys;

  SamlProviders(IamTables tables, IamQuotas quotas, SamlPrivateKeys privateKeys) {
    this.iam = tables;
    this.tables = tables.providers();
    this.quotas = quotas;
    this.privateKeys = privateKeys;
  }

  /** A private key of a request, with the id that it gets. */
  private record NewKey(KeyInfo info, PrivateKeyRecord sealed) {}

  CreateSAMLProviderResponse create(CreateSAMLProviderRequest input, Call call) {
    var uuid = SamlPrivateKeys.newId();
    var key = newKey(call, uuid, input.addPrivateKey());
    requireKeyIfRequired(input.assertionEncryptionMode(), key == null);
    var created = Times.of(call);
    var provider =
        new SamlProviderRecord(
            call.accountId(),
            input.name(),
            uuid,
            created,
            validUntil(input.samlMetadataDocument(), created),
            input.assertionEncryptionMode(),
            key == null ? List.of() : List.of(key.info()),
            TagSets.readOfProvider(input.tags(), quotas.tags()));
    call.concerns(SamlProviderRecord.TYPE, provider.arn());
    return call.write(
        tx -> {
          var tableKey = IamTables.key(call.accountId(), provider.name());
          if (tables.saml().contains(tx, tableKey)) {
            throw IamErrors.samlProviderExists(provider.name());
          }
          if (tables.saml().count(tx, Key.prefix(call.accountId())) >= MOST_PROVIDERS) {
            throw IamErrors.quotaExceeded("SAMLProvidersPerAccount", MOST_PROVIDERS);
          }
          tables.saml().insert(tx, tableKey, provider);
          tables.metadata().insert(tx, uuid, new MetadataRecord(input.samlMetadataDocument()));
          insert(tx, uuid, key);
          call.changed(tx, SamlProviderRecord.TYPE, uuid, provider.arn(), null, provider);
          return CreateSAMLProviderResponse.builder()
              .samlProviderArn(provider.arn())
              .tags(TagSets.writeOrNull(provider.tags()))
              .build();
        });
  }

  private @Nullable NewKey newKey(Call call, String uuid, @Nullable String pem) {
    if (pem == null) {
      return null;
    }
    var id = SamlPrivateKeys.newId();
    return new NewKey(new KeyInfo(id, Times.of(call)), privateKeys.seal(uuid, id, pem));
  }

  private static void requireKeyIfRequired(@Nullable String mode, boolean withoutKey) {
    if (REQUIRED.equals(mode) && withoutKey) {
      throw IamErrors.encryptionWithoutKey();
    }
  }

  private void insert(WriteTx tx, String uuid, @Nullable NewKey key) {
    if (key != null) {
      tables
          .privateKeys()
          .insert(tx, ProviderTables.privateKeyKey(uuid, key.info().keyId()), key.sealed());
    }
  }

  private static Instant validUntil(String document, Instant now) {
    try {
      var end = SamlMetadata.parse(document).validUntil();
      return end == null
          ? now.atOffset(ZoneOffset.UTC).plusYears(DEFAULT_YEARS).toInstant()
          : end.truncatedTo(ChronoUnit.SECONDS);
    } catch (IllegalArgumentException e) {
      throw IamErrors.unreadableMetadata();
    }
  }

  GetSAMLProviderResponse get(GetSAMLProviderRequest input, Call call) {
    return iam.store()
        .read(
            tx -> {
              var provider = require(tx, call, input.samlProviderArn());
              var metadata = tables.metadata().get(tx, provider.uuid());
              return GetSAMLProviderResponse.builder()
                  .samlProviderUUID(provider.uuid())
                  .samlMetadataDocument(metadata == null ? null : metadata.document())
                  .createDate(provider.created())
                  .validUntil(provider.validUntil())
                  .assertionEncryptionMode(provider.encryptionMode())
                  .privateKeyList(
                      provider.privateKeys().isEmpty()
                          ? null
                          : provider.privateKeys().stream()
                              .map(key -> new SAMLPrivateKey(key.keyId(), key.uploaded()))
                              .toList())
                  .tags(TagSets.writeOrNull(provider.tags()))
                  .build();
            });
  }

  ListSAMLProvidersResponse list(ListSAMLProvidersRequest input, Call call) {
    return iam.store()
        .read(
            tx ->
                ListSAMLProvidersResponse.builder()
                    .samlProviderList(
                        tables.saml().scan(tx, Scan.prefix(Key.prefix(call.accountId()))).stream()
                            .map(Entry::value)
                            .map(
                                provider ->
                                    new SAMLProviderListEntry(
                                        provider.arn(), provider.validUntil(), provider.created()))
                            .toList())
                    .build());
  }

  UpdateSAMLProviderResponse update(UpdateSAMLProviderRequest input, Call call) {
    var document = input.samlMetadataDocument();
    var mode = input.assertionEncryptionMode();
    var removed = input.removePrivateKey();
    if (input.addPrivateKey() != null && removed != null) {
      throw IamErrors.addAndRemovePrivateKey();
    }
    if (document == null && mode == null && input.addPrivateKey() == null && removed == null) {
      throw IamErrors.noProviderUpdate();
    }
    var end = document == null ? null : validUntil(document, Times.of(call));
    var uuid = iam.store().read(tx -> require(tx, call, input.samlProviderArn())).uuid();
    var added = newKey(call, uuid, input.addPrivateKey());
    return call.write(
        tx -> {
          var before = require(tx, call, input.samlProviderArn());
          if (!before.uuid().equals(uuid)) {
            // Deleted and made anew in between: the key was sealed for the one before.
            throw IamErrors.noSamlProvider(input.samlProviderArn());
          }
          var keys = keys(before.privateKeys(), added, removed);
          var newMode = mode == null ? before.encryptionMode() : mode;
          if (mode == null && keys.isEmpty() && REQUIRED.equals(newMode)) {
            throw IamErrors.lastPrivateKey();
          }
          requireKeyIfRequired(newMode, keys.isEmpty());
          var after = before.withEncryption(newMode, keys);
          if (document != null && end != null) {
            after = after.withValidUntil(end);
            tables.metadata().put(tx, uuid, new MetadataRecord(document));
          }
          insert(tx, uuid, added);
          if (removed != null) {
            tables.privateKeys().delete(tx, ProviderTables.privateKeyKey(uuid, removed));
          }
          store(call, tx, before, after);
          return new UpdateSAMLProviderResponse(after.arn());
        });
  }

  private static List<KeyInfo> keys(
      List<KeyInfo> before, @Nullable NewKey added, @Nullable String removed) {
    var keys = new ArrayList<>(before);
    if (removed != null && !keys.removeIf(key -> key.keyId().equals(removed))) {
      throw IamErrors.noSuchPrivateKey();
    }
    if (added != null) {
      if (keys.size() >= MOST_PRIVATE_KEYS) {
        throw IamErrors.tooManyPrivateKeys(MOST_PRIVATE_KEYS);
      }
      keys.add(added.info());
    }
    return keys;
  }

  Unit delete(DeleteSAMLProviderRequest input, Call call) {
    return call.write(
        tx -> {
          var provider = require(tx, call, input.samlProviderArn());
          for (var key : provider.privateKeys()) {
            tables
                .privateKeys()
                .delete(tx, ProviderTables.privateKeyKey(provider.uuid(), key.keyId()));
          }
          tables.metadata().delete(tx, provider.uuid());
          tables.saml().delete(tx, IamTables.key(call.accountId(), provider.name()));
          call.changed(
              tx, SamlProviderRecord.TYPE, provider.uuid(), provider.arn(), provider, null);
          return Unit.UNIT;
        });
  }

  Unit tag(TagSAMLProviderRequest input, Call call) {
    return change(
        call,
        input.samlProviderArn(),
        provider ->
            provider.withTags(
                TagSets.mergeOfProvider(provider.tags(), input.tags(), quotas.tags())));
  }

  Unit untag(UntagSAMLProviderRequest input, Call call) {
    return change(
        call,
        input.samlProviderArn(),
        provider -> provider.withTags(TagSets.withoutOfProvider(provider.tags(), input.tagKeys())));
  }

  ListSAMLProviderTagsResponse listTags(ListSAMLProviderTagsRequest input, Call call) {
    var provider = iam.store().read(tx -> require(tx, call, input.samlProviderArn()));
    var page = Pages.of(TagSets.write(provider.tags()), Tag::key, input.maxItems(), input.marker());
    return ListSAMLProviderTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private SamlProviderRecord require(ReadTx tx, Call call, String arn) {
    var found = tables.saml().get(tx, ProviderTargets.samlKey(call, arn));
    if (found == null) {
      throw IamErrors.noSamlProvider(arn);
    }
    return found;
  }

  private Unit change(Call call, String arn, UnaryOperator<SamlProviderRecord> change) {
    return call.write(
        tx -> {
          var before = require(tx, call, arn);
          store(call, tx, before, change.apply(before));
          return Unit.UNIT;
        });
  }

  private void store(Call call, WriteTx tx, SamlProviderRecord before, SamlProviderRecord after) {
    tables.saml().put(tx, IamTables.key(call.accountId(), after.name()), after);
    call.changed(tx, SamlProviderRecord.TYPE, after.uuid(), after.arn(), before, after);
  }
}
