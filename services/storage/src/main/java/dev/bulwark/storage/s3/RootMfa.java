package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import java.time.Instant;

/** Judges codes of multi-factor authentication devices. */
@FunctionalInterface
public interface RootMfa {
  /**
   * Whether a code is that of a device of the caller now; it is used up by that.
   *
   * @param serialNumber of the device
   */
  boolean check(Principal caller, String serialNumber, String code, Instant now);
}
