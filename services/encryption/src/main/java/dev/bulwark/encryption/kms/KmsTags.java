package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.ListResourceTagsRequest;
import dev.bulwark.api.kms.ListResourceTagsResponse;
import dev.bulwark.api.kms.Tag;
import dev.bulwark.api.kms.TagResourceRequest;
import dev.bulwark.api.kms.UntagResourceRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags of keys. */
final class KmsTags {
  private final KeyStore keys;
  private final KmsQuotas quotas;
  private final Pages pages;

  KmsTags(KeyStore keys, KmsQuotas quotas, Pages pages) {
    this.keys = keys;
    this.quotas = quotas;
    this.pages = pages;
  }

  /** The tags of a request. */
  static Map<String, String> read(@Nullable List<Tag> tags) {
    var read = new HashMap<String, String>();
    if (tags != null) {
      for (var tag : tags) {
        if (tag.tagKey().toLowerCase(Locale.ROOT).startsWith("aws:")) {
          throw KmsErrors.tag("Tag keys that begin with aws: are reserved.");
        }
        if (read.put(tag.tagKey(), tag.tagValue()) != null) {
          throw KmsErrors.tag("Duplicate tag keys");
        }
      }
    }
    return Map.copyOf(read);
  }

  /** The tags of a request for a new key. */
  static Map<String, String> ofNewKey(@Nullable List<Tag> tags, KmsQuotas quotas) {
    var read = read(tags);
    if (read.size() > quotas.tagsOfKey()) {
      throw KmsErrors.tag("Too many tags");
    }
    return read;
  }

  Unit tag(TagResourceRequest in, Call call) {
    var added = read(in.tags());
    return keys.change(
        in.keyId(),
        call,
        key -> {
          KeyStates.requireNotLeaving(key, call.time());
          var all = new HashMap<>(key.tags());
          all.putAll(added);
          if (all.size() > quotas.tagsOfKey()) {
            throw KmsErrors.limit("Too many tags");
          }
          return key.withTags(all);
        });
  }

  Unit untag(UntagResourceRequest in, Call call) {
    return keys.change(
        in.keyId(),
        call,
        key -> {
          KeyStates.requireNotLeaving(key, call.time());
          var all = new HashMap<>(key.tags());
          in.tagKeys().forEach(all::remove);
          return key.withTags(all);
        });
  }

  ListResourceTagsResponse list(ListResourceTagsRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    var page =
        pages.of(KeyViews.tags(key.tags()), Tag::tagKey, in.limit(), 50, in.marker(), key.arn());
    return ListResourceTagsResponse.builder()
        .tags(page.items())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }
}
