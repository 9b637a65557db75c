package dev.bulwark.policy;

/** What a matching statement does. */
public enum Effect {
  ALLOW,
  DENY
}
