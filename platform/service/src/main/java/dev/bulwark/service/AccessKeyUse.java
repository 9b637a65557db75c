package dev.bulwark.service;

import dev.bulwark.access.Principal;
import java.time.Instant;

/** Is told of every authenticated use of an access key; must not block. */
@FunctionalInterface
public interface AccessKeyUse {
  /**
   * An access key was used.
   *
   * @param principal for whom the key speaks
   * @param service the signing name, for instance {@code s3}
   */
  void used(Principal principal, String accessKeyId, String service, String region, Instant time);
}
