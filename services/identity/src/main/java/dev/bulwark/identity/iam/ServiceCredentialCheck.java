package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import java.util.Optional;

/** Judges the user names and passwords that IAM gave users for one service. */
public interface ServiceCredentialCheck {
  /**
   * The user whose credentials these are.
   *
   * @param service for instance {@code codecommit.amazonaws.com}
   * @return empty where they are wrong, inactive, or another service's
   */
  Optional<Principal.IamUser> verify(String service, String serviceUserName, String password);
}
