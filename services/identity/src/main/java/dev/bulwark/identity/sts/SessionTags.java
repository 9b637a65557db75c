package dev.bulwark.identity.sts;

import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.Tag;
import dev.bulwark.policy.Context;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tags of a session to be made.
 *
 * @param requested those of the request, in its order
 * @param inherited those that the caller's own session passes on
 * @param requestedTransitive keys of requested tags that are to pass on
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html">Passing
 *     session tags</a>
 */
record SessionTags(
    Map<String, String> requested,
    Map<String, String> inherited,
    List<String> requestedTransitive) {
  private static final int MOST_TAGS = 50;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;

  /**
   * The tags of a request of a caller with or without a session.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterValue
   */
  static SessionTags of(
      @Nullable List<Tag> tags,
      @Nullable List<String> transitive,
      @Nullable SessionContext caller) {
    var inherited = new HashMap<String, String>();
    if (caller != null) {
      inherited.putAll(caller.tags());
      inherited.keySet().retainAll(caller.transitiveTagKeys());
    }
    var taken = lowerCase(inherited.keySet());
    var requested = new LinkedHashMap<String, String>();
    var keys = new HashSet<String>();
    for (var tag : tags == null ? List.<Tag>of() : tags) {
      var key = tag.key().toLowerCase(Locale.ROOT);
      if (key.startsWith("aws:")) {
        throw StsErrors.reservedTagKey();
      }
      if (!keys.add(key)) {
        throw StsErrors.duplicateTagKeys();
      }
      if (taken.contains(key)) {
        throw StsErrors.transitiveTagConflict();
      }
      requested.put(tag.key(), tag.value());
    }
    var passing = transitive == null ? List.<String>of() : transitive;
    if (!keys.containsAll(lowerCase(passing))) {
      throw StsErrors.transitiveKeyWithoutTag();
    }
    return new SessionTags(requested, inherited, passing);
  }

  /**
   * The tags in a token or assertion of an identity provider, which no model has bounded.
   *
   * @throws dev.bulwark.schema.ApiException InvalidParameterValue, InvalidIdentityToken
   */
  static SessionTags ofProvider(List<Tag> tags, List<String> transitive) {
    if (tags.size() > MOST_TAGS || transitive.size() > MOST_TAGS) {
      throw StsErrors.tooManySessionTags(MOST_TAGS);
    }
    for (var tag : tags) {
      if (tag.key().isEmpty()
          || tag.key().length() > LONGEST_KEY
          || tag.value().length() > LONGEST_VALUE) {
        throw StsErrors.invalidSessionTag();
      }
    }
    return of(tags, transitive, null);
  }

  private static Set<String> lowerCase(Iterable<String> keys) {
    var result = new HashSet<String>();
    keys.forEach(key -> result.add(key.toLowerCase(Locale.ROOT)));
    return result;
  }

  /** Whether the session will have tags, which takes the permission {@code sts:TagSession}. */
  boolean any() {
    return !requested.isEmpty() || !inherited.isEmpty();
  }

  /** All tags of the session. */
  Map<String, String> all() {
    var all = new HashMap<>(inherited);
    all.putAll(requested);
    return all;
  }

  /** The keys, as the tags spell them, of those that pass on. */
  Set<String> transitive() {
    var lower = lowerCase(requestedTransitive);
    var keys = new HashSet<>(inherited.keySet());
    for (var key : requested.keySet()) {
      if (lower.contains(key.toLowerCase(Locale.ROOT))) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Puts {@code aws:RequestTag/*}, {@code aws:TagKeys} and {@code sts:TransitiveTagKeys}. */
  void describe(Context.Builder keys) {
    if (!requested.isEmpty()) {
      requested.forEach((key, value) -> keys.put("aws:RequestTag/" + key, value));
      keys.putAll("aws:TagKeys", List.copyOf(requested.keySet()));
    }
    if (!requestedTransitive.isEmpty()) {
      keys.putAll("sts:TransitiveTagKeys", requestedTransitive);
    }
  }
}
