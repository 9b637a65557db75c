package dev.bulwark.encryption.kms;

import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys of KMS for one request. Values that are costly to find are found when a policy
 * asks for them, which most do not. Names are case-insensitive here, those of an encryption
 * context's pairs after {@code kms:EncryptionContext:} included.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html">KMS
 *     condition keys</a>
 */
final class KeyContext implements ContextSource {
  private static final String CONTEXT_PAIR = "kms:encryptioncontext:";

  private final String callerAccount;
  private final @Nullable KeyRecord key;
  private final Supplier<List<String>> aliases;
  private @Nullable String alias;
  private Map<String, String> encryptionContext = Map.of();
  private @Nullable Map<String, ContextValue> more;

  private KeyContext(
      String callerAccount, @Nullable KeyRecord key, Supplier<List<String>> aliases) {
    this.callerAccount = callerAccount;
    this.key = key;
    this.aliases = aliases;
  }

  /** Of a request about a key. */
  static KeyContext of(String callerAccount, KeyRecord key, Supplier<List<String>> aliases) {
    return new KeyContext(callerAccount, key, aliases);
  }

  /** Of a request about no key yet. */
  static KeyContext of(String callerAccount) {
    return new KeyContext(callerAccount, null, List::of);
  }

  KeyContext alias(@Nullable String name) {
    alias = name;
    return this;
  }

  /**
   * The encryption context of the request.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException where a text is not Unicode: halves
   *     of surrogate pairs have no encoding of their own, so that two contexts would be as one
   */
  KeyContext encryptionContext(@Nullable Map<String, String> pairs) {
    encryptionContext = pairs == null ? Map.of() : pairs;
    for (var pair : encryptionContext.entrySet()) {
      if (!isUnicode(pair.getKey()) || !isUnicode(pair.getValue())) {
        throw KmsErrors.validation("The encryption context holds text that is not valid Unicode.");
      }
    }
    return this;
  }

  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
      }
    }
    return true;
  }

  Map<String, String> encryptionContext() {
    return encryptionContext;
  }

  /** Adds a key; an absent value leaves it absent. */
  KeyContext put(String name, @Nullable Object value) {
    return value == null ? this : add(name, ContextValue.of(value.toString()));
  }

  /** Adds a key of several values. */
  KeyContext putAll(String name, @Nullable List<String> values) {
    return values == null ? this : add(name, ContextValue.ofAll(values));
  }

  private KeyContext add(String name, ContextValue value) {
    if (more == null) {
      more = new HashMap<>();
    }
    more.put(name.toLowerCase(Locale.ROOT), value);
    return this;
  }

  /** Adds the tags that a request sets. */
  KeyContext requestTags(Map<String, String> tags) {
    tags.forEach((name, value) -> put("aws:RequestTag/" + name, value));
    return tags.isEmpty() ? this : putAll("aws:TagKeys", List.copyOf(tags.keySet()));
  }

  Context toContext() {
    return Context.of(this);
  }

  @Override
  public @Nullable ContextValue get(String name) {
    if (more != null) {
      var value = more.get(name);
      if (value != null) {
        return value;
      }
    }
    if (!name.startsWith("kms:")) {
      return null;
    }
    if (name.startsWith(CONTEXT_PAIR)) {
      return pair(name.substring(CONTEXT_PAIR.length()));
    }
    return switch (name) {
      case "kms:calleraccount" -> ContextValue.of(callerAccount);
      case "kms:requestalias" -> alias == null ? null : ContextValue.of(alias);
      case "kms:encryptioncontextkeys" ->
          encryptionContext.isEmpty()
              ? null
              : ContextValue.ofAll(List.copyOf(encryptionContext.keySet()));
      default -> key == null ? null : ofKey(name, key);
    };
  }

  private @Nullable ContextValue pair(String lowerCaseName) {
    for (var pair : encryptionContext.entrySet()) {
      if (pair.getKey().toLowerCase(Locale.ROOT).equals(lowerCaseName)) {
        return ContextValue.of(pair.getValue());
      }
    }
    return null;
  }

  private @Nullable ContextValue ofKey(String name, KeyRecord about) {
    return switch (name) {
      case "kms:keyspec", "kms:customermasterkeyspec" -> ContextValue.of(about.spec().name());
      case "kms:keyusage", "kms:customermasterkeyusage" -> ContextValue.of(about.usage().name());
      case "kms:keyorigin" -> ContextValue.of(about.origin().name());
      case "kms:multiregion" -> ContextValue.of(Boolean.toString(about.multiRegion() != null));
      case "kms:multiregionkeytype" ->
          about.multiRegion() == null
              ? null
              : ContextValue.of(about.isPrimary() ? "PRIMARY" : "REPLICA");
      case "kms:resourcealiases" -> {
        var names = aliases.get();
        yield names.isEmpty() ? null : ContextValue.ofAll(names);
      }
      default -> null;
    };
  }
}
