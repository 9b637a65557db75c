package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.CreateGrantResponse;
import dev.bulwark.api.kms.GrantConstraints;
import dev.bulwark.api.kms.GrantListEntry;
import dev.bulwark.api.kms.ListGrantsRequest;
import dev.bulwark.api.kms.ListGrantsResponse;
import dev.bulwark.api.kms.ListRetirableGrantsRequest;
import dev.bulwark.api.kms.RetireGrantRequest;
import dev.bulwark.api.kms.RevokeGrantRequest;
import dev.bulwark.base.Arn;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.WriteTx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Grants: permissions beside the key policy, which whoever may can give away and take back. They
 * count at once, so that grant tokens only have to be genuine.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html">Grants</a>
 */
final class Grants {
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
  List<Permission> creating(CreateGrantRequest in, Caller caller) {
    tokens.check(in.grantTokens());
    var key = keys.finder().byId(in.keyId(), caller);
    var wanted = WantedGrant.asked(in, key.record(), caller);
    var context =
        constraints(describe(access.context(key, caller), caller), wanted)
            .putAll("kms:GrantOperations", wanted.operations())
            .put("kms:GranteePrincipal", in.granteePrincipal())
            .put("kms:GranteeServicePrincipal", in.granteeServicePrincipal())
            .put("kms:GrantConstraintSourceArn", wanted.sourceArn())
            .put("kms:RetiringPrincipal", in.retiringPrincipal())
            .put("kms:RetiringServicePrincipal", in.retiringServicePrincipal());
    return List.of(
        access.permission("kms:CreateGrant", key.key(), caller, context, wanted::isWithin));
  }

  /** Whether a service deals with grants for what it keeps, in the name of the caller. */
  static KeyContext describe(KeyContext context, Caller caller) {
    return context.put("kms:GrantIsForAWSResource", !caller.authentication().calledVia().isEmpty());
  }

  /** Policies see the pairs of a grant's constraint as those of an encryption context. */
  private static KeyContext constraints(KeyContext context, GrantRecord grant) {
    return context
        .encryptionContext(grant.contextPairs())
        .put("kms:GrantConstraintType", grant.constraintType());
  }

  CreateGrantResponse create(CreateGrantRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    var grant = usable(in, key, call);
    Cryptography.refuseDryRun(in.dryRun());
    return call.write(
        tx -> {
          var made = insert(tx, key, grant);
          // The token, which lets its bearer use the grant, is in no event.
          call.tells(RevokeGrantRequest.builder().keyId(key.arn()).grantId(made.grantId()).build());
          return made;
        });
  }

  /** Makes a grant for another service, in the caller's name. */
  Served<CreateGrantResponse> createFor(Caller caller, CreateGrantRequest in) {
    creating(in, caller).forEach(caller::require);
    var key = keys.finder().byId(in.keyId(), caller).present().record();
    var grant = usable(in, key, caller);
    return new Served<>(key, keys.tables().store().write(tx -> insert(tx, key, grant)));
  }

  private GrantRecord usable(CreateGrantRequest in, KeyRecord key, Caller caller) {
    KeyStates.requireUsable(key, caller.time());
    if (key.identity().awsManaged() && caller.authentication().calledVia().isEmpty()) {
      throw KmsErrors.awsManaged(key.arn());
    }
    return WantedGrant.of(in, key, caller, principals);
  }

  private CreateGrantResponse insert(WriteTx tx, KeyRecord key, GrantRecord grant) {
    var grants = keys.tables().grants;
    var before = grants.same(tx, grant);
    if (before.isPresent()) {
      return answer(before.get());
    }
    if (grants.count(tx, grant) >= quotas.grantsOnKey()) {
      throw KmsErrors.limit(
          "The key %s has reached the quota of %d grants."
              .formatted(key.arn(), quotas.grantsOnKey()));
    }
    grants.insert(tx, grant);
    return answer(grant);
  }

  private CreateGrantResponse answer(GrantRecord grant) {
    return CreateGrantResponse.builder()
        .grantId(grant.grantId())
        .grantToken(tokens.of(grant))
        .build();
  }

  ListGrantsResponse list(ListGrantsRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    if (in.granteePrincipal() != null && in.granteeServicePrincipal() != null) {
      throw KmsErrors.validation(
          "You can specify either GranteePrincipal or GranteeServicePrincipal, but not both.");
    }
    var grantee = in.granteePrincipal();
    var stored = grantee == null ? in.granteeServicePrincipal() : listed(grantee);
    return in.grantId() == null
        ? response(page(in, key, stored))
        : response(
            new Pages.Page<>(
                keys.tables().grants.find(key, in.grantId()).stream()
                    .filter(grant -> stored == null || grant.grantee().equals(stored))
                    .toList(),
                null));
  }

  /** Grants to who is gone are listed by the unique id, which is then asked for. */
  private String listed(String grantee) {
    return grantee.startsWith("arn:") ? WantedGrant.bind(grantee, principals) : grantee;
  }

  private Pages.Page<GrantRecord> page(
      ListGrantsRequest in, KeyRecord key, @Nullable String grantee) {
    var tables = keys.tables();
    return tables
        .store()
        .read(
            tx ->
                pages.of(
                    (after, limit) -> tables.grants.page(tx, key, grantee, after, limit),
                    in.limit(),
                    50,
                    in.marker(),
                    Key.of("grants", key.arn(), grantee == null ? "" : grantee)));
  }

