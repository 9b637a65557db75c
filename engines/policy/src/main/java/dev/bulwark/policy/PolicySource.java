package dev.bulwark.policy;

/**
 * Where a policy in a decision comes from.
 *
 * @param name the ARN of a managed policy or of the resource, or the name of an inline policy
 * @param type the part that the policy plays
 */
public record PolicySource(String name, PolicyType type) {}
