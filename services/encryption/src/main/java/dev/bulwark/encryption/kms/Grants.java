package dev.bulwark.encryption.kms;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.CreateGrantResponse;
import dev.bulwark.api.kms.GrantConstraints;
import dev.bulwark.api.kms.GrantListEntry;
import dev.bulwark.api.kms.ListGrantsRequest;
import dev.bulwark.api.kms.ListGrantsResponse;
import dev.bulwark.api.kms.ListRetirableGrantsRequest;
import dev.bulwark.api.kms.RetireGrantRequest;
import dev.bulwark.api.kms.RevokeGrantRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.policy.Principals;
import dev.bulwark.policy.Requester;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Grants: permissions beside the key policy, which whoever may can give away and take back. They
 * count at once, so that grant tokens only have to be genuine.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html">Grants</a>
 */
final class Grants {
  private static final int LONGEST_VALUE = 384;
  private static final int MOST_PAIRS = 8;

  private final KeyStore keys;
  private final KeyAccess access;
  private final KeyPrincipals principals;
  private final GrantTokens tokens;
  private final KmsQuotas quotas;
  private final Pages pages;

  Grants(
      KeyStore keys,
      KeyAccess access,
      KeyPrincipals principals,
      GrantTokens tokens,
      KmsQuotas quotas,
      Pages pages) {
    this.keys = keys;
    this.access = access;
    this.principals = principals;
    this.tokens = tokens;
    this.quotas = quotas;
    this.pages = pages;
  }

  /** A grant can allow to make grants, but none that allow more than itself. */
  List<Permission> creating(CreateGrantRequest in, Call call) {
    tokens.check(in.grantTokens());
    var key = keys.finder().byId(in.keyId(), call);
    var wanted = wanted(in, key.record(), call);
    var constraints = in.constraints();
    var context =
        describe(access.context(key, call), call)
            .putAll("kms:GrantOperations", wanted.operations())
            .put("kms:GranteePrincipal", in.granteePrincipal())
            .put("kms:RetiringPrincipal", in.retiringPrincipal());
    if (constraints != null && wanted.contextEquals() != null) {
      context.put("kms:GrantConstraintType", "EncryptionContextEquals");
    } else if (constraints != null && wanted.contextSubset() != null) {
      context.put("kms:GrantConstraintType", "EncryptionContextSubset");
    }
    return List.of(
        access.permission("kms:CreateGrant", key.key(), call, context, wanted::isWithin));
  }

  /** Whether a service deals with grants for what it keeps, in the name of the caller. */
  static KeyContext describe(KeyContext context, Call call) {
    return context.put("kms:GrantIsForAWSResource", !call.authentication().calledVia().isEmpty());
  }

  private GrantRecord wanted(CreateGrantRequest in, KeyRecord key, Call call) {
    for (var operation : in.operations()) {
      if (!GrantOperations.fit(key.spec(), key.usage(), operation)) {
        throw KmsErrors.validation(
            "Operation " + operation + " is not supported by the key " + key.arn());
      }
    }
    var constraints = in.constraints();
    return new GrantRecord(
        key.accountId(),
        key.region(),
        key.keyId(),
        Ids.hex(32),
        in.name(),
        bind(in.granteePrincipal()),
        in.retiringPrincipal() == null ? null : bind(in.retiringPrincipal()),
        call.principal().accountId(),
        in.operations().stream().distinct().toList(),
        constraints == null ? null : pairs(constraints.encryptionContextEquals()),
        constraints == null ? null : pairs(constraints.encryptionContextSubset()),
        Keys.now(call));
  }

  private static @Nullable Map<String, String> pairs(@Nullable Map<String, String> context) {
    if (context == null) {
      return null;
    }
    if (context.size() > MOST_PAIRS
        || context.values().stream().anyMatch(value -> value.length() > LONGEST_VALUE)) {
      throw KmsErrors.validation(
          "A grant constraint holds at most 8 pairs with values of at most 384 characters.");
    }
    return context;
  }

  private String bind(String principal) {
    return principals.bind(principal).orElseThrow(() -> KmsErrors.invalidArn(principal));
  }

  CreateGrantResponse create(CreateGrantRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    KeyStates.requireUsable(key, call.time());
    if (key.identity().awsManaged() && call.authentication().calledVia().isEmpty()) {
      throw KmsErrors.awsManaged(key.arn());
    }
    var grant = wanted(in, key, call);
    if (Boolean.TRUE.equals(in.dryRun())) {
      throw KmsErrors.dryRun();
    }
    var table = keys.tables().grants;
    return call.write(
        tx -> {
          var on = Key.prefix(key.accountId(), key.region(), key.keyId());
          if (grant.name() != null) {
            for (var one : keys.tables().grantsOn(key)) {
              if (one.isSameAs(grant)) {
                return answer(one);
              }
            }
          }
          if (table.count(tx, on) >= quotas.grantsOnKey()) {
            throw KmsErrors.limit(
                "The key %s has reached the quota of %d grants."
                    .formatted(key.arn(), quotas.grantsOnKey()));
          }
          table.insert(tx, KmsTables.key(grant), grant);
          return answer(grant);
        });
  }

  private CreateGrantResponse answer(GrantRecord grant) {
    return CreateGrantResponse.builder()
        .grantId(grant.grantId())
        .grantToken(tokens.of(grant))
        .build();
  }

