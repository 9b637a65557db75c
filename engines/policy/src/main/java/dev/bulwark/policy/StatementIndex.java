package dev.bulwark.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Statements by the actions that they are about, so that a decision looks only at candidates: those
 * that name the action, those with a pattern in its service, and the rest, which can be about any
 * action.
 */
final class StatementIndex {
  /** A statement of a policy in its part. */
  record Entry(CompiledStatement statement, PolicySource source) {}

  static final Entry[] NONE = {};

  private final Table byAction;
  private final Table byService;
  private final Entry[] general;

  StatementIndex(List<Entry> entries) {
    Map<String, List<Entry>> actions = new HashMap<>();
    Map<String, List<Entry>> services = new HashMap<>();
    List<Entry> rest = new ArrayList<>();
    for (var entry : entries) {
      if (entry.statement().source.notAction()) {
        rest.add(entry);
        continue;
      }
      for (var action : entry.statement().actions) {
        var prefix = action.literalPrefix();
        int colon = prefix.indexOf(':');
        if (action.isLiteral()) {
          add(actions, prefix, entry);
        } else if (colon >= 0) {
          add(services, prefix.substring(0, colon), entry);
        } else if (rest.isEmpty() || rest.getLast() != entry) {
          rest.add(entry);
        }
      }
    }
    this.byAction = new Table(actions);
    this.byService = new Table(services);
    this.general = rest.toArray(NONE);
  }

  private static void add(Map<String, List<Entry>> map, String key, Entry entry) {
    var list = map.computeIfAbsent(key, k -> new ArrayList<>(1));
    if (list.isEmpty() || list.getLast() != entry) {
      list.add(entry);
    }
  }

  /** Statements that name the action: no need to match it again. */
  Entry[] naming(Query query) {
    return byAction.get(query.action());
  }

  /** Statements with a pattern in the action's service. */
  Entry[] inService(Query query) {
    return byService.get(query.service());
  }

  /** Statements that can be about any action. */
  Entry[] general() {
    return general;
  }

  /**
   * A small open-addressed map; a third of the memory of a HashMap, of which each principal would
   * need four.
   */
  private static final class Table {
    private final @Nullable String[] keys;
    private final Entry[][] values;

    Table(Map<String, List<Entry>> map) {
      int capacity = map.isEmpty() ? 0 : Integer.highestOneBit(map.size() * 2 - 1) << 1;
      this.keys = new @Nullable String[capacity];
      this.values = new Entry[capacity][];
      for (var mapping : map.entrySet()) {
        int slot = slot(mapping.getKey());
        keys[slot] = mapping.getKey();
        values[slot] = mapping.getValue().toArray(NONE);
      }
    }

    Entry[] get(String key) {
      if (keys.length == 0) {
        return NONE;
      }
      int slot = slot(key);
      return keys[slot] == null ? NONE : values[slot];
    }

    /** Where the key is, or where it would be; there is always an empty slot. */
    private int slot(String key) {
      int hash = key.hashCode();
      int mask = keys.length - 1;
      int slot = (hash ^ hash >>> 16) & mask;
      for (var at = keys[slot]; at != null && !at.equals(key); at = keys[slot]) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }
  }
}
