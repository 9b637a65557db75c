package dev.bulwark.encryption.kms;

import java.util.Optional;

/**
 * Which principals there are. Key policies and grants may name no others, and hold their unique
 * ids, so that whoever is made anew under a deleted one's name inherits nothing.
 */
public interface KeyPrincipals {
  /** The form to store of a well-formed policy; empty where it names somebody who is not there. */
  Optional<String> bindPolicy(String document);

  /** The form to show of a stored policy. */
  String showPolicy(String stored);

  /** The form to store of an ARN; empty where it is nobody's. */
  Optional<String> bind(String arn);

  /** The form to show of a stored principal: its ARN, while it exists. */
  String show(String stored);
}
