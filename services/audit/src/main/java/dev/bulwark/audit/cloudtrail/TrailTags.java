package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.AddTagsRequest;
import dev.bulwark.api.cloudtrail.AddTagsResponse;
import dev.bulwark.api.cloudtrail.ListTagsRequest;
import dev.bulwark.api.cloudtrail.ListTagsResponse;
import dev.bulwark.api.cloudtrail.RemoveTagsRequest;
import dev.bulwark.api.cloudtrail.RemoveTagsResponse;
import dev.bulwark.api.cloudtrail.ResourceTag;
import dev.bulwark.api.cloudtrail.Tag;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tags of trails, and of what CloudTrail Lake has. */
final class TrailTags {
  private static final int MOST = 50;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 256;
  private static final int MOST_ARNS = 20;

  private final TrailTables tables;
  private final TrailFinder finder;
  private final LakeTags lake;

  TrailTags(TrailTables tables, TrailFinder finder, LakeTags lake) {
    this.tables = tables;
    this.finder = finder;
    this.lake = lake;
  }

  /** What a request about tags is authorized against. */
  Resource resource(String arn, Call call) {
    return LakeTags.knows(arn) ? lake.resource(arn, call) : finder.resource(arn, call);
  }

  /**
   * Tags that a request gives.
   *
   * @throws dev.bulwark.schema.ApiException InvalidTagParameterException,
   *     TagsLimitExceededException
   */
  static Map<String, String> of(@Nullable List<Tag> given) {
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given == null ? List.<Tag>of() : given) {
      var value = tag.value() == null ? "" : tag.value();
      if (tag.key().isEmpty() || tag.key().length() > LONGEST_KEY) {
        throw CloudTrailErrors.invalidTag("Tag keys have 1 to 128 characters.");
      }
      if (value.length() > LONGEST_VALUE) {
        throw CloudTrailErrors.invalidTag("Tag values have 256 characters at the most.");
      }
      if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
        throw CloudTrailErrors.invalidTag("Tag keys cannot begin with aws:.");
      }
      if (tags.put(tag.key(), value) != null) {
        throw CloudTrailErrors.invalidTag("Duplicate tag key: " + tag.key());
      }
    }
    if (tags.size() > MOST) {
      throw CloudTrailErrors.tooManyTags();
    }
    return tags;
  }

  AddTagsResponse add(AddTagsRequest in, Call call) {
    var added = of(in.tagsList());
    return call.write(
        tx -> {
          change(tx, in.resourceId(), tags -> tags.putAll(added), call);
          return new AddTagsResponse();
        });
  }

  RemoveTagsResponse remove(RemoveTagsRequest in, Call call) {
    return call.write(
        tx -> {
          change(
              tx,
              in.resourceId(),
              tags -> in.tagsList().forEach(tag -> tags.remove(tag.key())),
              call);
          return new RemoveTagsResponse();
        });
  }

  private void change(WriteTx tx, String arn, Consumer<Map<String, String>> change, Call call) {
    if (LakeTags.knows(arn)) {
      lake.change(tx, arn, before -> changed(before, change), call);
    } else {
      requireTrail(arn);
      var trail = finder.requireOwn(tx, arn, call);
      tables.put(tx, call, trail, trail.withTags(changed(trail.tags(), change)));
    }
  }

  private static Map<String, String> changed(
      Map<String, String> before, Consumer<Map<String, String>> change) {
    var tags = new HashMap<>(before);
    change.accept(tags);
    if (tags.size() > MOST) {
      throw CloudTrailErrors.tooManyTags();
    }
    return tags;
  }

  ListTagsResponse list(ListTagsRequest in, Call call) {
    if (in.resourceIdList().size() > MOST_ARNS) {
      throw CloudTrailErrors.invalidParameter("The list has a limit of 20 ARNs.");
    }
    return tables
        .store()
        .read(
            tx ->
                new ListTagsResponse(
                    in.resourceIdList().stream()
                        .map(arn -> new ResourceTag(arn, shown(tags(tx, arn, call))))
                        .toList(),
                    null));
  }

  private Map<String, String> tags(ReadTx tx, String arn, Call call) {
    if (LakeTags.knows(arn)) {
      return lake.tags(tx, arn, call);
    }
    requireTrail(arn);
    return finder.require(tx, arn, call).tags();
  }

  private static List<Tag> shown(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream().map(tag -> new Tag(tag.getKey(), tag.getValue())).toList();
  }

  private static void requireTrail(String arn) {
    if (!arn.startsWith("arn:")) {
      throw CloudTrailErrors.invalidArn(arn);
    }
    if (!arn.contains(":trail/")) {
      throw CloudTrailErrors.resourceType(arn);
    }
  }
}
