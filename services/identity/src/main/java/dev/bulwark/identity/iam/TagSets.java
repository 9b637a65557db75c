package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.Tag;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tags. Their keys keep their case; they are unique without regard to it, but for those of identity
 * providers, whose keys AWS tells apart by case too.
 */
final class TagSets {
  private TagSets() {}

  /** The tags of a request that makes a resource. */
  static Map<String, String> read(@Nullable List<Tag> tags, int most) {
    return tags == null || tags.isEmpty() ? Map.of() : merge(Map.of(), tags, most);
  }

  /** The tags of a request that makes an identity provider. */
  static Map<String, String> readOfProvider(@Nullable List<Tag> tags, int most) {
    return tags == null || tags.isEmpty() ? Map.of() : mergeOfProvider(Map.of(), tags, most);
  }

  /** The tags of a resource after those of a request were put onto it. */
  static Map<String, String> merge(Map<String, String> existing, List<Tag> tags, int most) {
    if (distinct(tags, key -> key.toLowerCase(Locale.ROOT)) < tags.size()) {
      throw IamErrors.duplicateTagKeys();
    }
    var kept = new HashMap<>(existing);
    tags.forEach(tag -> kept.keySet().removeIf(key -> key.equalsIgnoreCase(tag.key())));
    return put(kept, tags, most);
  }

  /** The tags of an identity provider after those of a request were put onto it. */
  static Map<String, String> mergeOfProvider(
      Map<String, String> existing, List<Tag> tags, int most) {
    if (distinct(tags, key -> key) < tags.size()) {
      throw IamErrors.duplicateTagKey();
    }
    return put(new HashMap<>(existing), tags, most);
  }

  private static long distinct(List<Tag> tags, UnaryOperator<String> form) {
    return tags.stream().map(Tag::key).map(form).distinct().count();
  }

  private static Map<String, String> put(Map<String, String> kept, List<Tag> tags, int most) {
    if (tags.isEmpty()) {
      throw IamErrors.noTags();
    }
    for (var tag : tags) {
      if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
        throw IamErrors.reservedTagKey();
      }
      kept.put(tag.key(), tag.value());
    }
    if (kept.size() > most) {
      throw IamErrors.tooManyTags();
    }
    return kept;
  }

  /** The tags of a resource without those of these keys. */
  static Map<String, String> without(Map<String, String> existing, List<String> keys) {
    return without(new TreeMap<>(String.CASE_INSENSITIVE_ORDER), existing, keys);
  }

  /** The tags of an identity provider without those of these keys. */
  static Map<String, String> withoutOfProvider(Map<String, String> existing, List<String> keys) {
    return without(new TreeMap<>(), existing, keys);
  }

  private static Map<String, String> without(
      Map<String, String> result, Map<String, String> existing, List<String> keys) {
    if (keys.isEmpty()) {
      throw IamErrors.noTags();
    }
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
