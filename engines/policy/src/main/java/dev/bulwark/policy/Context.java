package dev.bulwark.policy;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys of a request: those given, then those that the fallback computes. Names are
 * case-insensitive.
 */
public final class Context {
  /**
   * The canonical user id of the requester's account, matched by {@code CanonicalUser} principals.
   */
  public static final String CANONICAL_USER_ID = "bulwark:CanonicalUserId";

  /** No key at all. */
  public static final Context EMPTY = new Context(Map.of(), key -> null);

  private final Map<String, ContextValue> given;
  private final ContextSource fallback;

  private Context(Map<String, ContextValue> given, ContextSource fallback) {
    this.given = given;
    this.fallback = fallback;
  }

  /** A context whose every key is computed on demand. */
  public static Context of(ContextSource source) {
    return new Context(Map.of(), source);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The value of a key, or null when the request does not have it. */
  public @Nullable ContextValue get(String key) {
    return lookup(key.toLowerCase(Locale.ROOT));
  }

  @Nullable ContextValue lookup(String lowerCaseKey) {
    var value = given.get(lowerCaseKey);
    return value != null ? value : fallback.get(lowerCaseKey);
  }

  /** The keys that were given, in lower case; not those that the fallback computes. */
  public Set<String> givenKeys() {
    return Collections.unmodifiableSet(given.keySet());
  }

  /** Collects keys; not thread-safe. */
  public static final class Builder {
    private final Map<String, ContextValue> given = new HashMap<>();
    private ContextSource fallback = key -> null;

    private Builder() {}

    /** Sets a single-valued key; a null value leaves the key absent. */
    public Builder put(String key, @Nullable String value) {
      if (value != null) {
        given.put(key.toLowerCase(Locale.ROOT), ContextValue.of(value));
      }
      return this;
    }

    /** Sets a multivalued key. */
    public Builder putAll(String key, List<String> values) {
      given.put(key.toLowerCase(Locale.ROOT), ContextValue.ofAll(values));
      return this;
    }

    /** Where keys come from that were not put. */
    public Builder fallback(ContextSource source) {
      this.fallback = source;
      return this;
    }

    public Context build() {
      return new Context(new HashMap<>(given), fallback);
    }
  }
}