  ListGrantsResponse list(ListGrantsRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    var grantee = in.granteePrincipal();
    var stored = grantee == null ? null : principals.bind(grantee).orElse(grantee);
    var tables = keys.tables();
    var page =
        tables
            .store()
            .read(
                tx ->
                    pages.of(
                        (after, limit) ->
                            tables.grants.scan(
                                tx,
                                Scan.prefix(Key.prefix(key.accountId(), key.region(), key.keyId()))
                                    .after(after)
                                    .limit(limit)),
                        in.limit(),
                        50,
                        in.marker(),
                        "grants|" + key.arn()));
    return ListGrantsResponse.builder()
        .grants(
            page.items().stream()
                .filter(grant -> in.grantId() == null || grant.grantId().equals(in.grantId()))
                .filter(grant -> stored == null || grant.grantee().equals(stored))
                .map(this::view)
                .toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  ListGrantsResponse listRetirable(ListRetirableGrantsRequest in, Call call) {
    var stored = bind(in.retiringPrincipal());
    var tables = keys.tables();
    var page =
        tables
            .store()
            .read(
                tx ->
                    pages.of(
                        (after, limit) ->
                            tables.retirableBy(
                                tx, stored, call.accountId(), call.region(), after, limit),
                        in.limit(),
                        50,
                        in.marker(),
                        "retirable|" + stored + "|" + call.accountId() + "|" + call.region()));
    return ListGrantsResponse.builder()
        .grants(page.items().stream().map(this::view).toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  private GrantListEntry view(GrantRecord grant) {
    return GrantListEntry.builder()
        .keyId("arn:aws:kms:" + grant.region() + ":" + grant.accountId() + ":key/" + grant.keyId())
        .grantId(grant.grantId())
        .name(grant.name() == null ? "" : grant.name())
        .creationDate(grant.created())
        .granteePrincipal(principals.show(grant.grantee()))
        .retiringPrincipal(grant.retiring() == null ? null : principals.show(grant.retiring()))
        .issuingAccount("arn:aws:iam::" + grant.issuingAccount() + ":root")
        .operations(grant.operations())
        .constraints(constraints(grant))
        .build();
  }

  private static @Nullable GrantConstraints constraints(GrantRecord grant) {
    return grant.contextEquals() == null && grant.contextSubset() == null
        ? null
        : GrantConstraints.builder()
            .encryptionContextEquals(grant.contextEquals())
            .encryptionContextSubset(grant.contextSubset())
            .build();
  }

  Unit revoke(RevokeGrantRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    var grant = require(key, in.grantId());
    if (Boolean.TRUE.equals(in.dryRun())) {
      throw KmsErrors.dryRun();
    }
    return delete(grant, call);
  }

  private GrantRecord require(KeyRecord key, String grantId) {
    for (var grant : keys.tables().grantsOn(key)) {
      if (grant.grantId().equals(grantId)) {
        return grant;
      }
    }
    throw KmsErrors.noSuchGrant(grantId);
  }

  private Unit delete(GrantRecord grant, Call call) {
    return call.write(
        tx -> {
          keys.tables().grants.delete(tx, KmsTables.key(grant));
          return Unit.UNIT;
        });
  }

  /**
   * The retiring principal needs no permission, nor does a grantee whom the grant lets retire it.
   */
  List<Permission> retiring(RetireGrantRequest in, Call call) {
    var grant = named(in, call);
    if (isFor(grant.retiring(), call)
        || (grant.operations().contains("RetireGrant") && isFor(grant.grantee(), call))) {
      return List.of();
    }
    var key = keys.finder().byId(arn(grant), call);
    return List.of(
        access.permission(
            "kms:RetireGrant", key.key(), call, access.context(key, call), other -> false));
  }

  private static String arn(GrantRecord grant) {
    return "arn:aws:kms:" + grant.region() + ":" + grant.accountId() + ":key/" + grant.keyId();
  }

  private GrantRecord named(RetireGrantRequest in, Call call) {
    if (in.grantToken() != null && in.keyId() == null && in.grantId() == null) {
      var ids = tokens.read(in.grantToken());
      var key = keys.finder().byId(ids.keyArn(), call);
      return require(key.record(), ids.grantId());
    }
    if (in.grantToken() != null || in.keyId() == null || in.grantId() == null) {
      throw KmsErrors.validation(
          "You must specify either a grant token, or both a key ID and a grant ID.");
    }
    return require(keys.finder().byId(in.keyId(), call).record(), in.grantId());
  }

  private static boolean isFor(@Nullable String stored, Call call) {
    if (stored == null) {
      return false;
    }
    var requester = Authorizer.requester(call.principal());
    return switch (GrantRecord.principal(stored)) {
      case Principals.Principal.UniqueId id ->
          switch (requester) {
            case Requester.IamUser user -> user.userId().equals(id.id());
            case Requester.RoleSession session -> session.roleId().equals(id.id());
            default -> false;
          };
      case Principals.Principal.Arn arn ->
          arn.arn().equals(call.principal().arn())
              || arn.arn().equals(call.principal().principalArn());
      case Principals.Principal.Account account ->
          call.principal() instanceof Principal.AccountRoot root
              && root.accountId().equals(account.accountId());
      default -> false;
    };
  }

  Unit retire(RetireGrantRequest in, Call call) {
    var grant = named(in, call);
    keys.byId(arn(grant), call);
    if (Boolean.TRUE.equals(in.dryRun())) {
      throw KmsErrors.dryRun();
    }
    return delete(grant, call);
  }
}
