package dev.bulwark.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Query parameters as a tree: {@code Tags.member.1.Key=a} is a path of four names with a value at
 * its end.
 */
final class ParameterTree {
  /** Enough for the deepest shape: a structure within a list takes three names. */
  private static final int MAX_NAMES = 3 * Documents.MAX_DEPTH;

  /**
   * Of names in all: each parameter begins about two of its own. Without this bound a request of
   * some megabytes would grow to hundreds of them.
   */
  private static final int MAX_NODES = 4 * Parameters.MAX_COUNT;

  /** Of numbers from one item of a list to the next, as observed at IAM. */
  private static final int MAX_GAP = 10;

  private @Nullable String value;
  private Map<String, ParameterTree> children = Map.of();

  /** Whether {@link #items} shows what is left out. */
  private boolean sparse;

  /** How many names are below; counted at the root alone. */
  private int nodes;

  private ParameterTree() {}

  static ParameterTree empty() {
    return new ParameterTree();
  }

  /** Puts a parameter in; a name that came before keeps its value. */
  void put(String name, String text) throws DecodeException {
    var node = this;
    var start = 0;
    for (var names = 0; start <= name.length(); names++) {
      if (names == MAX_NAMES) {
        throw new DecodeException("The request is nested too deeply");
      }
      var end = name.indexOf('.', start);
      if (end < 0) {
        end = name.length();
      }
      node = grow(node, name.substring(start, end));
      start = end + 1;
    }
    if (node.value == null) {
      node.value = text;
    }
  }

  private ParameterTree grow(ParameterTree node, String name) throws DecodeException {
    var known = node.children.get(name);
    if (known != null) {
      return known;
    }
    if (++nodes > MAX_NODES) {
      throw new DecodeException("The request has too many parts");
    }
    if (node.children.isEmpty()) {
      node.children = new LinkedHashMap<>();
    }
    var made = new ParameterTree();
    node.children.put(name, made);
    return made;
  }

  @Nullable ParameterTree child(String name) {
    return children.get(name);
  }

  @Nullable String value() {
    return value;
  }

  boolean isLeaf() {
    return children.isEmpty();
  }

  /**
   * Checks the numbers below a list's {@code member}, in the words of IAM.
   *
   * @throws DecodeException for what is no number, is 0, or leaves more out than {@link #MAX_GAP}
   */
  void checkNumbers() throws DecodeException {
    for (var name : children.keySet()) {
      if (name.startsWith("-")) {
        throw new DecodeException("Key " + name + " may not have a leading '-'");
      }
      if (!isNumber(name)) {
        throw new DecodeException("Start of list found where not expected");
      }
    }
    int last = 1;
    for (var number : numbered().keySet()) {
      if (number == 0) {
        throw new DecodeException("0 is not a valid index");
      }
      if (number - last > MAX_GAP) {
        throw new DecodeException(
            "Excessively sparse input would skip " + (number - last) + " list elements");
      }
      last = number;
    }
    sparse = true;
  }

  /**
   * The children that are numbered, in the order of their numbers; after {@link #checkNumbers} with
   * a null for each number that is left out.
   */
  List<@Nullable ParameterTree> items() {
    var items = new ArrayList<@Nullable ParameterTree>();
    numbered()
        .forEach(
            (number, child) -> {
              while (sparse && items.size() < number - 1) {
                items.add(null);
              }
              items.add(child);
            });
    return items;
  }

  private SortedMap<Integer, ParameterTree> numbered() {
    var sorted = new TreeMap<Integer, ParameterTree>();
    children.forEach(
        (name, child) -> {
          if (isNumber(name)) {
            sorted.put(Integer.valueOf(name), child);
          }
        });
    return sorted;
  }

  private static boolean isNumber(String name) {
    if (name.isEmpty() || name.length() > 9) {
      return false;
    }
    for (var i = 0; i < name.length(); i++) {
      if (name.charAt(i) < '0' || name.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
