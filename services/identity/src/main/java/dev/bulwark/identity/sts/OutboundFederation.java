package dev.bulwark.identity.sts;

import dev.bulwark.access.PolicySource;
import dev.bulwark.api.iam.DisableOutboundWebIdentityFederationRequest;
import dev.bulwark.api.iam.EnableOutboundWebIdentityFederationRequest;
import dev.bulwark.api.iam.EnableOutboundWebIdentityFederationResponse;
import dev.bulwark.api.iam.FeatureDisabledException;
import dev.bulwark.api.iam.FeatureEnabledException;
import dev.bulwark.api.iam.GetOutboundWebIdentityFederationInfoRequest;
import dev.bulwark.api.iam.GetOutboundWebIdentityFederationInfoResponse;
import dev.bulwark.api.iam.IamApi;
import dev.bulwark.api.sts.StsApi;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Service;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Outbound web identity federation: an account has an issuer of its own, by which its principals
 * show to services elsewhere who they are.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html">Federating
 *     AWS identities to external services</a>
 */
public final class OutboundFederation {
  private final OutboundIssuers issuers;
  private final OutboundTokens tokens;

  /**
   * All of it.
   *
   * @param policies knows tags of principals, and where accounts stand in organizations
   * @param url under which others reach this installation's issuers
   */
  public OutboundFederation(
      Store store,
      Sealer sealer,
      SessionTokens sessions,
      PolicySource policies,
      Supplier<String> url) {
    issuers = new OutboundIssuers(store, sealer, url);
    tokens = new OutboundTokens(issuers, sessions, policies);
  }

  /** IAM with the operations that switch an issuer on and off. */
  public Service iam(Service iam) {
    var table =
        iam.table()
            .with(
                lines ->
                    lines
                        .on(IamApi.ENABLE_OUTBOUND_WEB_IDENTITY_FEDERATION)
                        .action("iam:EnableOutboundWebIdentityFederation")
                        .anyResource()
                        .handle(this::enable)
                        .on(IamApi.DISABLE_OUTBOUND_WEB_IDENTITY_FEDERATION)
                        .action("iam:DisableOutboundWebIdentityFederation")
                        .anyResource()
                        .handle(this::disable)
                        .on(IamApi.GET_OUTBOUND_WEB_IDENTITY_FEDERATION_INFO)
                        .action("iam:GetOutboundWebIdentityFederationInfo")
                        .anyResource()
                        .handle(this::info));
    return () -> table;
  }

  /** STS with the operation that makes tokens. */
  public Service sts(Service sts) {
    var table =
        sts.table()
            .with(
                lines ->
                    lines
                        .on(StsApi.GET_WEB_IDENTITY_TOKEN)
                        .permissions(OutboundTokens::permissions)
                        .readOnly(true)
                        .handle(tokens::issue));
    return () -> table;
  }

  /**
   * A public document of an issuer.
   *
   * @param path below the issuer's address
   * @return null where there is none
   */
  public @Nullable String document(String issuerId, String path) {
    return issuers.document(issuerId, path);
  }

  /** An issuer that was switched off comes back as it was. */
  private EnableOutboundWebIdentityFederationResponse enable(
      EnableOutboundWebIdentityFederationRequest in, Call call) {
    var account = call.accountId();
    var made = issuers.find(account) == null ? issuers.make(account) : null;
    return call.write(
        tx -> {
          var known = issuers.table().get(tx, account);
          if (known != null && known.enabled()) {
            throw new FeatureEnabledException(
                "Outbound identity federation is already enabled for your account");
          }
          var issuer = known == null ? made : known.withEnabled(true);
          if (issuer == null) {
            throw new IllegalStateException("the issuer of " + account + " is gone");
          }
          issuers.table().put(tx, account, issuer);
          return EnableOutboundWebIdentityFederationResponse.builder()
              .issuerIdentifier(issuers.identifier(issuer))
              .build();
        });
  }

  private Unit disable(DisableOutboundWebIdentityFederationRequest in, Call call) {
    return call.write(
        tx -> {
          var known = issuers.table().get(tx, call.accountId());
          if (known == null || !known.enabled()) {
            throw disabled();
          }
          issuers.table().put(tx, call.accountId(), known.withEnabled(false));
          return Unit.UNIT;
        });
  }

  /** AWS does not say whether an issuer that was switched off is told of; here it is. */
  private GetOutboundWebIdentityFederationInfoResponse info(
      GetOutboundWebIdentityFederationInfoRequest in, Call call) {
    var issuer = issuers.find(call.accountId());
    if (issuer == null) {
      throw disabled();
    }
    return GetOutboundWebIdentityFederationInfoResponse.builder()
        .issuerIdentifier(issuers.identifier(issuer))
        .jwtVendingEnabled(issuer.enabled())
        .build();
  }

  private static FeatureDisabledException disabled() {
    return new FeatureDisabledException(
        "Outbound identity federation is disabled for your account");
  }
}
