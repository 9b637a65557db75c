package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import java.time.Instant;

/** Judges second factors. */
public interface MfaCheck {
  /** What became of a code. */
  enum Result {
    /** It is right, and used up now. */
    VALID,
    /** It is wrong or used already, or there were too many wrong ones. */
    WRONG_CODE,
    /** The device is not the caller's. */
    UNKNOWN_DEVICE
  }

  /**
   * Takes a code of one of the caller's own devices; a code that is taken cannot be taken again.
   *
   * @param serialNumber the device's ARN
   */
  Result check(Principal caller, String serialNumber, String code, Instant now);
}
