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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Many patterns, of which a document finds its own without trying all. Each pattern is filed under
 * the values of that one of its fields which least others are filed under, and is tried where the
 * document has one of them. Those with no such field are tried where one of their fields has a
 * value that they take, for which a value is read but once for all of them; and those that take the
 * absence of each of their fields always. Immutable.
 *
 * @param <K> what the patterns stand for
 */
public final class PatternSet<K> {
  private record Member<K>(K key, EventPattern pattern, int place) {}

  /** A member that is tried where a field has one of these values. */
  private record Gate<K>(Values values, Member<K> member) {}

  /** The members that are filed under values of one field. */
  private static final class Column<K> {
    final Map<String, List<Member<K>>> texts = new HashMap<>();
    final Map<String, List<Member<K>>> folded = new HashMap<>();
    final Map<Integer, Map<String, List<Member<K>>>> prefixes = new TreeMap<>();
    final Map<Integer, Map<String, List<Member<K>>>> suffixes = new TreeMap<>();
    final List<Gate<K>> gates = new ArrayList<>(0);

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

    void find(JsonNode value, Found<K> found) {
      if (value.isString()) {
        find(value.stringValue(), found);
      }
      if (!gates.isEmpty()) {
        var leaf = new Leaf(value);
        for (var gate : gates) {
          if (gate.values().matches(leaf)) {
            found.add(gate.member());
          }
        }
      }
    }

    private void find(String value, Found<K> found) {
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
        more.forEach(this::add);
      }
    }

    void add(Member<K> member) {
      if (!seen[member.place()]) {
        seen[member.place()] = true;
        members.add(member);
      }
    }
  }

  private static final Leaf ABSENT = new Leaf(MissingNode.getInstance());

  private final int size;
  private final Level<K> index = new Level<>();
  private final List<Member<K>> unfiled = new ArrayList<>();

  private PatternSet(List<Member<K>> members) {
    size = members.size();
    var uses = new HashMap<String, Integer>();
    for (var member : members) {
      candidates(
          member,
          PatternSet::isIndexable,
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

  /** The fields of a member of which all values are such. */
  private static <K> void candidates(
      Member<K> member, Predicate<Matcher> such, BiConsumer<List<String>, Values> consumer) {
    candidates(member.pattern().root(), List.of(), such, consumer);
  }

  private static void candidates(
      Fields fields,
      List<String> above,
      Predicate<Matcher> such,
      BiConsumer<List<String>, Values> consumer) {
    for (Field field : fields.all()) {
      var path = new ArrayList<>(above);
      path.add(field.name());
      switch (field.demand()) {
        case Fields inner -> candidates(inner, path, such, consumer);
        case Values values -> {
          if (values.any().stream().allMatch(such)) {
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
        PatternSet::isIndexable,
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
      gate(member);
      return;
    }
    var column = column(path);
    values.any().forEach(value -> column.file(value, member));
  }

  private Column<K> column(List<String> path) {
    var level = index;
    for (var name : path) {
      level = level.below.computeIfAbsent(name, any -> new Level<>());
    }
    if (level.column == null) {
      level.column = new Column<>();
    }
    return level.column;
  }

  /** Has a member tried where a field has a value that it takes. */
  private void gate(Member<K> member) {
    var found = new ArrayList<Map.Entry<List<String>, Values>>(1);
    candidates(
        member,
        matcher -> !matcher.matches(ABSENT),
        (path, values) -> found.add(Map.entry(path, values)));
    if (found.isEmpty()) {
      unfiled.add(member);
    } else {
      var field = found.getFirst();
      column(field.getKey()).gates.add(new Gate<>(field.getValue(), member));
    }
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
    if (column != null && !node.isObject()) {
      column.find(node, found);
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
