package dev.bulwark.identity.sts;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.identity.iam.MfaCheck;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import java.util.function.Predicate;

/** AWS STS: the table of its operations. */
public final class StsService implements Service {
  private static final String UNSIGNED =
      "whom the provider vouches for calls, and the handler demands that the trust policy allow it:"
          + " see FederatedRoles";

  private final ServiceTable table;

  /**
   * The service.
   *
   * @param policies knows which managed policies can be passed to sessions
   * @param mfa judges the codes of callers
   * @param messages decodes what denials carry
   * @param providerClient asks OpenID Connect providers for their keys
   * @param rootSessions knows whose root users can be had
   * @param closed whether an account was closed, so that nobody gets sessions of it
   */
  public StsService(
      SessionTokens tokens,
      IamTables tables,
      IamPolicies policies,
      MfaCheck mfa,
      AuthorizationMessages messages,
      IdentityProviders identityProviders,
      ProviderClient providerClient,
      RootSessions rootSessions,
      Predicate<String> closed) {
    var codes = new TokenCodes(mfa);
    var callers = new Callers();
    var trusted = new TrustedRoles(tables, closed);
    var roles = new RoleSessions(tokens, trusted, policies, codes);
    var federatedRoles = new FederatedRoles(tokens, trusted, policies);
    var webIdentities =
        new WebIdentitySessions(federatedRoles, identityProviders, new IssuerKeys(providerClient));
    var saml = new SamlSessions(federatedRoles, identityProviders);
    var rootTasks =
        new RootTasks(
            tokens,
            (caller, member) -> rootSessions.allowed(caller, member) && !closed.test(member));
    var users = new UserSessions(tokens, codes);
    var denials = new Denials(messages);
    var federated = new FederatedSessions(tokens, policies);
    table =
        ServiceTable.of(StsApi.MODEL)
            .on(StsApi.GET_CALLER_IDENTITY)
            .open("API_GetCallerIdentity: no permissions are required, and no policy can deny it")
            .handle(callers::identity)
            .on(StsApi.GET_ACCESS_KEY_INFO)
            .action("sts:GetAccessKeyInfo")
            .anyResource()
            .handle(callers::accessKey)
            .on(StsApi.DECODE_AUTHORIZATION_MESSAGE)
            .action("sts:DecodeAuthorizationMessage")
            .anyResource()
            .readOnly(true)
            .handle(denials::decode)
            .on(StsApi.ASSUME_ROLE)
            .permissions(roles::permissions)
            .readOnly(true)
            .outputInEvent()
            .handle(roles::assume)
            .on(StsApi.ASSUME_ROLE_WITH_WEB_IDENTITY)
            .open(UNSIGNED)
            .readOnly(true)
            .outputInEvent()
            .handle(webIdentities::assume)
            .on(StsApi.ASSUME_ROLE_WITH_SAML)
            .open(UNSIGNED)
            .readOnly(true)
            .outputInEvent()
            .handle(saml::assume)
            .on(StsApi.ASSUME_ROOT)
            .permissions(rootTasks::permissions)
            .readOnly(true)
            .outputInEvent()
            .handle(rootTasks::assume)
            .on(StsApi.GET_SESSION_TOKEN)
            .open(
                "API_GetSessionToken: no permissions are required, and policies cannot control it")
            .outputInEvent()
            .handle(users::create)
            .on(StsApi.GET_FEDERATION_TOKEN)
            .permissions(federated::permissions)
            .outputInEvent()
            .handle(federated::create)
            .build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
