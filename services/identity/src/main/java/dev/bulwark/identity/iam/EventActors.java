package dev.bulwark.identity.iam;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bulwark.events.ApiCall;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Who made the calls of the stream, by unique id. An access key speaks for one principal for ever,
 * so of a flood of calls only the first is looked into.
 */
final class EventActors {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_KEYS = 10_000;

  /**
   * A user, a role, or the root user of an account.
   *
   * @param id {@code AIDA…}, {@code AROA…}, or the account's id
   */
  record Actor(String accountId, String id) {}

  private final Cache<String, Optional<Actor>> byKey =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).executor(Runnable::run).build();

  /** Null where nobody was authenticated, or a service acted by itself. */
  @Nullable Actor of(ApiCall call) {
    var key = call.accessKeyId();
    if (key == null) {
      return null;
    }
    var found = byKey.getIfPresent(key);
    if (found == null) {
      found = Optional.ofNullable(read(call.record()));
      // A call whose signature was refused tells nothing of who has the key.
      if (found.isPresent()) {
        byKey.put(key, found);
      }
    } else if (isUnknown(call)) {
      return null;
    }
    return found.orElse(null);
  }

  private static boolean isUnknown(ApiCall call) {
    return call.errorCode() != null && read(call.record()) == null;
  }

  /** Reads the beginning of a record: its userIdentity. */
  private static @Nullable Actor read(byte[] record) {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), record)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        if (name.equals("userIdentity")) {
          return identity(parser);
        }
        parser.skipChildren();
      }
      return null;
    }
  }

  private static @Nullable Actor identity(JsonParser parser) {
    String type = "";
    String id = "";
    String account = "";
    String issuer = "";
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      var name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = parser.getString();
        case "principalId" -> id = parser.getString();
        case "accountId" -> account = parser.getString();
        case "sessionContext" -> issuer = issuer(parser);
        default -> parser.skipChildren();
      }
    }
    return switch (type) {
      case "Root", "IAMUser" -> new Actor(account, id);
      case "AssumedRole" -> new Actor(account, id.substring(0, Math.max(0, id.indexOf(':'))));
      case "FederatedUser" -> issuer.isEmpty() ? null : new Actor(account, issuer);
      default -> null;
    };
  }

  private static String issuer(JsonParser parser) {
    var issuer = "";
    var depth = 1;
    while (depth > 0) {
      switch (parser.nextToken()) {
        case START_OBJECT -> depth++;
        case END_OBJECT -> depth--;
        case PROPERTY_NAME -> {
          if (parser.currentName().equals("principalId")) {
            parser.nextToken();
            issuer = parser.getString();
          }
        }
        case null -> depth = 0;
        default -> {}
      }
    }
    return issuer;
  }

  /** The actions that were decided on for a call. */
  static Set<String> actions(ApiCall call) {
    var actions = new HashSet<String>();
    var text = new String(call.decisions(), StandardCharsets.UTF_8);
    var at = text.indexOf(ACTION);
    while (at >= 0) {
      var from = at + ACTION.length();
      var to = text.indexOf('"', from);
      actions.add(text.substring(from, to));
      at = text.indexOf(ACTION, to);
    }
    return actions;
  }

  private static final String ACTION = "{\"action\":\"";
}
