package dev.bulwark.events;

import java.util.stream.Stream;

/**
 * A resource that an API call concerns.
 *
 * @param type in CloudFormation's form, for instance {@code AWS::IAM::User}
 * @param name its ARN or name
 */
public record ResourceName(String type, String name) {
  /** What people look it up by: its ARN, and the name at the end of that. */
  Stream<String> names() {
    if (!name.startsWith("arn:")) {
      return Stream.of(name);
    }
    var end = Math.max(name.lastIndexOf('/'), name.lastIndexOf(':'));
    return Stream.of(name, name.substring(end + 1));
  }
}
