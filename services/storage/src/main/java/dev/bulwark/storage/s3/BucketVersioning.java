package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.api.s3.GetBucketVersioningOutput;
import dev.bulwark.api.s3.GetBucketVersioningRequest;
import dev.bulwark.api.s3.PutBucketVersioningRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** Whether a bucket keeps versions, and what deleting them takes. */
final class BucketVersioning {
  private final Buckets buckets;
  private final MfaDelete mfa;
  private final Replications replications;

  BucketVersioning(Buckets buckets, MfaDelete mfa, Replications replications) {
    this.buckets = buckets;
    this.mfa = mfa;
    this.replications = replications;
  }

  GetBucketVersioningOutput get(GetBucketVersioningRequest in, Call call) {
    var rules = buckets.require(in.bucket(), call).record().rules();
    // AWS tells of MFA delete only once it was on; here, while it is.
    return GetBucketVersioningOutput.builder()
        .status(rules.versioning().status())
        .mfaDelete(rules.mfaDelete() ? "Enabled" : null)
        .build();
  }

  Unit put(PutBucketVersioningRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call).record();
    var wanted = in.versioningConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    var state = state(wanted.status());
    var mfaDelete = flag(wanted.mfaDelete());
    boolean guarded = bucket.rules().mfaDelete();
    boolean switches = mfaDelete != null && mfaDelete != guarded;
    if (switches
        && !(call.principal() instanceof Principal.AccountRoot root
            && root.accountId().equals(bucket.accountId()))) {
      throw S3Errors.accessDenied();
    }
    if (switches || guarded) {
      mfa.require(bucket, in.mfa(), call);
    }
    boolean replicated = replications.isConfigured(bucket.name());
    return buckets.change(
        in.bucket(),
        call,
        current -> {
          var rules = current.rules();
          if (rules.mfaDelete() != guarded) {
            throw S3Errors.operationAborted();
          }
          if (rules.lock() != null && state == Versioning.SUSPENDED) {
            throw LockErrors.invalidBucketState(
                "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.");
          }
          if (state == Versioning.SUSPENDED && replicated) {
            throw ReplicationErrors.keepsVersions();
          }
          return current.withRules(
              rules.withVersioning(state, mfaDelete == null ? guarded : mfaDelete));
        });
  }

  private static Versioning state(@Nullable String status) {
    if (status == null) {
      throw S3Errors.illegalVersioning();
    }
    return switch (status) {
      case "Enabled" -> Versioning.ENABLED;
      case "Suspended" -> Versioning.SUSPENDED;
      default -> throw S3Errors.malformedXml();
    };
  }

  private static @Nullable Boolean flag(@Nullable String value) {
    return switch (value) {
      case null -> null;
      case "Enabled" -> true;
      case "Disabled" -> false;
      default -> throw S3Errors.malformedXml();
    };
  }
}
