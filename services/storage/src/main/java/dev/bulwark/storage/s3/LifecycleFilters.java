package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.LifecycleRule;
import dev.bulwark.api.s3.Tag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which objects a rule is about.
 *
 * @param above sizes in bytes that are no more too small; null where the rule does not say
 * @param below sizes in bytes that are too large; null where the rule does not say
 */
record LifecycleFilters(String prefix, List<Tag> tags, @Nullable Long above, @Nullable Long below) {

  static LifecycleFilters of(LifecycleRule rule) {
    var filter = rule.filter();
    if (filter == null) {
      return new LifecycleFilters(text(rule.prefix()), List.of(), null, null);
    }
    var and = filter.and();
    if (and != null) {
      return new LifecycleFilters(
          text(and.prefix()),
          Objects.requireNonNullElse(and.tags(), List.of()),
          and.objectSizeGreaterThan(),
          and.objectSizeLessThan());
    }
    return new LifecycleFilters(
        text(filter.prefix()),
        filter.tag() == null ? List.of() : List.of(filter.tag()),
        filter.objectSizeGreaterThan(),
        filter.objectSizeLessThan());
  }

  private static String text(@Nullable String prefix) {
    return Objects.requireNonNullElse(prefix, "");
  }

  boolean limitsSize() {
    return above != null || below != null;
  }

  boolean match(String key, ObjectRecord object) {
    return key.startsWith(prefix)
        && (above == null || object.size() > above)
        && (below == null || object.size() < below)
        && tags.stream().allMatch(tag -> tag.value().equals(object.tags().get(tag.key())));
  }

  /** Delete markers have neither tags nor a size to be found by. */
  boolean matchMarker(String key) {
    return key.startsWith(prefix) && tags.isEmpty() && !limitsSize();
  }

  /** The filter as S3's errors name it. */
  @Override
  public String toString() {
    return "(prefix=" + prefix + ")";
  }
}
