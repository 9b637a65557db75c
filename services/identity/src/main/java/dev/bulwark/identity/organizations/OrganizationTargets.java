package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.Tag;
import dev.bulwark.identity.iam.CompiledPolicies;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What operations are authorized against. The management account's callers need their own policies'
 * leave. So do a member's, and where the organization's resource policy delegates the operation to
 * the member, that policy has to allow as well.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html">Service
 *     Authorization Reference</a>
 */
final class OrganizationTargets {
  private final OrganizationTables tables;
  private final Standings standings;
  private final CompiledPolicies compiled;

  OrganizationTargets(OrganizationTables tables, Standings standings, CompiledPolicies compiled) {
    this.tables = tables;
    this.standings = standings;
    this.compiled = compiled;
  }

  /** Against no resource. */
  List<Permission> any(Call call, Context keys) {
    return permissions(call, keys, standing -> List.of());
  }

  List<Permission> any(Call call) {
    return any(call, Context.EMPTY);
  }

  /** What every account may ask about itself, whatever its place. */
  List<Permission> own(Call call) {
    return List.of(Permission.of(action(call), Resource.ANY));
  }

  /** Against an account; without one it is about the caller's own. */
  List<Permission> ownOr(Call call, Context keys, @Nullable String accountId) {
    return accountId == null || accountId.equals(call.principal().accountId())
        ? List.of(new Permission(action(call), Resource.ANY, keys))
        : targets(call, keys, accountId);
  }

  /** Whoever gives tags to something new must also be allowed to tag it. */
  List<Permission> andTag(List<Permission> permissions, @Nullable List<Tag> tags) {
    if (tags == null || tags.isEmpty()) {
      return permissions;
    }
    var all = new ArrayList<>(permissions);
    for (var permission : permissions) {
      all.add(
          new Permission("organizations:TagResource", permission.resource(), permission.keys()));
    }
    return all;
  }

  /** Against roots, units and accounts, by their ids. */
  List<Permission> targets(Call call, Context keys, String... ids) {
    return permissions(
        call,
        keys,
        standing ->
            List.of(ids).stream()
                .map(id -> OrganizationArns.target(standing.organization(), id))
                .toList());
  }

  List<Permission> targets(Call call, String... ids) {
    return targets(call, Context.EMPTY, ids);
  }

  /** Against a policy, and roots, units or accounts beside it. */
  List<Permission> policy(Call call, String policyId, String... targetIds) {
    return policy(call, Context.EMPTY, policyId, targetIds);
  }

  private List<Permission> policy(Call call, Context more, String policyId, String... targetIds) {
    return tables
        .store()
        .read(
            tx -> {
              var standing = standings.find(tx, call.principal().accountId());
              var type = standing == null ? null : typeOf(tx, standing, policyId);
              var keys =
                  Context.builder()
                      .put("organizations:PolicyType", type)
                      .fallback(more::get)
                      .build();
              return permissions(
                  call,
                  keys,
                  tx,
                  standing,
                  found -> {
                    var arns = new ArrayList<String>();
                    arns.add(
                        OrganizationArns.policy(
                            found.organization(), type == null ? "unknown" : type, policyId));
                    for (var id : targetIds) {
                      arns.add(OrganizationArns.target(found.organization(), id));
                    }
                    return arns;
                  });
            });
  }

  private @Nullable String typeOf(ReadTx tx, Standing standing, String policyId) {
    var aws = AwsPolicies.find(policyId);
    if (aws != null) {
      return aws.type();
    }
    var policy = tables.policies().get(tx, Key.of(standing.organizationId(), policyId));
    return policy == null ? null : policy.type();
  }

  /** Against the organization's resource policy. */
  List<Permission> resourcePolicy(Call call, Context keys) {
    return permissions(
        call,
        keys,
        standing -> {
          var policy = standing.delegation();
          return policy == null
              ? List.of()
              : List.of(OrganizationArns.resourcePolicy(standing.organization(), policy.id()));
        });
  }

