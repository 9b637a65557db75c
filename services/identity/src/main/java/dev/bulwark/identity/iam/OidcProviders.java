package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.AddClientIDToOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.CreateOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.CreateOpenIDConnectProviderResponse;
import dev.bulwark.api.iam.DeleteOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.GetOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.GetOpenIDConnectProviderResponse;
import dev.bulwark.api.iam.ListOpenIDConnectProviderTagsRequest;
import dev.bulwark.api.iam.ListOpenIDConnectProviderTagsResponse;
import dev.bulwark.api.iam.ListOpenIDConnectProvidersRequest;
import dev.bulwark.api.iam.ListOpenIDConnectProvidersResponse;
import dev.bulwark.api.iam.OpenIDConnectProviderListEntry;
import dev.bulwark.api.iam.RemoveClientIDFromOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.UntagOpenIDConnectProviderRequest;
import dev.bulwark.api.iam.UpdateOpenIDConnectProviderThumbprintRequest;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderException;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * OpenID Connect providers: whose tokens roles may trust.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html">Create
 *     an OpenID Connect identity provider</a>
 */
final class OidcProviders {
  private static final System.Logger LOG = System.getLogger(OidcProviders.class.getName());
  private static final String SCHEME = "https://";
  private static final int MOST_PROVIDERS = 100;
  private static final int MOST_CLIENT_IDS = 100;
  private static final int MOST_THUMBPRINTS = 5;

  private final IamTables tables;
  private final IamQuotas quotas;
  private final ProviderClient client;

  OidcProviders(IamTables tables, IamQuotas quotas, ProviderClient client) {
    this.tables = tables;
    this.quotas = quotas;
    this.client = client;
  }

  /** The ARN that a provider of that URL has or would have. */
  static String arn(Call call, String url) {
    return "arn:aws:iam::"
        + call.accountId()
        + ":"
        + OidcProviderRecord.ARN_TYPE
        + "/"
        + withoutScheme(url);
  }

  private static String withoutScheme(String url) {
    return url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : url;
  }

  CreateOpenIDConnectProviderResponse create(CreateOpenIDConnectProviderRequest input, Call call) {
    var address = address(input.url());
    var clientIds = distinct(input.clientIDList());
    if (clientIds.size() > MOST_CLIENT_IDS) {
      throw tooManyClientIds();
    }
    var given = distinct(input.thumbprintList());
    if (given.size() > MOST_THUMBPRINTS) {
      throw IamErrors.tooManyThumbprints(MOST_THUMBPRINTS);
    }
    var tags = TagSets.readOfProvider(input.tags(), quotas.tags());
    var key = Key.of(call.accountId(), withoutScheme(input.url()));
    requireNew(tables.providers().oidc().get(key), input.url());
    var provider =
        new OidcProviderRecord(
            call.accountId(),
            withoutScheme(input.url()),
            clientIds,
            given.isEmpty() ? List.of(thumbprint(address)) : given,
            Times.of(call),
            tags);
    call.concerns(OidcProviderRecord.TYPE, provider.arn());
    return call.write(
        tx -> {
          var table = tables.providers().oidc();
          requireNew(table.get(tx, key), input.url());
          if (table.count(tx, Key.prefix(call.accountId())) >= MOST_PROVIDERS) {
            throw IamErrors.quotaExceeded("OpenIdConnectProvidersPerAccount", MOST_PROVIDERS);
          }
          table.insert(tx, key, provider);
          call.changed(tx, OidcProviderRecord.TYPE, provider.url(), provider.arn(), null, provider);
          return CreateOpenIDConnectProviderResponse.builder()
              .openIDConnectProviderArn(provider.arn())
              .tags(TagSets.writeOrNull(tags))
              .build();
        });
  }

  private static void requireNew(@Nullable OidcProviderRecord found, String url) {
    if (found != null) {
      throw IamErrors.oidcProviderExists(url);
    }
  }

  /**
   * The address of a provider, which is its issuer. AWS wants no port either; a provider of one's
   * own network may need one.
   */
  private static URI address(String url) {
    try {
      var uri = new URI(url);
      if (!url.startsWith(SCHEME)
          || uri.getHost() == null
          || uri.getRawUserInfo() != null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null) {
        throw IamErrors.invalidProviderUrl();
      }
      return uri;
    } catch (URISyntaxException e) {
      throw IamErrors.invalidProviderUrl();
    }
  }

  private String thumbprint(URI address) {
    try {
      return client.thumbprint(address);
    } catch (ProviderException e) {
      LOG.log(System.Logger.Level.INFO, () -> "No thumbprint of a provider: " + e.getMessage());
      throw IamErrors.providerUnreachable(address.toString());
    }
  }

  private static List<String> distinct(@Nullable List<String> values) {
    return values == null ? List.of() : values.stream().distinct().toList();
  }

