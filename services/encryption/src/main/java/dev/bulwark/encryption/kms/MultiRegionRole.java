package dev.bulwark.encryption.kms;

import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;

/**
 * The service-linked role by which KMS keeps multi-Region keys alike. An account gets it with its
 * first multi-Region key.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html">Authorizing
 *     AWS KMS to synchronize multi-Region keys</a>
 */
public interface MultiRegionRole {
  /** Whom the role trusts. */
  String SERVICE = "mrk.kms.amazonaws.com";

  /** Its ARN in an account. */
  static String arn(String accountId) {
    return "arn:aws:iam::%s:role/aws-service-role/%s/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"
        .formatted(accountId, SERVICE);
  }

  /** Whether an account has it. */
  boolean exists(String accountId);

  /** Makes it in the call's account, unless it is there. */
  void make(WriteTx tx, Call call);

  /** Where there are no roles. */
  MultiRegionRole NONE =
      new MultiRegionRole() {
        @Override
        public boolean exists(String accountId) {
          return true;
        }

        @Override
        public void make(WriteTx tx, Call call) {}
      };
}
