package dev.bulwark.base;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An AWS Region that exists, by its name ({@code us-east-1}). */
public record Region(String name) implements Comparable<Region> {

  private static final Map<String, String> PARTITIONS = new TreeMap<>();

  static {
    known(
        "aws",
        "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2"
            + " ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6"
            + " ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2"
            + " eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1"
            + " us-east-2 us-west-1 us-west-2");
    known("aws-cn", "cn-north-1 cn-northwest-1");
    known("aws-us-gov", "us-gov-east-1 us-gov-west-1");
    known("aws-eusc", "eusc-de-east-1");
    known("aws-iso", "us-iso-east-1 us-iso-west-1");
    known("aws-iso-b", "us-isob-east-1 us-isob-west-1");
    known("aws-iso-e", "eu-isoe-west-1");
    known("aws-iso-f", "us-isof-east-1 us-isof-south-1");
  }

  /** Where global services of the commercial partition live. */
  public static final Region US_EAST_1 = new Region("us-east-1");

  /**
   * @throws IllegalArgumentException if no Region has this name
   */
  public Region {
    if (!isKnown(name)) {
      throw new IllegalArgumentException("Not the name of an AWS Region");
    }
  }

  private static void known(String partition, String names) {
    for (var name : names.split(" ")) {
      PARTITIONS.put(name, partition);
    }
  }

  /** Short for the constructor. */
  public static Region of(String name) {
    return new Region(name);
  }

  /** Whether a Region has this name. */
  public static boolean isKnown(String name) {
    return PARTITIONS.containsKey(name);
  }

  /** The names of all Regions. */
  public static Set<String> names() {
    return Set.copyOf(PARTITIONS.keySet());
  }

  /** {@code aws}, {@code aws-cn}, {@code aws-us-gov}, …: the second part of ARNs of this Region. */
  public String partition() {
    return PARTITIONS.getOrDefault(name, "aws");
  }

  @Override
  public int compareTo(Region other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
