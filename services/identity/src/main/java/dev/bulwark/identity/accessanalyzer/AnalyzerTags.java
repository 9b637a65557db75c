package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.ListTagsForResourceRequest;
import dev.bulwark.api.accessanalyzer.ListTagsForResourceResponse;
import dev.bulwark.api.accessanalyzer.TagResourceRequest;
import dev.bulwark.api.accessanalyzer.TagResourceResponse;
import dev.bulwark.api.accessanalyzer.UntagResourceRequest;
import dev.bulwark.api.accessanalyzer.UntagResourceResponse;
import dev.bulwark.service.Call;
import java.util.HashMap;
import java.util.Map;

/** The tags of analyzers. */
final class AnalyzerTags {
  private static final int MOST = 50;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;

  private final Analyzers analyzers;

  AnalyzerTags(Analyzers analyzers) {
    this.analyzers = analyzers;
  }

  TagResourceResponse tag(TagResourceRequest in, Call call) {
    return analyzers.change(
        call,
        analyzers.requireArn(call, in.resourceArn()),
        before -> {
          var tags = new HashMap<>(before.tags());
          tags.putAll(in.tags());
          return before.withTags(checked(tags));
        },
        after -> new TagResourceResponse());
  }

  UntagResourceResponse untag(UntagResourceRequest in, Call call) {
    return analyzers.change(
        call,
        analyzers.requireArn(call, in.resourceArn()),
        before -> {
          var tags = new HashMap<>(before.tags());
          in.tagKeys().forEach(tags::remove);
          return before.withTags(tags);
        },
        after -> new UntagResourceResponse());
  }

  ListTagsForResourceResponse list(ListTagsForResourceRequest in, Call call) {
    return new ListTagsForResourceResponse(analyzers.requireArn(call, in.resourceArn()).tags());
  }

  /**
   * Tags that an analyzer can have.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException
   */
  static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > MOST) {
      throw AnalyzerErrors.invalid("An analyzer can have at most 50 tags");
    }
    for (var tag : tags.entrySet()) {
      if (tag.getKey().isEmpty()
          || tag.getKey().length() > LONGEST_KEY
          || tag.getValue().length() > LONGEST_VALUE
          || tag.getKey().startsWith("aws:")) {
        throw AnalyzerErrors.invalid("Invalid tag: " + tag.getKey());
      }
    }
    return Map.copyOf(tags);
  }
}
