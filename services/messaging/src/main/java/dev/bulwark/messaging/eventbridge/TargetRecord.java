package dev.bulwark.messaging.eventbridge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A target as stored with its rule.
 *
 * @param input what it is told instead of the event
 * @param inputPath the part of the event that it is told
 * @param inputTemplate the text that it is told, with places for parts of the event
 * @param http of API destinations
 */
record TargetRecord(
    String id,
    String arn,
    @Nullable String roleArn,
    @Nullable String input,
    @Nullable String inputPath,
    Map<String, String> inputPaths,
    @Nullable String inputTemplate,
    @Nullable String messageGroupId,
    @Nullable String deadLetterQueue,
    @Nullable Integer maximumRetries,
    @Nullable Integer maximumAge,
    Http http) {

  /** What requests to API destinations say besides. */
  record Http(List<String> path, Map<String, String> headers, Map<String, String> query) {
    static final Http NONE = new Http(List.of(), Map.of(), Map.of());

    Http {
      path = List.copyOf(path);
      headers = Map.copyOf(headers);
      query = Map.copyOf(query);
    }
  }

  TargetRecord {
    inputPaths = new LinkedHashMap<>(inputPaths);
    // Targets of before there were API destinations are stored without.
    http = http == null ? Http.NONE : http;
  }

  int retries() {
    return maximumRetries == null ? 185 : maximumRetries;
  }

  long ageMillis() {
    return (maximumAge == null ? 86_400 : maximumAge) * 1000L;
  }
}
