package dev.bulwark.wire;

import dev.bulwark.schema.ServiceModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * S3's addresses. A key is what stands after the bucket, decoded once and never normalized: {@code
 * ../} and {@code //} are parts of a key like any other.
 */
final class S3Paths {
  private final Map<String, List<Endpoint>> ofService = new HashMap<>();
  private final Map<String, List<Endpoint>> ofBucket = new HashMap<>();
  private final Map<String, List<Endpoint>> ofObject = new HashMap<>();
  private final Map<String, Endpoint> fixed = new HashMap<>();

  S3Paths(ServiceModel model) {
    var operations = new ArrayList<>(model.operations());
    operations.sort((a, b) -> a.name().compareTo(b.name()));
    for (var operation : operations) {
      var endpoint = new Endpoint(operation);
      var method = operation.http().method();
      switch (endpoint.path()) {
        case "/" -> add(ofService, method, endpoint);
        case "/{Bucket}" -> add(ofBucket, method, endpoint);
        case "/{Bucket}/{Key+}" -> add(ofObject, method, endpoint);
        default -> fixed.put(method + endpoint.path(), endpoint);
      }
    }
  }

  private static void add(Map<String, List<Endpoint>> table, String method, Endpoint endpoint) {
    table.computeIfAbsent(method, m -> new ArrayList<>()).add(endpoint);
  }

  /** What an address names; the endpoint is null where nothing of S3 has that method there. */
  record Match(@Nullable Endpoint endpoint, Map<String, String> labels, String resourceType) {}

  /**
   * Finds the endpoint.
   *
   * @param hostBucket the bucket that the host names, or null where it stands in the path
   * @return null where the path cannot be decoded
   */
  @Nullable Match find(HttpRequest request, @Nullable String hostBucket) {
    var path = request.rawPath();
    var query = Parameters.ofQuery(request);
    var fixedEndpoint = fixed.isEmpty() ? null : fixed.get(request.method() + path);
    if (fixedEndpoint != null && hostBucket == null) {
      return new Match(fixedEndpoint, Map.of(), "SERVICE");
    }
    String bucket;
    int keyStart;
    if (hostBucket != null) {
      bucket = hostBucket;
      keyStart = 1;
    } else if (path.length() <= 1) {
      return match(ofService, request, query, Map.of(), "SERVICE");
    } else {
      var slash = path.indexOf('/', 1);
      var end = slash < 0 ? path.length() : slash;
      bucket = Percent.decode(path, 1, end, false);
      keyStart = end + 1;
    }
    if (bucket == null) {
      return null;
    }
    if (keyStart >= path.length()) {
      return match(ofBucket, request, query, Map.of("Bucket", bucket), "BUCKET");
    }
    var key = Percent.decode(path, keyStart, path.length(), false);
    if (key == null) {
      return null;
    }
    var labels = Map.of("Bucket", bucket, "Key", key);
    // Without the number of a part this would write the object itself.
    return request.method().equals("PUT")
            && query.contains("uploadId")
            && !query.contains("partNumber")
        ? new Match(null, labels, "UPLOAD")
        : match(ofObject, request, query, labels, "OBJECT");
  }

  private static Match match(
      Map<String, List<Endpoint>> table,
      HttpRequest request,
      Parameters query,
      Map<String, String> labels,
      String resourceType) {
    var endpoints = table.get(request.method());
    var endpoint =
        endpoints == null ? null : Endpoint.choose(endpoints, query, request.headers(), true);
    return new Match(endpoint, labels, resourceType);
  }
}
