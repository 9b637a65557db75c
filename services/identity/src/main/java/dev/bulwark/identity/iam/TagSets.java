package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.Tag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tags: their keys keep their case and are unique without regard to it. */
final class TagSets {
  private TagSets() {}

  /** The tags of a request. */
  static Map<String, String> read(@Nullable List<Tag> tags, int most) {
    return merge(Map.of(), tags, most);
  }

  /** The tags of a resource after those of a request were put onto it. */
  static Map<String, String> merge(
      Map<String, String> existing, @Nullable List<Tag> tags, int most) {
    if (tags == null || tags.isEmpty()) {
      return existing;
    }
    var result = new HashMap<>(existing);
    var seen = new HashSet<String>();
    for (var tag : tags) {
      var lower = tag.key().toLowerCase(Locale.ROOT);
      if (!seen.add(lower)) {
        throw IamErrors.duplicateTagKeys();
      }
      if (lower.startsWith("aws:")) {
        throw IamErrors.reservedTagKey();
      }
      result.keySet().removeIf(key -> key.equalsIgnoreCase(tag.key()));
      result.put(tag.key(), tag.value());
    }
    if (result.size() > most) {
      throw IamErrors.tooManyTags();
    }
    return result;
  }

  /** The tags of a resource without those of these keys. */
  static Map<String, String> without(Map<String, String> existing, List<String> keys) {
    var result = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    result.putAll(existing);
    keys.forEach(result::remove);
    return result;
  }

  /** For responses, sorted by key. */
  static List<Tag> write(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(entry -> Tag.builder().key(entry.getKey()).value(entry.getValue()).build())
            .toList();
  }

  /** For responses that leave out an empty list. */
  static @Nullable List<Tag> writeOrNull(Map<String, String> tags) {
    return tags.isEmpty() ? null : write(tags);
  }
}
