package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sts.GetAccessKeyInfoRequest;
import dev.bulwark.api.sts.GetAccessKeyInfoResponse;
import dev.bulwark.api.sts.GetCallerIdentityRequest;
import dev.bulwark.api.sts.GetCallerIdentityResponse;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Call;

/** Who calls, and whose an access key is. */
final class Callers {

  GetCallerIdentityResponse identity(GetCallerIdentityRequest in, Call call) {
    var principal = call.principal();
    return new GetCallerIdentityResponse(
        principal.userId(), principal.accountId(), principal.arn());
  }

  /** The account stands in the id itself, so this says nothing of whether there is such a key. */
  GetAccessKeyInfoResponse accessKey(GetAccessKeyInfoRequest in, Call call) {
    requireStsBeyondRoles(call, "GetAccessKeyInfo");
    var account =
        Ids.accountOf(in.accessKeyId())
            .map(AccountId::value)
            .orElseThrow(() -> StsErrors.invalidAccessKeyId(in.accessKeyId()));
    return new GetAccessKeyInfoResponse(account);
  }

  /**
   * Sessions of users and federated users can ask STS who they are, and users' can assume roles; no
   * more than that.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html">Compare
   *     AWS STS credentials</a>
   */
  private static void requireStsBeyondRoles(Call call, String operation) {
    var principal = call.principal();
    if (principal.session() != null && !(principal instanceof Principal.AssumedRole)) {
      throw StsErrors.sessionCredentials(operation);
    }
  }
}
