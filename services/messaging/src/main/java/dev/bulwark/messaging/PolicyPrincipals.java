package dev.bulwark.messaging;

import java.util.Optional;

/** The principals that resource policies name, as who keeps users and roles knows them. */
public interface PolicyPrincipals {
  /**
   * The form in which a well-formed policy is to be kept, with principals by their unique ids;
   * empty where it names one that does not exist.
   */
  Optional<String> bind(String document);

  /** The form to show of what {@link #bind} returned. */
  String show(String stored);
}
