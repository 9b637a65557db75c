package dev.bulwark.analysis.catalog;

import java.util.List;

/**
 * A type of resource.
 *
 * @param name as in {@code bucket}
 * @param arn its form, as in <code>arn:${Partition}:s3:::${BucketName}</code>
 * @param keys condition keys that its resources bring, by name
 */
public record ResourceType(String name, String arn, List<String> keys) {

  /** The parts of the ARN's form, six of them. */
  public List<String> parts() {
    return List.of(arn.split(":", 6));
  }
}
