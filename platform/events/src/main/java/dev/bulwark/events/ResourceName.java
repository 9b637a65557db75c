package dev.bulwark.events;

/**
 * A resource that an API call concerns.
 *
 * @param type in CloudFormation's form, for instance {@code AWS::IAM::User}
 * @param name its ARN or name
 */
public record ResourceName(String type, String name) {}
