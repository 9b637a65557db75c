package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.IamApi;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;

/** The lines of the table that are about identity providers. */
final class ProviderOperations {
  private final OidcProviders oidc;
  private final SamlProviders saml;
  private final ProviderTargets at;

  ProviderOperations(OidcProviders oidc, SamlProviders saml, ProviderTargets at) {
    this.oidc = oidc;
    this.saml = saml;
    this.at = at;
  }

  void addTo(ServiceTable.Builder lines) {
    addOidc(lines);
    addSaml(lines);
  }

  private void addOidc(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_OPEN_ID_CONNECT_PROVIDER)
        .action("iam:CreateOpenIDConnectProvider")
        .resource(
            (in, call) -> Resource.of(OidcProviders.arn(call, in.url())),
            (in, call) -> IamKeys.none().requestTags(in.tags()).build())
        .handle(oidc::create);
    lines
        .on(IamApi.LIST_OPEN_ID_CONNECT_PROVIDERS)
        .action("iam:ListOpenIDConnectProviders")
        .anyResource()
        .handle(oidc::list);
    lines
        .on(IamApi.GET_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:GetOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::get);
    lines
        .on(IamApi.DELETE_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:DeleteOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::delete);
    lines
        .on(IamApi.ADD_CLIENT_ID_TO_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:AddClientIDToOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::addClientId);
    lines
        .on(IamApi.REMOVE_CLIENT_ID_FROM_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:RemoveClientIDFromOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::removeClientId);
    lines
        .on(IamApi.UPDATE_OPEN_ID_CONNECT_PROVIDER_THUMBPRINT)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:UpdateOpenIDConnectProviderThumbprint",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::updateThumbprints);
    lines
        .on(IamApi.TAG_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:TagOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none().requestTags(in.tags())))
        .handle(oidc::tag);
    lines
        .on(IamApi.UNTAG_OPEN_ID_CONNECT_PROVIDER)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:UntagOpenIDConnectProvider",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none().tagKeys(in.tagKeys())))
        .handle(oidc::untag);
    lines
        .on(IamApi.LIST_OPEN_ID_CONNECT_PROVIDER_TAGS)
        .permissions(
            (in, call) ->
                at.oidc(
                    "iam:ListOpenIDConnectProviderTags",
                    call,
                    in.openIDConnectProviderArn(),
                    IamKeys.none()))
        .handle(oidc::listTags);
  }

  private void addSaml(ServiceTable.Builder lines) {
    lines
        .on(IamApi.CREATE_SAML_PROVIDER)
        .action("iam:CreateSAMLProvider")
        .resource(
            (in, call) -> Resource.of(SamlProviderRecord.arn(call.accountId(), in.name())),
            (in, call) -> IamKeys.none().requestTags(in.tags()).build())
        .handle(saml::create);
    lines
        .on(IamApi.LIST_SAML_PROVIDERS)
        .action("iam:ListSAMLProviders")
        .anyResource()
        .handle(saml::list);
    lines
        .on(IamApi.GET_SAML_PROVIDER)
        .permissions(
            (in, call) ->
                at.saml("iam:GetSAMLProvider", call, in.samlProviderArn(), IamKeys.none()))
        .handle(saml::get);
    lines
        .on(IamApi.UPDATE_SAML_PROVIDER)
        .permissions(
            (in, call) ->
                at.saml("iam:UpdateSAMLProvider", call, in.samlProviderArn(), IamKeys.none()))
        .handle(saml::update);
    lines
        .on(IamApi.DELETE_SAML_PROVIDER)
        .permissions(
            (in, call) ->
                at.saml("iam:DeleteSAMLProvider", call, in.samlProviderArn(), IamKeys.none()))
        .handle(saml::delete);
    lines
        .on(IamApi.TAG_SAML_PROVIDER)
        .permissions(
            (in, call) ->
                at.saml(
                    "iam:TagSAMLProvider",
                    call,
                    in.samlProviderArn(),
                    IamKeys.none().requestTags(in.tags())))
        .handle(saml::tag);
    lines
        .on(IamApi.UNTAG_SAML_PROVIDER)
        .permissions(
            (in, call) ->
                at.saml(
                    "iam:UntagSAMLProvider",
                    call,
                    in.samlProviderArn(),
                    IamKeys.none().tagKeys(in.tagKeys())))
        .handle(saml::untag);
    lines
        .on(IamApi.LIST_SAML_PROVIDER_TAGS)
        .permissions(
            (in, call) ->
                at.saml("iam:ListSAMLProviderTags", call, in.samlProviderArn(), IamKeys.none()))
        .handle(saml::listTags);
  }
}
