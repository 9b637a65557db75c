package dev.bulwark.messaging.eventbridge;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A target as stored with its rule.
 *
 * @param input what it is told instead of the event
 * @param inputPath the part of the event that it is told
 * @param inputTemplate the text that it is told, with places for parts of the event
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
    @Nullable Integer maximumAge) {

  TargetRecord {
    inputPaths = new LinkedHashMap<>(inputPaths);
  }

  int retries() {
    return maximumRetries == null ? 185 : maximumRetries;
  }

  long ageMillis() {
    return (maximumAge == null ? 86_400 : maximumAge) * 1000L;
  }
}
