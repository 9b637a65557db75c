package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/**
 * MFA delete: versions are deleted for good, and versioning is changed, with a code of the root
 * user's device alone.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html">Configuring
 *     MFA delete</a>
 */
final class MfaDelete {
  private final RootMfa codes;

  MfaDelete(RootMfa codes) {
    this.codes = codes;
  }

  /**
   * Demands a code in the {@code x-amz-mfa} header: serial number, space, code.
   *
   * @param header null where the request has none
   */
  void require(BucketRecord bucket, @Nullable String header, Call call) {
    int space = header == null ? -1 : header.lastIndexOf(' ');
    if (header == null || space < 0) {
      throw S3Errors.mfaNeeded();
    }
    boolean owner =
        call.principal() instanceof Principal.AccountRoot root
            && root.accountId().equals(bucket.accountId());
    if (!owner
        || !codes.check(
            call.principal(),
            header.substring(0, space).strip(),
            header.substring(space + 1),
            call.time())) {
      throw S3Errors.accessDenied();
    }
  }
}
