package dev.bulwark.identity.iam;

import dev.bulwark.service.Call;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** IAM tells times in whole seconds. */
final class Times {
  private Times() {}

  /** When a call came. */
  static Instant of(Call call) {
    return call.time().truncatedTo(ChronoUnit.SECONDS);
  }
}
