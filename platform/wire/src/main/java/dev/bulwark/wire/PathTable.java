package dev.bulwark.wire;

import dev.bulwark.schema.ServiceModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The paths of a REST service as a tree of segments. */
final class PathTable {
  /** What matched: the endpoint, and the path's labels, decoded. */
  record Match(Endpoint endpoint, Map<String, String> labels) {}

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<String, List<Endpoint>> byMethod = new HashMap<>();
    private @Nullable Node label;
    private @Nullable Node greedy;
  }

  private final Node root = new Node();

  PathTable(ServiceModel model) {
    for (var operation : model.operations()) {
      var endpoint = new Endpoint(operation);
      var node = root;
      for (var segment : segments(endpoint.path())) {
        node = grow(node, segment);
      }
      node.byMethod
          .computeIfAbsent(operation.http().method(), m -> new ArrayList<>(1))
          .add(endpoint);
    }
  }

  private static Node grow(Node node, String segment) {
    if (segment.endsWith("+}")) {
      if (node.greedy == null) {
        node.greedy = new Node();
      }
      return node.greedy;
    }
    if (segment.startsWith("{")) {
      if (node.label == null) {
        node.label = new Node();
      }
      return node.label;
    }
    return node.literals.computeIfAbsent(segment, s -> new Node());
  }

  /** Finds the endpoint, or null. A slash at the end makes no difference. */
  @Nullable Match find(HttpRequest request, Parameters query) {
    var segments = segments(request.rawPath());
    var endpoint = find(root, request, query, segments, 0);
    return endpoint == null ? null : match(endpoint, segments);
  }

  private static @Nullable Endpoint find(
      Node node, HttpRequest request, Parameters query, List<String> segments, int at) {
    if (at == segments.size()) {
      var endpoints = node.byMethod.get(request.method());
      return endpoints == null ? null : Endpoint.choose(endpoints, query, request.headers(), false);
    }
    var literal = node.literals.get(segments.get(at));
    var found = literal == null ? null : find(literal, request, query, segments, at + 1);
    if (found == null && node.label != null && !segments.get(at).isEmpty()) {
      found = find(node.label, request, query, segments, at + 1);
    }
    if (found == null && node.greedy != null) {
      // The shortest first: a literal after the label is more specific than a label that takes it
      // in.
      for (var end = at + 1; end <= segments.size() && found == null; end++) {
        found = find(node.greedy, request, query, segments, end);
      }
    }
    return found;
  }

  private static @Nullable Match match(Endpoint endpoint, List<String> segments) {
    var labels = new HashMap<String, String>();
    var template = segments(endpoint.path());
    var at = 0;
    for (var i = 0; i < template.size(); i++) {
      var segment = template.get(i);
      if (segment.endsWith("+}")) {
        var end = segments.size() - (template.size() - i - 1);
        var text = String.join("/", segments.subList(at, end));
        at = end;
        if (!put(labels, segment.substring(1, segment.length() - 2), text)) {
          return null;
        }
      } else {
        if (segment.startsWith("{")
            && !put(labels, segment.substring(1, segment.length() - 1), segments.get(at))) {
          return null;
        }
        at++;
      }
    }
    return new Match(endpoint, labels);
  }

  private static boolean put(Map<String, String> labels, String name, String raw) {
    var decoded = Percent.decode(raw, 0, raw.length(), false);
    if (decoded == null) {
      return false;
    }
    labels.put(name, decoded);
    return true;
  }

  private static List<String> segments(String path) {
    var segments = new ArrayList<String>(8);
    var end = path.endsWith("/") ? path.length() - 1 : path.length();
    var start = 1;
    while (start <= end && end > 0) {
      var slash = path.indexOf('/', start);
      if (slash < 0 || slash > end) {
        slash = end;
      }
      segments.add(path.substring(start, slash));
      start = slash + 1;
    }
    return segments;
  }
}
