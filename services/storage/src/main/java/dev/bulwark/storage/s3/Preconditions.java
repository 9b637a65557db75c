package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request, in the order of RFC 9110 section 13.2.2.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html">Conditional
 *     requests</a>
 */
record Preconditions(
    @Nullable String ifMatch,
    @Nullable String ifNoneMatch,
    @Nullable Instant ifModifiedSince,
    @Nullable Instant ifUnmodifiedSince) {

  /**
   * Checks the conditions of a read.
   *
   * @throws ApiException PreconditionFailed, or NotModified
   */
  void checkRead(ObjectRecord object) {
    check(object, false, "If-");
  }

  /**
   * Checks the conditions on the source of a copy. A time that is still to come is no condition.
   *
   * @throws ApiException PreconditionFailed
   */
  void checkCopySource(ObjectRecord object, Instant now) {
    var since = ifModifiedSince != null && ifModifiedSince.isAfter(now) ? null : ifModifiedSince;
    new Preconditions(ifMatch, ifNoneMatch, since, ifUnmodifiedSince)
        .check(object, true, "x-amz-copy-source-If-");
  }

  private void check(ObjectRecord object, boolean copy, String prefix) {
    var modified = object.lastModifiedTime().truncatedTo(ChronoUnit.SECONDS);
    if (ifMatch != null) {
      if (!matches(ifMatch, object.eTag())) {
        throw S3Errors.preconditionFailed(prefix + "Match");
      }
    } else if (ifUnmodifiedSince != null && modified.isAfter(ifUnmodifiedSince)) {
      throw S3Errors.preconditionFailed(prefix + "Unmodified-Since");
    }
    if (ifNoneMatch != null) {
      if (matches(ifNoneMatch, object.eTag())) {
        throw copy
            ? S3Errors.preconditionFailed(prefix + "None-Match")
            : S3Errors.notModified(object);
      }
    } else if (ifModifiedSince != null && !modified.isAfter(ifModifiedSince)) {
      throw copy
          ? S3Errors.preconditionFailed(prefix + "Modified-Since")
          : S3Errors.notModified(object);
    }
  }

  /** Refuses conditions that S3 does not know for writes, before the body is read. */
  static void checkWriteSyntax(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
    if (ifMatch != null && ifNoneMatch != null) {
      throw S3Errors.severalConditions("If-Match,If-None-Match");
    }
    if (ifMatch != null && ifMatch.strip().equals("*")) {
      throw S3Errors.conditionNotAccepted("If-Match");
    }
    if (ifNoneMatch != null && !ifNoneMatch.strip().equals("*")) {
      throw S3Errors.conditionNotAccepted("If-None-Match");
    }
  }

  /**
   * Checks the conditions of a write against what it would replace, in the transaction of the
   * write.
   *
   * @param existing null where there is no object
   * @param overtaken whether an object was deleted there since the write began
   */
  static void checkWrite(
      @Nullable ObjectRecord existing,
      String key,
      @Nullable String ifMatch,
      @Nullable String ifNoneMatch,
      boolean overtaken) {
    if (ifNoneMatch != null && existing != null) {
      throw S3Errors.preconditionFailed("If-None-Match");
    }
    if (ifMatch != null) {
      if (existing == null) {
        throw S3Errors.noSuchKey(key);
      }
      if (!matches(ifMatch, existing.eTag())) {
        throw S3Errors.preconditionFailed("If-Match");
      }
    }
    if (overtaken && (ifMatch != null || ifNoneMatch != null)) {
      throw S3Errors.conditionalConflict(ifMatch != null ? "If-Match" : "If-None-Match", key);
    }
  }

  /**
   * What an upload in parts is to replace was not written while the parts came, even where it is
   * what the condition wants.
   *
   * @param since when the upload began, in milliseconds of the epoch
   */
  static void checkUnchanged(
      @Nullable ObjectRecord existing, String key, @Nullable String ifMatch, long since) {
    if (ifMatch != null
        && existing != null
        && existing.lastModified() > since
        && matches(ifMatch, existing.eTag())) {
      throw S3Errors.conditionalConflict("If-Match", key);
    }
  }

  /**
   * Checks the condition of a delete.
   *
   * @param existing null where there is no object
   */
  static void checkDelete(@Nullable ObjectRecord existing, @Nullable String ifMatch) {
    if (ifMatch != null && (existing == null || !matches(ifMatch, existing.eTag()))) {
      throw S3Errors.preconditionFailed("If-Match");
    }
  }

  /**
   * Whether a list of entity tags holds that one. Clients leave the quotes off, so they do not
   * count.
   */
  static boolean matches(String list, String eTag) {
    var wanted = unquoted(eTag);
    for (var item : list.split(",")) {
      var tag = item.strip();
      if (tag.equals("*") || unquoted(tag).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  static String unquoted(String eTag) {
    var tag = eTag.strip();
    return tag.length() >= 2 && tag.charAt(0) == '"' && tag.charAt(tag.length() - 1) == '"'
        ? tag.substring(1, tag.length() - 1)
        : tag;
  }
}