  private ListGrantsResponse response(Pages.Page<GrantRecord> page) {
    return ListGrantsResponse.builder()
        .grants(page.items().stream().map(this::view).toList())
        .nextMarker(page.marker())
        .truncated(page.truncated())
        .build();
  }

  /**
   * The grants that a principal of the account can retire, on keys of whatever account. Which
   * service could is told to services alone.
   */
  ListGrantsResponse listRetirable(ListRetirableGrantsRequest in, Call call) {
    var retiring = in.retiringPrincipal();
    if ((retiring == null) == (in.retiringServicePrincipal() == null)) {
      throw KmsErrors.validation(
          "You must specify either RetiringPrincipal or RetiringServicePrincipal, but not both.");
    }
    if (retiring == null) {
      throw KmsErrors.validation(
          "RetiringServicePrincipal can be specified by service principals only.");
    }
    var stored = WantedGrant.bind(retiring, principals);
    if (!isOf(call.accountId(), retiring)) {
      throw KmsErrors.invalidPrincipal(retiring);
    }
    var tables = keys.tables();
    return response(
        tables
            .store()
            .read(
                tx ->
                    pages.of(
                        (after, limit) ->
                            tables.grants.retirableBy(tx, stored, call.region(), after, limit),
                        in.limit(),
                        50,
                        in.marker(),
                        Key.of("retirable", call.region(), stored))));
  }

  private static boolean isOf(String accountId, String principal) {
    return principal.equals(accountId)
        || Arn.tryParse(principal).filter(arn -> arn.account().equals(accountId)).isPresent();
  }

  private GrantListEntry view(GrantRecord grant) {
    boolean service = GrantRecord.isService(grant.grantee());
    var retiring = grant.retiring();
    boolean retiredByService = retiring != null && GrantRecord.isService(retiring);
    return GrantListEntry.builder()
        .keyId(grant.keyArn())
        .grantId(grant.grantId())
        .name(grant.name() == null ? "" : grant.name())
        .creationDate(grant.created())
        .granteePrincipal(service ? null : principals.show(grant.grantee()))
        .granteeServicePrincipal(service ? grant.grantee() : null)
        .retiringPrincipal(retiring == null || retiredByService ? null : principals.show(retiring))
        .retiringServicePrincipal(retiredByService ? retiring : null)
        .issuingAccount("arn:aws:iam::" + grant.issuingAccount() + ":root")
        .operations(grant.operations())
        .constraints(constraints(grant))
        .build();
  }

  private static @Nullable GrantConstraints constraints(GrantRecord grant) {
    return grant.contextEquals() == null
            && grant.contextSubset() == null
            && grant.sourceArn() == null
        ? null
        : GrantConstraints.builder()
            .encryptionContextEquals(grant.contextEquals())
            .encryptionContextSubset(grant.contextSubset())
            .sourceArn(grant.sourceArn())
            .build();
  }

  Unit revoke(RevokeGrantRequest in, Call call) {
    var key = keys.byId(in.keyId(), call);
    var grant = require(key, in.grantId());
    Cryptography.refuseDryRun(in.dryRun());
    return delete(grant, call);
  }

  private GrantRecord require(KeyRecord key, String grantId) {
    return keys.tables()
        .grants
        .find(key, grantId)
        .orElseThrow(() -> KmsErrors.noSuchGrant(grantId));
  }

  private Unit delete(GrantRecord grant, Call call) {
    return call.write(tx -> delete(tx, grant));
  }

  private Unit delete(WriteTx tx, GrantRecord grant) {
    keys.tables().grants.delete(tx, grant);
    return Unit.UNIT;
  }

  /**
   * The grant itself permits its retirement: to the retiring principal, to a grantee whom it lets
   * retire it, and to the account that made it, whose IAM policies delegate that as those of the
   * key's account do. Those can deny it to anybody; the key policy has no say.
   *
   * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html">Retiring
   *     and revoking grants</a>
   */
  List<Permission> retiring(RetireGrantRequest in, Caller caller) {
    var grant = named(in, caller);
    var eligible = new ArrayList<String>(3);
    eligible.add(grant.issuingAccount());
    if (grant.retiring() != null) {
      eligible.add(grant.retiring());
    }
    if (grant.operations().contains("RetireGrant")) {
      eligible.add(grant.grantee());
    }
    var key = keys.finder().byId(grant.keyArn(), caller);
    return List.of(
        new Permission(
            "kms:RetireGrant",
            Resource.of(grant.keyArn())
                .ownedBy(grant.accountId())
                .withTags(key.record().tags())
                .withGrants(eligible.stream().map(grant::to).toList()),
            constraints(access.context(key, caller), grant).toContext()));
  }

  private GrantRecord named(RetireGrantRequest in, Caller call) {
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

  Unit retire(RetireGrantRequest in, Call call) {
    var grant = named(in, call);
    keys.byId(grant.keyArn(), call);
    Cryptography.refuseDryRun(in.dryRun());
    return delete(grant, call);
  }

  /** Retires a grant for another service, or as one that may. */
  Served<Unit> retireFor(Caller caller, RetireGrantRequest in) {
    retiring(in, caller).forEach(caller::require);
    var grant = named(in, caller);
    var key = keys.finder().byId(grant.keyArn(), caller).present().record();
    return new Served<>(key, keys.tables().store().write(tx -> delete(tx, grant)));
  }
}
