package dev.bulwark.audit.cloudtrail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where log files are that are to be imported, and which of them.
 *
 * @param prefix of their keys; of a bucket or a folder that holds several services' files, the
 *     folders of CloudTrail's events alone are meant
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartImport.html">StartImport</a>
 */
record ImportLocation(String bucket, String prefix) {
  private static final Pattern URI =
      Pattern.compile("s3://([a-z0-9][.a-z0-9-]{1,61}[a-z0-9])(?:/(.{0,1024}))?");

  /** What lies above the folders of services: of no, an organization or an account. */
  private static final Pattern ABOVE = Pattern.compile("(?:.*/)?AWSLogs/(?:[^/]+/){0,2}");

  private static final String EVENTS = "/CloudTrail/";
  private static final String FILE = ".json.gz";

  /** A date in a name, or the last three folders above it. */
  private static final Pattern DATE =
      Pattern.compile(".*_(\\d{8})T\\d{4}Z_[^/]*|.*/(\\d{4})/(\\d\\d)/(\\d\\d)/[^/]*");

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);

  /**
   * Reads a location.
   *
   * @throws dev.bulwark.schema.ApiException InvalidImportSourceException
   */
  static ImportLocation of(String uri) {
    var parts = URI.matcher(uri);
    if (!parts.matches()) {
      throw LakeErrors.importSource("The S3 location URI is not valid: " + uri);
    }
    return new ImportLocation(parts.group(1), parts.group(2) == null ? "" : parts.group(2));
  }

  String uri(String key) {
    return "s3://" + bucket + "/" + key;
  }

  /**
   * Whether a key is that of a file to import.
   *
   * @param from the first day, null for any
   * @param to the last one
   */
  boolean takes(String key, @Nullable Instant from, @Nullable Instant to) {
    boolean mixed = prefix.isEmpty() || (!isOfEvents(prefix) && ABOVE.matcher(prefix).matches());
    return key.endsWith(FILE) && (!mixed || isOfEvents(key)) && isBetween(key, from, to);
  }

  private static boolean isOfEvents(String key) {
    return ("/" + key).contains(EVENTS);
  }

  private static boolean isBetween(String key, @Nullable Instant from, @Nullable Instant to) {
    if (from == null && to == null) {
      return true;
    }
    var date = DATE.matcher(key);
    if (!date.matches()) {
      return false;
    }
    var day = date.group(1) != null ? date.group(1) : date.group(2) + date.group(3) + date.group(4);
    return (from == null || day.compareTo(DAY.format(from)) >= 0)
        && (to == null || day.compareTo(DAY.format(to)) <= 0);
  }
}
