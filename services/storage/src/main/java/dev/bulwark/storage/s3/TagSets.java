package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Tag;
import dev.bulwark.schema.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tags of buckets and objects: their forms and rules.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html">Object
 *     tagging</a>
 */
final class TagSets {
  private static final int KEY_LENGTH = 128;
  private static final int VALUE_LENGTH = 256;
  private static final String ALLOWED_SIGNS = " +-=._:/@";

  private TagSets() {}

  /** The tags of an {@code x-amz-tagging} header: those of a query string. */
  static Map<String, String> ofHeader(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return Map.of();
    }
    var tags = new LinkedHashMap<String, String>();
    for (var pair : header.split("&")) {
      int equals = pair.indexOf('=');
      var key = decode(equals < 0 ? pair : pair.substring(0, equals), header);
      var value = equals < 0 ? "" : decode(pair.substring(equals + 1), header);
      if (tags.put(key, value) != null) {
        throw malformedHeader(header);
      }
    }
    if (!tags.keySet().stream().allMatch(TagSets::allowed)
        || !tags.values().stream().allMatch(TagSets::allowed)) {
      throw malformedHeader(header);
    }
    check(tags, false);
    return tags;
  }

  private static String decode(String text, String header) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformedHeader(header);
    }
  }

  private static ApiException malformedHeader(String header) {
    return S3Errors.invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name"
            + " duplicates.",
        "x-amz-tagging",
        header);
  }

  /** The tags of a request's document. */
  static Map<String, String> ofList(@Nullable List<Tag> list, boolean ofBucket) {
    if (list == null) {
      throw S3Errors.malformedXml();
    }
    var tags = new LinkedHashMap<String, String>();
    for (var tag : list) {
      if (tag.key() == null || tag.value() == null) {
        throw S3Errors.malformedXml();
      }
      if (tags.put(tag.key(), tag.value()) != null) {
        throw S3Errors.tagTwice(tag.key());
      }
    }
    check(tags, ofBucket);
    return tags;
  }

  /** The tags of an answer's document. */
  static List<Tag> toList(Map<String, String> tags) {
    var list = new ArrayList<Tag>(tags.size());
    tags.forEach((key, value) -> list.add(Tag.builder().key(key).value(value).build()));
    return list;
  }

  private static void check(Map<String, String> tags, boolean ofBucket) {
    if (tags.size() > (ofBucket ? Limits.BUCKET_TAGS : Limits.OBJECT_TAGS)) {
      throw S3Errors.tooManyTags(ofBucket);
    }
    tags.forEach(
        (key, value) -> {
          if (key.regionMatches(true, 0, "aws:", 0, 4)) {
            throw S3Errors.systemTag(key, ofBucket);
          }
          if (key.isEmpty() || key.length() > KEY_LENGTH || !allowed(key)) {
            throw S3Errors.invalidTagKey(key);
          }
          if (value.length() > VALUE_LENGTH || !allowed(value)) {
            throw S3Errors.invalidTagValue(key, value);
          }
        });
  }

  private static boolean allowed(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.isLetterOrDigit(c)
                    || Character.isSpaceChar(c)
                    || ALLOWED_SIGNS.indexOf(c) >= 0
                    || Character.getType(c) == Character.NON_SPACING_MARK
                    || Character.getType(c) == Character.COMBINING_SPACING_MARK);
  }
}