  GetOpenIDConnectProviderResponse get(GetOpenIDConnectProviderRequest input, Call call) {
    var provider = tables.store().read(tx -> require(tx, call, input.openIDConnectProviderArn()));
    return GetOpenIDConnectProviderResponse.builder()
        .url(provider.url())
        .clientIDList(provider.clientIds())
        .thumbprintList(provider.thumbprints())
        .createDate(provider.created())
        .tags(TagSets.writeOrNull(provider.tags()))
        .build();
  }

  ListOpenIDConnectProvidersResponse list(ListOpenIDConnectProvidersRequest input, Call call) {
    return tables
        .store()
        .read(
            tx ->
                ListOpenIDConnectProvidersResponse.builder()
                    .openIDConnectProviderList(
                        tables
                            .providers()
                            .oidc()
                            .scan(tx, Scan.prefix(Key.prefix(call.accountId())))
                            .stream()
                            .map(Entry::value)
                            .map(OidcProviderRecord::arn)
                            .map(OpenIDConnectProviderListEntry::new)
                            .toList())
                    .build());
  }

  /** Deleting what is not there is no error, as at AWS. */
  Unit delete(DeleteOpenIDConnectProviderRequest input, Call call) {
    var key = ProviderTargets.oidcKey(call, input.openIDConnectProviderArn());
    return call.write(
        tx -> {
          var found = tables.providers().oidc().get(tx, key);
          if (found != null) {
            tables.providers().oidc().delete(tx, key);
            call.changed(tx, OidcProviderRecord.TYPE, found.url(), found.arn(), found, null);
          }
          return Unit.UNIT;
        });
  }

  Unit addClientId(AddClientIDToOpenIDConnectProviderRequest input, Call call) {
    return change(
        call,
        input.openIDConnectProviderArn(),
        provider -> {
          var ids =
              Stream.concat(provider.clientIds().stream(), Stream.of(input.clientID()))
                  .distinct()
                  .toList();
          if (ids.size() > MOST_CLIENT_IDS) {
            throw tooManyClientIds();
          }
          return provider.withClientIds(ids);
        });
  }

  private static RuntimeException tooManyClientIds() {
    return IamErrors.quotaExceeded("ClientIdsPerOpenIdConnectProvider", MOST_CLIENT_IDS);
  }

  Unit removeClientId(RemoveClientIDFromOpenIDConnectProviderRequest input, Call call) {
    return change(
        call,
        input.openIDConnectProviderArn(),
        provider -> {
          var ids = new ArrayList<>(provider.clientIds());
          ids.remove(input.clientID());
          return provider.withClientIds(ids);
        });
  }

  Unit updateThumbprints(UpdateOpenIDConnectProviderThumbprintRequest input, Call call) {
    var thumbprints = distinct(input.thumbprintList());
    if (thumbprints.isEmpty()) {
      throw IamErrors.noThumbprint();
    }
    if (thumbprints.size() > MOST_THUMBPRINTS) {
      throw IamErrors.tooManyThumbprints(MOST_THUMBPRINTS);
    }
    return change(
        call, input.openIDConnectProviderArn(), provider -> provider.withThumbprints(thumbprints));
  }

  Unit tag(TagOpenIDConnectProviderRequest input, Call call) {
    return change(
        call,
        input.openIDConnectProviderArn(),
        provider ->
            provider.withTags(
                TagSets.mergeOfProvider(provider.tags(), input.tags(), quotas.tags())));
  }

  Unit untag(UntagOpenIDConnectProviderRequest input, Call call) {
    return change(
        call,
        input.openIDConnectProviderArn(),
        provider -> provider.withTags(TagSets.withoutOfProvider(provider.tags(), input.tagKeys())));
  }

  ListOpenIDConnectProviderTagsResponse listTags(
      ListOpenIDConnectProviderTagsRequest input, Call call) {
    var provider = tables.store().read(tx -> require(tx, call, input.openIDConnectProviderArn()));
    var page = Pages.of(TagSets.write(provider.tags()), Tag::key, input.maxItems(), input.marker());
    return ListOpenIDConnectProviderTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private OidcProviderRecord require(ReadTx tx, Call call, String arn) {
    var found = tables.providers().oidc().get(tx, ProviderTargets.oidcKey(call, arn));
    if (found == null) {
      throw IamErrors.noOidcProvider(arn);
    }
    return found;
  }

  private Unit change(Call call, String arn, UnaryOperator<OidcProviderRecord> change) {
    return call.write(
        tx -> {
          var before = require(tx, call, arn);
          var after = change.apply(before);
          tables.providers().oidc().put(tx, ProviderTargets.oidcKey(call, arn), after);
          call.changed(tx, OidcProviderRecord.TYPE, after.url(), after.arn(), before, after);
          return Unit.UNIT;
        });
  }
}
