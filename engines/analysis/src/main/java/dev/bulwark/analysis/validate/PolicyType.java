package dev.bulwark.analysis.validate;

/** The types of policies that can be validated. */
public enum PolicyType {
  IDENTITY_POLICY,
  RESOURCE_POLICY,
  SERVICE_CONTROL_POLICY,
  RESOURCE_CONTROL_POLICY
}
