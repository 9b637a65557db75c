package dev.bulwark.policy;

import java.util.concurrent.ConcurrentHashMap;

/**
 * One copy of what thousands of policies repeat: names of actions and of condition keys. Both maps
 * stop growing when full, so that documents full of invented names only cost themselves the
 * sharing.
 */
final class Shared {
  private static final int MAX_ENTRIES = 30_000;
  private static final int MAX_LENGTH = 100;

  private static final ConcurrentHashMap<String, String> TEXTS = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<String, Glob> ACTIONS = new ConcurrentHashMap<>();

  private Shared() {}

  static String text(String text) {
    var shared = TEXTS.get(text);
    if (shared != null) {
      return shared;
    }
    if (text.length() <= MAX_LENGTH && TEXTS.size() < MAX_ENTRIES) {
      var earlier = TEXTS.putIfAbsent(text, text);
      return earlier == null ? text : earlier;
    }
    return text;
  }

  /** The pattern of an action, in lower case. */
  static Glob action(String action) {
    var shared = ACTIONS.get(action);
    if (shared != null) {
      return shared;
    }
    var glob = Glob.of(text(CompiledStatement.lowerCase(action)));
    if (action.length() <= MAX_LENGTH && ACTIONS.size() < MAX_ENTRIES) {
      ACTIONS.putIfAbsent(action, glob);
    }
    return glob;
  }
}
