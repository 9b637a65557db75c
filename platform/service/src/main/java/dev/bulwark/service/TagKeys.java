package dev.bulwark.service;

import dev.bulwark.policy.Context;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys of tags that a request brings or takes away: {@code aws:RequestTag/…} and
 * {@code aws:TagKeys}. Without tags there are none, as policies that ask for {@code Null} expect.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-requests">Controlling
 *     access during requests</a>
 */
public final class TagKeys {
  private TagKeys() {}

  /** Of tags by their keys. */
  public static Context of(@Nullable Map<String, String> tags) {
    return tags == null
        ? ofNames(null)
        : of(tags.entrySet(), Map.Entry::getKey, Map.Entry::getValue);
  }

  /** Of tags as an API has them; a tag without a value has an empty one. */
  public static <T> Context of(
      @Nullable Collection<T> tags, Function<T, String> key, Function<T, @Nullable String> value) {
    return builder(tags, key, value).build();
  }

  /** The same, for further keys. */
  public static <T> Context.Builder builder(
      @Nullable Collection<T> tags, Function<T, String> key, Function<T, @Nullable String> value) {
    var keys = Context.builder();
    if (tags != null && !tags.isEmpty()) {
      for (var tag : tags) {
        var text = value.apply(tag);
        keys.put("aws:RequestTag/" + key.apply(tag), text == null ? "" : text);
      }
      keys.putAll("aws:TagKeys", tags.stream().map(key).toList());
    }
    return keys;
  }

  /** Of tags that are taken away. */
  public static Context ofNames(@Nullable Collection<String> names) {
    var keys = Context.builder();
    if (names != null && !names.isEmpty()) {
      keys.putAll("aws:TagKeys", List.copyOf(names));
    }
    return keys.build();
  }
}