  /** Against whatever can be tagged, by its id. */
  List<Permission> taggable(Call call, String id, Context keys) {
    if (id.startsWith("p-")) {
      return policy(call, keys, id);
    }
    return id.startsWith("rp-") ? resourcePolicy(call, keys) : targets(call, keys, id);
  }

  /** Against a handshake. */
  List<Permission> handshake(Call call, String handshakeId) {
    var found = tables.handshakes().get(handshakeId);
    return List.of(
        Permission.of(
            action(call),
            found == null ? Resource.ANY : Resource.of(OrganizationArns.handshake(found))));
  }

  private List<Permission> permissions(
      Call call, Context keys, Function<Standing, List<String>> arns) {
    return tables
        .store()
        .read(
            tx ->
                permissions(
                    call, keys, tx, standings.find(tx, call.principal().accountId()), arns));
  }

  private List<Permission> permissions(
      Call call,
      Context keys,
      ReadTx tx,
      @Nullable Standing standing,
      Function<Standing, List<String>> arns) {
    var action = action(call);
    if (standing == null) {
      return List.of(new Permission(action, Resource.ANY, keys));
    }
    var found = arns.apply(standing);
    return (found.isEmpty() ? List.of("*") : found)
        .stream()
            .map(arn -> new Permission(action, resource(tx, call, standing, arn), keys))
            .toList();
  }

  private Resource resource(ReadTx tx, Call call, Standing standing, String arn) {
    var resource = Resource.of(arn).withTags(tags(tx, standing, arn));
    var delegation = standing.delegation();
    if (delegation == null
        || standing.management()
        || Standings.actsByItself(standing, call)
        || !Standings.isDelegatedTo(standing, call)) {
      return resource;
    }
    return resource
        .ownedBy(standing.organization().managementAccountId())
        .withPolicy(compiled.compile(delegation.content(), PolicyKind.RESOURCE));
  }

  private Map<String, String> tags(ReadTx tx, Standing standing, String arn) {
    var id = arn.substring(arn.lastIndexOf('/') + 1);
    var organization = standing.organization();
    if (id.equals(organization.rootId())) {
      return organization.rootTags();
    }
    if (id.startsWith("ou-")) {
      var unit = tables.units().get(tx, Key.of(organization.id(), id));
      return unit == null ? Map.of() : unit.tags();
    }
    if (id.startsWith("p-")) {
      var policy = tables.policies().get(tx, Key.of(organization.id(), id));
      return policy == null ? Map.of() : policy.tags();
    }
    var member = tables.members().get(tx, id);
    return member == null ? Map.of() : member.tags();
  }

  private static String action(Call call) {
    return "organizations:" + call.operation().name();
  }

  /** The condition keys that tell of the tags of a request. */
  static Context requestTags(@Nullable List<Tag> tags) {
    return tags == null || tags.isEmpty() ? Context.EMPTY : requestTags(Context.builder(), tags);
  }

  private static Context requestTags(Context.Builder keys, List<Tag> tags) {
    tags.forEach(tag -> keys.put("aws:RequestTag/" + tag.key(), tag.value()));
    return keys.putAll("aws:TagKeys", tags.stream().map(Tag::key).toList()).build();
  }

  /** The condition key that tells of the tags that a request takes away. */
  static Context tagKeys(List<String> keys) {
    return Context.builder().putAll("aws:TagKeys", keys).build();
  }

  /** The type of policy that a request names, and its tags. */
  static Context policyType(@Nullable String type, @Nullable List<Tag> tags) {
    var keys = Context.builder().put("organizations:PolicyType", type);
    return tags == null || tags.isEmpty() ? keys.build() : requestTags(keys, tags);
  }

  /** The service that a request names. */
  static Context service(@Nullable String servicePrincipal) {
    return Context.builder().put("organizations:ServicePrincipal", servicePrincipal).build();
  }
}
