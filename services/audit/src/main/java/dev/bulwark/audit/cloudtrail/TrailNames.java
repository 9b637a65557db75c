package dev.bulwark.audit.cloudtrail;

import dev.bulwark.base.Arn;
import java.util.regex.Pattern;

/** Names of trails, and ARNs that stand for them. */
final class TrailNames {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 128;
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern ADJACENT = Pattern.compile(".*[._-]{2}.*");
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private TrailNames() {}

  /**
   * @throws dev.bulwark.schema.ApiException InvalidTrailNameException
   */
  static void check(String name) {
    if (name.length() < SHORTEST) {
      throw CloudTrailErrors.nameTooShort(name.length());
    }
    if (name.length() > LONGEST) {
      throw CloudTrailErrors.nameTooLong(name.length());
    }
    if (!Character.isLetterOrDigit(name.charAt(0))) {
      throw CloudTrailErrors.nameBegins();
    }
    if (!Character.isLetterOrDigit(name.charAt(name.length() - 1))) {
      throw CloudTrailErrors.nameEnds();
    }
    if (!CHARACTERS.matcher(name).matches()) {
      throw CloudTrailErrors.nameCharacters();
    }
    if (ADJACENT.matcher(name).matches()) {
      throw CloudTrailErrors.nameAdjacent();
    }
    if (ADDRESS.matcher(name).matches()) {
      throw CloudTrailErrors.nameIsAddress();
    }
  }

  /**
   * The ARN of the trail that a request in that account and Region names, by its name or ARN.
   *
   * @throws dev.bulwark.schema.ApiException CloudTrailARNInvalidException,
   *     InvalidTrailNameException
   */
  static String arn(String nameOrArn, String accountId, String region) {
    if (!nameOrArn.startsWith("arn:")) {
      check(nameOrArn);
      return TrailRecord.arn(region, accountId, nameOrArn);
    }
    var arn =
        Arn.tryParse(nameOrArn)
            .filter(found -> found.service().equals("cloudtrail"))
            .filter(found -> found.resource().startsWith("trail/"))
            .orElseThrow(() -> CloudTrailErrors.invalidArn(nameOrArn));
    check(arn.resource().substring("trail/".length()));
    return nameOrArn;
  }

  /** The Region in a trail's ARN. */
  static String region(String arn) {
    return Arn.tryParse(arn).map(Arn::region).orElse("");
  }

  /** The account in a trail's ARN. */
  static String account(String arn) {
    return Arn.tryParse(arn).map(Arn::account).orElse("");
  }
}
