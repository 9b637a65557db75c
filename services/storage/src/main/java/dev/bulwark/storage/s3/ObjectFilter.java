package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.Tag;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which objects a configuration is about: those with a prefix, with tags, or both. */
record ObjectFilter(String prefix, List<Tag> tags) {
  static final ObjectFilter ALL = new ObjectFilter("", List.of());

  /** A filter as requests give it in parts, of which exactly one is to be given. */
  static ObjectFilter of(@Nullable String prefix, @Nullable Tag tag, @Nullable ObjectFilter and) {
    int given = (prefix == null ? 0 : 1) + (tag == null ? 0 : 1) + (and == null ? 0 : 1);
    if (given != 1) {
      throw S3Errors.malformedXml();
    }
    return and != null
        ? and
        : checked(new ObjectFilter(text(prefix), tag == null ? List.of() : List.of(tag)));
  }

  /** What stands in an {@code And}: at least two conditions. */
  static ObjectFilter and(@Nullable String prefix, @Nullable List<Tag> tags) {
    var filter = new ObjectFilter(text(prefix), tags == null ? List.of() : tags);
    if ((prefix == null ? 0 : 1) + filter.tags().size() < 2) {
      throw S3Errors.malformedXml();
    }
    return checked(filter);
  }

  private static ObjectFilter checked(ObjectFilter filter) {
    var keys = new HashSet<String>();
    for (var tag : filter.tags()) {
      if (tag.key() == null || tag.value() == null) {
        throw S3Errors.malformedXml();
      }
      if (!keys.add(tag.key())) {
        throw S3Errors.tagTwice(tag.key());
      }
    }
    return filter;
  }

  private static String text(@Nullable String prefix) {
    return prefix == null ? "" : prefix;
  }

  boolean match(String key, Map<String, String> objectTags) {
    return key.startsWith(prefix)
        && tags.stream().allMatch(tag -> tag.value().equals(objectTags.get(tag.key())));
  }
}
