package dev.bulwark.patterns;

import dev.bulwark.patterns.EventPattern.Field;
import dev.bulwark.patterns.EventPattern.Fields;
import dev.bulwark.patterns.EventPattern.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Many patterns, of which a document finds its own without trying all. Each pattern is filed under
 * the values of that one of its fields which least others are filed under, and is tried where the
 * document has one of them. Patterns with no such field are always tried. Immutable.
 *
 * @param <K> what the patterns stand for
 */
public final class PatternSet<K> {
  private record Member<K>(K key, EventPattern pattern, int place) {}

  /** The members that are filed under values of one field. */
  private static final class Column<K> {
    final Map<String, List<Member<K>>> texts = new HashMap<>();
    final Map<String, List<Member<K>>> folded = new HashMap<>();
    final Map<Integer, Map<String, List<Member<K>>>> prefixes = new TreeMap<>();
    final Map<Integer, Map<String, List<Member<K>>>> suffixes = new TreeMap<>();

    void file(Matcher matcher, Member<K> member) {
      switch (matcher) {
        case Matcher.Text text -> list(texts, text.text()).add(member);
        case Matcher.IgnoreCase one -> list(folded, one.folded()).add(member);
        case Matcher.Prefix one -> list(affixes(prefixes, one.prefix()), one.prefix()).add(member);
        case Matcher.Suffix one -> list(affixes(suffixes, one.suffix()), one.suffix()).add(member);
        default -> throw new IllegalArgumentException("not for an index: " + matcher);
      }
    }

    private static <K> List<Member<K>> list(Map<String, List<Member<K>>> map, String key) {
      return map.computeIfAbsent(key, k -> new ArrayList<>(1));
    }

    private static <K> Map<String, List<Member<K>>> affixes(
        Map<Integer, Map<String, List<Member<K>>>> map, String affix) {
      return map.computeIfAbsent(affix.length(), length -> new HashMap<>());
    }

    void find(String value, Found<K> found) {
      found.addAll(texts.get(value));
      if (!folded.isEmpty()) {
        found.addAll(folded.get(Matcher.IgnoreCase.fold(value)));
      }
      prefixes.forEach(
          (length, map) -> {
            if (length <= value.length()) {
              found.addAll(map.get(value.substring(0, length)));
            }
          });
      suffixes.forEach(
          (length, map) -> {
            if (length <= value.length()) {
              found.addAll(map.get(value.substring(value.length() - length)));
            }
          });
    }
  }

  /** The fields by which members are filed, as a tree that is walked along with a document. */
  private static final class Level<K> {
    final Map<String, Level<K>> below = new HashMap<>();
    @Nullable Column<K> column;
  }

  /** Members to be tried, once each. */
  private static final class Found<K> {
    final List<Member<K>> members = new ArrayList<>();
    final boolean[] seen;

    Found(int size) {
      seen = new boolean[size];
    }

    void addAll(@Nullable List<Member<K>> more) {
      if (more != null) {
        for (var member : more) {
          if (!seen[member.place()]) {
            seen[member.place()] = true;
            members.add(member);
          }
        }
      }
    }
  }

  private final int size;
  private final Level<K> index = new Level<>();
  private final List<Member<K>> unfiled = new ArrayList<>();

  private PatternSet(List<Member<K>> members) {
    size = members.size();
    var uses = new HashMap<String, Integer>();
    for (var member : members) {
      candidates(
          member,
          (path, values) ->
              values.any().forEach(value -> uses.merge(use(path, value), 1, Integer::sum)));
    }
    members.forEach(member -> file(member, uses));
  }

  /** The set of these patterns. */
  public static <T, K> PatternSet<K> of(
      Iterable<T> items, Function<T, K> key, Function<T, EventPattern> pattern) {
    var members = new ArrayList<Member<K>>();
    for (var item : items) {
      members.add(new Member<>(key.apply(item), pattern.apply(item), members.size()));
    }
    return new PatternSet<>(members);
  }

  /** Whether there is no pattern at all. */
  public boolean isEmpty() {
    return size == 0;
  }

  private static String use(List<String> path, Matcher matcher) {
    return String.join("\u0000", path) + "\u0000" + matcher;
  }

  /** The fields of a member by which it can be filed. */
  private static <K> void candidates(Member<K> member, BiConsumer<List<String>, Values> consumer) {
    candidates(member.pattern().root(), List.of(), consumer);
  }

  private static void candidates(
      Fields fields, List<String> above, BiConsumer<List<String>, Values> consumer) {
    for (Field field : fields.all()) {
      var path = new ArrayList<>(above);
      path.add(field.name());
      switch (field.demand()) {
        case Fields inner -> candidates(inner, path, consumer);
        case Values values -> {
          if (values.any().stream().allMatch(PatternSet::isIndexable)) {
            consumer.accept(path, values);
          }
        }
      }
    }
  }

  private static boolean isIndexable(Matcher matcher) {
    return switch (matcher) {
      case Matcher.Text text -> true;
      case Matcher.IgnoreCase text -> true;
      case Matcher.Prefix prefix -> !prefix.ignoreCase();
      case Matcher.Suffix suffix -> !suffix.ignoreCase();
      default -> false;
    };
  }

  private void file(Member<K> member, Map<String, Integer> uses) {
    var choice =
        new Object() {
          @Nullable List<String> path;
          @Nullable Values values;
          long cost = Long.MAX_VALUE;
        };
    candidates(
        member,
        (path, values) -> {
          long cost =
              values.any().stream()
                  .mapToLong(value -> uses.getOrDefault(use(path, value), 1))
                  .sum();
          if (cost < choice.cost) {
            choice.path = path;
            choice.values = values;
            choice.cost = cost;
          }
        });
    var path = choice.path;
    var values = choice.values;
    if (path == null || values == null) {
      unfiled.add(member);
      return;
    }
    var level = index;
    for (var name : path) {
      level = level.below.computeIfAbsent(name, any -> new Level<>());
    }
    if (level.column == null) {
      level.column = new Column<>();
    }
    var column = level.column;
    values.any().forEach(value -> column.file(value, member));
  }

  /** What the patterns stand for that match a document, in no particular order. */
  public List<K> matching(JsonNode document) {
    var found = new Found<K>(size);
    walk(index, document, found);
    found.addAll(unfiled);
    var keys = new ArrayList<K>();
    for (var member : found.members) {
      if (member.pattern().matches(document)) {
        keys.add(member.key());
      }
    }
    return keys;
  }

  private static <K> void walk(Level<K> level, JsonNode node, Found<K> found) {
    if (node.isArray()) {
      for (var item : node) {
        walk(level, item, found);
      }
      return;
    }
    var column = level.column;
    if (column != null && node.isString()) {
      column.find(node.stringValue(), found);
    }
    if (node.isObject()) {
      level.below.forEach(
          (name, below) -> {
            var value = node.get(name);
            if (value != null) {
              walk(below, value, found);
            }
          });
    }
  }
}
