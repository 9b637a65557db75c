package dev.bulwark.policy;

/**
 * Bounds on a document.
 *
 * @param maxCharacters longest document accepted, in UTF-16 units, white space included
 * @param maxStatements most statements
 * @param maxElements most actions, resources, principals and condition values together
 */
public record PolicyLimits(int maxCharacters, int maxStatements, int maxElements) {
  /**
   * Wide enough for each AWS quota: S3 bucket policies of 20 KB, trust policies, managed policies
   * of 6,144 characters.
   */
  public static final PolicyLimits DEFAULT = new PolicyLimits(131_072, 2_000, 20_000);
}
