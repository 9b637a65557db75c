package dev.bulwark.identity.sts;

import dev.bulwark.identity.iam.MfaCheck;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/** The second factor that a request for temporary credentials may bring. */
final class TokenCodes {
  private final MfaCheck mfa;

  TokenCodes(MfaCheck mfa) {
    this.mfa = mfa;
  }

  /**
   * Takes the code of a request, where there is one.
   *
   * @return whether there was one, and it was right
   * @throws dev.bulwark.schema.ApiException AccessDenied where it was not
   */
  boolean take(Call call, @Nullable String serialNumber, @Nullable String code) {
    if (serialNumber == null && code == null) {
      return false;
    }
    if (serialNumber == null || code == null) {
      throw StsErrors.mfaIncomplete();
    }
    return switch (mfa.check(call.principal(), serialNumber, code, call.time())) {
      case VALID -> true;
      case WRONG_CODE -> throw StsErrors.mfaWrongCode();
      case UNKNOWN_DEVICE -> throw StsErrors.mfaFailed();
    };
  }
}
