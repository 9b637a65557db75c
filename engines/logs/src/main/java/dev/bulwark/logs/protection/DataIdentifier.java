package dev.bulwark.logs.protection;

import com.google.re2j.Pattern;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of sensitive data looks like. Expressions are RE2's, so they take linear time.
 *
 * @param keyword what has to stand within 30 characters of it; null where nothing has to
 * @param check what the expression cannot tell, such as check digits
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL-managed-data-identifiers.html">Managed
 *     data identifiers</a>
 */
record DataIdentifier(Pattern pattern, @Nullable Pattern keyword, Predicate<String> check) {
  private static final int PROXIMITY = 30;
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";

  /** Those of AWS's that are built, by their ids. */
  private static final Map<String, DataIdentifier> MANAGED =
      Map.ofEntries(
          Map.entry(
              "AwsSecretKey",
              new DataIdentifier(
                  Pattern.compile("(?:^|[^A-Za-z0-9/+=])([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"),
                  keywords(
                      "aws[ _-]?secret[ _-]?access[ _-]?key|credentials|secret[ _-]?access[ _-]?key|secret[ _-]?key|set[ _-]?awscredential"),
                  any -> true)),
          Map.entry("EmailAddress", of("\\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}\\b")),
          Map.entry(
              "IpAddress",
              of(
                  "\\b(?:"
                      + OCTET
                      + "\\.){3}"
                      + OCTET
                      + "\\b|\\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\\b|\\b(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}\\b")),
          Map.entry(
              "CreditCardNumber",
              new DataIdentifier(
                  Pattern.compile("\\b[2-6][0-9]{3}(?:[ -]?[0-9]{3,6}){2,4}\\b"),
                  null,
                  DataIdentifier::isCardNumber)),
          Map.entry(
              "Ssn-US",
              new DataIdentifier(
                  Pattern.compile("\\b[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}\\b"),
                  null,
                  DataIdentifier::isSocialSecurityNumber)),
          Map.entry(
              "PhoneNumber-US",
              new DataIdentifier(
                  Pattern.compile(
                      "(?:\\+?1[ .-]?)?\\(?\\b[2-9][0-9]{2}\\)?[ .-]?[2-9][0-9]{2}[ .-]?[0-9]{4}\\b"),
                  keywords("cell|contact|fax|mobile|phone|tel|telephone"),
                  any -> true)),
          Map.entry(
              "VehicleIdentificationNumber",
              new DataIdentifier(
                  Pattern.compile("\\b[A-HJ-NPR-Z0-9]{17}\\b"), null, DataIdentifier::isVehicle)),
          Map.entry("OpenSshPrivateKey", ofKey("OPENSSH PRIVATE KEY")),
          Map.entry("PgpPrivateKey", ofKey("PGP PRIVATE KEY BLOCK")),
          Map.entry("PkcsPrivateKey", ofKey("(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY")),
          Map.entry(
              "PuttyPrivateKey", of("(?s)PuTTY-User-Key-File-[23]: .*?Private-MAC: [0-9a-fA-F]+")));

  private static DataIdentifier of(String expression) {
    return new DataIdentifier(Pattern.compile(expression), null, any -> true);
  }

  private static Pattern keywords(String alternatives) {
    return Pattern.compile("(?:" + alternatives + ")", Pattern.CASE_INSENSITIVE);
  }

  private static DataIdentifier ofKey(String label) {
    return of("(?s)-----BEGIN " + label + "-----.*?-----END " + label + "-----");
  }

  /** AWS's identifier of an id; null where it is not built. */
  static @Nullable DataIdentifier managed(String id) {
    return MANAGED.get(id);
  }

  /** One that a customer has defined. */
  static DataIdentifier custom(Pattern pattern) {
    return new DataIdentifier(pattern, null, any -> true);
  }

  /** Tells where the data stands in a text. */
  void find(String text, BiConsumer<Integer, Integer> consumer) {
    var matcher = pattern.matcher(text);
    int group = matcher.groupCount() > 0 && keyword != null ? 1 : 0;
    for (int from = 0; from <= text.length() && matcher.find(from); ) {
      int start = matcher.start(group);
      int end = matcher.end(group);
      if (end > start
          && isNearKeyword(text, start, end)
          && check.test(text.substring(start, end))) {
        consumer.accept(start, end);
      }
      from = Math.max(end, from + 1);
    }
  }

  private boolean isNearKeyword(String text, int start, int end) {
    return keyword == null
        || keyword.matcher(text.substring(Math.max(0, start - PROXIMITY), start)).find()
        || keyword.matcher(text.substring(end, Math.min(text.length(), end + PROXIMITY))).find();
  }

  /** Thirteen to nineteen digits that satisfy Luhn's formula. */
  private static boolean isCardNumber(String text) {
    int sum = 0;
    int digits = 0;
    for (int i = text.length() - 1; i >= 0; i--) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit >= 0) {
        int weighted = digits % 2 == 0 ? digit : 2 * digit;
        sum += weighted > 9 ? weighted - 9 : weighted;
        digits++;
      }
    }
    return digits >= 13 && digits <= 19 && sum % 10 == 0;
  }

  private static boolean isSocialSecurityNumber(String text) {
    return !text.startsWith("000")
        && !text.startsWith("666")
        && !text.startsWith("00", 4)
        && !text.endsWith("0000");
  }

  /** The ninth of seventeen characters checks the others (49 CFR 565). */
  private static boolean isVehicle(String text) {
    var values = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
    int[] weights = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += values.indexOf(text.charAt(i)) % 10 * weights[i];
    }
    int rest = sum % 11;
    return text.charAt(8) == (rest == 10 ? 'X' : (char) ('0' + rest));
  }
}
