package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.ListTagsRequest;
import dev.bulwark.api.cloudhsmv2.ListTagsResponse;
import dev.bulwark.api.cloudhsmv2.Tag;
import dev.bulwark.api.cloudhsmv2.TagResourceRequest;
import dev.bulwark.api.cloudhsmv2.TagResourceResponse;
import dev.bulwark.api.cloudhsmv2.UntagResourceRequest;
import dev.bulwark.api.cloudhsmv2.UntagResourceResponse;
import dev.bulwark.service.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tags of clusters and backups. */
final class CloudHsmTags {
  private static final int MOST = 50;
  private static final int PAGE = 100;
  private static final String BACKUP = "backup-";

  private final Clusters clusters;
  private final Backups backups;
  private final CloudHsmPages pages;

  CloudHsmTags(Clusters clusters, Backups backups, CloudHsmPages pages) {
    this.clusters = clusters;
    this.backups = backups;
    this.pages = pages;
  }

  /** The tags of a request. */
  static Map<String, String> read(@Nullable List<Tag> tags) {
    var read = new HashMap<String, String>();
    if (tags != null) {
      for (var tag : tags) {
        if (tag.key().toLowerCase(Locale.ROOT).startsWith("aws:")) {
          throw CloudHsmErrors.tag("Tag keys that begin with aws: are reserved.");
        }
        if (read.put(tag.key(), tag.value()) != null) {
          throw CloudHsmErrors.tag("The tag key " + tag.key() + " is there twice.");
        }
      }
    }
    return Map.copyOf(read);
  }

  TagResourceResponse tag(TagResourceRequest in, Call call) {
    var added = read(in.tagList());
    change(
        in.resourceId(),
        call,
        tags -> {
          var all = new HashMap<>(tags);
          all.putAll(added);
          if (all.size() > MOST) {
            throw CloudHsmErrors.tag("A resource has at most 50 tags.");
          }
          return all;
        });
    return TagResourceResponse.builder().build();
  }

  UntagResourceResponse untag(UntagResourceRequest in, Call call) {
    change(
        in.resourceId(),
        call,
        tags -> {
          var left = new HashMap<>(tags);
          in.tagKeyList().forEach(left::remove);
          return left;
        });
    return UntagResourceResponse.builder().build();
  }

  private void change(String id, Call call, UnaryOperator<Map<String, String>> change) {
    if (id.startsWith(BACKUP)) {
      var backup = backups.noted(id, call);
      call.write(
          tx -> {
            backups.changeReady(
                tx, call, backup, before -> before.withTags(change.apply(before.tags())));
            return TagResourceResponse.builder().build();
          });
    } else {
      var cluster = clusters.noted(id, call);
      call.write(
          tx -> {
            clusters.change(
                tx, call, cluster.id(), before -> before.withTags(change.apply(before.tags())));
            return TagResourceResponse.builder().build();
          });
    }
  }

  ListTagsResponse list(ListTagsRequest in, Call call) {
    var tags =
        in.resourceId().startsWith(BACKUP)
            ? backups.noted(in.resourceId(), call).tags()
            : clusters.noted(in.resourceId(), call).tags();
    var page =
        pages.of(
            CloudHsmViews.tags(tags),
            Tag::key,
            false,
            in.maxResults(),
            PAGE,
            in.nextToken(),
            "tags|" + in.resourceId());
    return ListTagsResponse.builder().tagList(page.items()).nextToken(page.next()).build();
  }
}
