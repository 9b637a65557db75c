package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.compare.ZoneOfTrust;
import java.util.Optional;

/** Which accounts form an organization. */
@FunctionalInterface
public interface Organizations {

  /**
   * The organization that an account manages, or is the delegated administrator of; empty where
   * there is none.
   */
  Optional<ZoneOfTrust> managedBy(String accountId);
}
