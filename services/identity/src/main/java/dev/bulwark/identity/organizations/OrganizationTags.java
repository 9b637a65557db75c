package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.ListTagsForResourceRequest;
import dev.bulwark.api.organizations.ListTagsForResourceResponse;
import dev.bulwark.api.organizations.Tag;
import dev.bulwark.api.organizations.TagResourceRequest;
import dev.bulwark.api.organizations.UntagResourceRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tags of the root, units, accounts, policies and the resource policy. */
final class OrganizationTags {
  private final OrganizationTables tables;
  private final Standings standings;

  OrganizationTags(OrganizationTables tables, Standings standings) {
    this.tables = tables;
    this.standings = standings;
  }

  /** The tags of a request. */
  static Map<String, String> read(@Nullable List<Tag> tags) {
    return merge(Map.of(), tags);
  }

  private static Map<String, String> merge(Map<String, String> existing, @Nullable List<Tag> tags) {
    if (tags == null) {
      return existing;
    }
    var result = new HashMap<>(existing);
    var seen = new HashSet<String>();
    for (var tag : tags) {
      if (!seen.add(tag.key())) {
        throw OrganizationErrors.duplicateTag();
      }
      if (tag.key().regionMatches(true, 0, "aws:", 0, 4)) {
        throw OrganizationErrors.systemTag();
      }
      result.put(tag.key(), tag.value());
    }
    if (result.size() > OrganizationQuotas.TAGS) {
      throw OrganizationErrors.tooManyTags();
    }
    return result;
  }

  Unit tag(TagResourceRequest in, Call call) {
    return change(call, in.resourceId(), tags -> merge(tags, in.tags()));
  }

  Unit untag(UntagResourceRequest in, Call call) {
    return change(
        call,
        in.resourceId(),
        tags -> {
          var result = new HashMap<>(tags);
          in.tagKeys().forEach(result::remove);
          return result;
        });
  }

  ListTagsForResourceResponse list(ListTagsForResourceRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var tags = find(tx, standings.delegate(tx, call).organization(), in.resourceId());
              var all =
                  new TreeMap<>(tags)
                      .entrySet().stream()
                          .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                          .toList();
              var page =
                  OrganizationPages.of(all, Tag::key, OrganizationQuotas.TAGS, in.nextToken());
              return new ListTagsForResourceResponse(page.items(), page.next());
            });
  }

  private Map<String, String> find(ReadTx tx, OrganizationRecord organization, String id) {
    if (id.equals(organization.rootId())) {
      return organization.rootTags();
    }
    var key = Key.of(organization.id(), id);
    if (id.startsWith("ou-")) {
      var unit = tables.units().get(tx, key);
      if (unit != null) {
        return unit.tags();
      }
    } else if (id.startsWith("p-")) {
      var policy = tables.policies().get(tx, key);
      if (policy != null) {
        return policy.tags();
      }
      if (AwsPolicies.find(id) != null) {
        return Map.of();
      }
    } else if (id.startsWith("rp-")) {
      var policy = tables.resourcePolicies().get(tx, organization.id());
      if (policy != null && policy.id().equals(id)) {
        return policy.tags();
      }
    } else {
      var member = tables.members().get(tx, id);
      if (member != null && member.organizationId().equals(organization.id())) {
        return member.tags();
      }
    }
    throw OrganizationErrors.noTarget();
  }

  private Unit change(Call call, String id, UnaryOperator<Map<String, String>> change) {
    return call.write(
        tx -> {
          var organization = standings.delegate(tx, call).organization();
          put(tx, organization, id, change.apply(find(tx, organization, id)));
          return Unit.UNIT;
        });
  }

  private void put(
      WriteTx tx, OrganizationRecord organization, String id, Map<String, String> tags) {
    var key = Key.of(organization.id(), id);
    if (AwsPolicies.find(id) != null) {
      throw OrganizationErrors.immutablePolicy();
    }
    if (id.equals(organization.rootId())) {
      tables.organizations().put(tx, organization.id(), organization.withRootTags(tags));
    } else if (id.startsWith("ou-")) {
      tables.units().update(tx, key, unit -> unit.withTags(tags));
    } else if (id.startsWith("p-")) {
      tables.policies().update(tx, key, policy -> policy.withTags(tags));
    } else if (id.startsWith("rp-")) {
      tables.resourcePolicies().update(tx, organization.id(), policy -> policy.withTags(tags));
    } else {
      tables.members().update(tx, id, member -> member.withTags(tags));
    }
  }
}
