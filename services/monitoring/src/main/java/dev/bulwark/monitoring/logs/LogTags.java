package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.ListTagsForResourceRequest;
import dev.bulwark.api.logs.ListTagsForResourceResponse;
import dev.bulwark.api.logs.ListTagsLogGroupRequest;
import dev.bulwark.api.logs.ListTagsLogGroupResponse;
import dev.bulwark.api.logs.TagLogGroupRequest;
import dev.bulwark.api.logs.TagResourceRequest;
import dev.bulwark.api.logs.UntagLogGroupRequest;
import dev.bulwark.api.logs.UntagResourceRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tags of log groups, by both families of operations. */
final class LogTags {
  private static final int MOST = 50;

  private final Groups groups;

  LogTags(Groups groups) {
    this.groups = groups;
  }

  Unit tag(TagResourceRequest in, Call call) {
    return add(groupName(in.resourceArn()), in.tags(), call);
  }

  Unit tagGroup(TagLogGroupRequest in, Call call) {
    return add(in.logGroupName(), in.tags(), call);
  }

  private Unit add(String name, Map<String, String> added, Call call) {
    return groups.change(
        name,
        call,
        group -> {
          var tags = new HashMap<>(group.tags());
          tags.putAll(added);
          if (tags.size() > MOST) {
            throw LogsErrors.tooManyTags();
          }
          return group.withTags(tags);
        });
  }

  Unit untag(UntagResourceRequest in, Call call) {
    return remove(groupName(in.resourceArn()), in.tagKeys(), call);
  }

  Unit untagGroup(UntagLogGroupRequest in, Call call) {
    return remove(in.logGroupName(), in.tags(), call);
  }

  private Unit remove(String name, List<String> keys, Call call) {
    return groups.change(
        name,
        call,
        group -> {
          var tags = new HashMap<>(group.tags());
          keys.forEach(tags::remove);
          return group.withTags(tags);
        });
  }

  ListTagsForResourceResponse list(ListTagsForResourceRequest in, Call call) {
    return new ListTagsForResourceResponse(
        groups.require(groupName(in.resourceArn()), call).tags());
  }

  ListTagsLogGroupResponse listOfGroup(ListTagsLogGroupRequest in, Call call) {
    return new ListTagsLogGroupResponse(groups.require(in.logGroupName(), call).tags());
  }

  /** Of the resources with tags, log groups alone are there. */
  static String groupName(String arn) {
    if (!arn.startsWith("arn:") || !arn.contains(":log-group:")) {
      throw LogsErrors.noResource();
    }
    return Groups.nameOf(arn);
  }
}
