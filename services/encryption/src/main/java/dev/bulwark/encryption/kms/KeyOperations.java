package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateKeyRequest;
import dev.bulwark.api.kms.DescribeKeyRequest;
import dev.bulwark.api.kms.DisableKeyRequest;
import dev.bulwark.api.kms.EnableKeyRotationRequest;
import dev.bulwark.api.kms.KmsApi;
import dev.bulwark.api.kms.ReplicateKeyRequest;
import dev.bulwark.api.kms.ScheduleKeyDeletionRequest;
import dev.bulwark.api.kms.UpdatePrimaryRegionRequest;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.service.ServiceTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The lines of the table about keys themselves: what they are, and what becomes of them. */
final class KeyOperations {
  private final KmsHandlers handlers;

  KeyOperations(KmsHandlers handlers) {
    this.handlers = handlers;
  }

  void addTo(ServiceTable.Builder lines) {
    addKeys(lines);
    addPoliciesAndTags(lines);
    addAliasesAndGrants(lines);
    addRotations(lines);
    addImportsAndRegions(lines);
  }

  private <I extends Structure> BiFunction<I, Call, List<Permission>> key(
      String action, Function<I, String> name) {
    return key(action, name, (in, context) -> {});
  }

  private <I extends Structure> BiFunction<I, Call, List<Permission>> key(
      String action, Function<I, String> name, BiConsumer<I, KeyContext> more) {
    return (in, call) -> {
      var key = handlers.finder().byId(name.apply(in), call);
      var context = handlers.access().context(key, call);
      more.accept(in, context);
      return List.of(handlers.access().permission(action, key.key(), call, context));
    };
  }

  private void addKeys(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.CREATE_KEY)
        .permissions(this::creating)
        .eventInput(KeyOperations::asked)
        .handle(handlers.keys()::create);
    lines.on(KmsApi.DESCRIBE_KEY).permissions(this::describing).handle(handlers.keys()::describe);
    lines.on(KmsApi.LIST_KEYS).action("kms:ListKeys").anyResource().handle(handlers.keys()::list);
    lines
        .on(KmsApi.ENABLE_KEY)
        .permissions(key("kms:EnableKey", in -> in.keyId()))
        .handle(handlers.keys()::enable);
    lines
        .on(KmsApi.GET_KEY_LAST_USAGE)
        .permissions(key("kms:GetKeyLastUsage", in -> in.keyId()))
        .handle(handlers.uses()::lastUsage);
    lines.on(KmsApi.DISABLE_KEY).permissions(this::disabling).handle(handlers.keys()::disable);
    lines
        .on(KmsApi.UPDATE_KEY_DESCRIPTION)
        .permissions(key("kms:UpdateKeyDescription", in -> in.keyId()))
        .handle(handlers.keys()::describeAs);
    lines
        .on(KmsApi.SCHEDULE_KEY_DELETION)
        .permissions(this::schedulingDeletion)
        .handle(handlers.keys()::scheduleDeletion);
    lines
        .on(KmsApi.CANCEL_KEY_DELETION)
        .permissions(key("kms:CancelKeyDeletion", in -> in.keyId()))
        .handle(handlers.keys()::cancelDeletion);
  }

  private List<Permission> disabling(DisableKeyRequest in, Call call) {
    var key = handlers.finder().byId(in.keyId(), call);
    return List.of(
        handlers.access().permission("kms:DisableKey", key.key(), call, unused(key, call)));
  }

  private List<Permission> schedulingDeletion(ScheduleKeyDeletionRequest in, Call call) {
    var key = handlers.finder().byId(in.keyId(), call);
    var context =
        unused(key, call)
            .put("kms:ScheduleKeyDeletionPendingWindowInDays", in.pendingWindowInDays());
    return List.of(
        handlers.access().permission("kms:ScheduleKeyDeletion", key.key(), call, context));
  }

  private KeyContext unused(KeyFinder.Found key, Call call) {
    return handlers
        .access()
        .context(key, call)
        .put(
            "kms:TrailingDaysWithoutKeyUsage",
            handlers.uses().daysWithout(key.record().identity(), call.time()));
  }

  private List<Permission> creating(CreateKeyRequest in, Call call) {
    var wanted = WantedKey.of(in);
    var context =
        KeyContext.of(call.principal().accountId())
            .put("kms:KeySpec", wanted.spec())
            .put("kms:CustomerMasterKeySpec", wanted.spec())
            .put("kms:KeyUsage", wanted.usage())
            .put("kms:CustomerMasterKeyUsage", wanted.usage())
            .put("kms:KeyOrigin", wanted.origin())
            .put("kms:MultiRegion", Boolean.TRUE.equals(in.multiRegion()))
            .put("kms:MultiRegionKeyType", Boolean.TRUE.equals(in.multiRegion()) ? "PRIMARY" : null)
            .put(
                "kms:BypassPolicyLockoutSafetyCheck",
                Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))
            .requestTags(KmsTags.read(in.tags()));
    return withTagging(
        new Permission("kms:CreateKey", Resource.ANY, context.toContext()),
        KmsTags.read(in.tags()),
        call,
        call.region());
  }

  // Events tell what a key is like where the caller left that out.

  private static CreateKeyRequest asked(CreateKeyRequest in) {
    var spec = in.keySpec() != null ? in.keySpec() : in.customerMasterKeySpec();
    var told = Objects.requireNonNullElse(spec, KeySpec.SYMMETRIC_DEFAULT.name());
    return in.toBuilder()
        .description(Objects.requireNonNullElse(in.description(), ""))
        .keyUsage(Objects.requireNonNullElse(in.keyUsage(), KeyUsage.ENCRYPT_DECRYPT.name()))
        .customerMasterKeySpec(told)
        .keySpec(told)
        .origin(Objects.requireNonNullElse(in.origin(), KeyOrigin.AWS_KMS.name()))
        .bypassPolicyLockoutSafetyCheck(Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))
        .build();
  }

  private static ReplicateKeyRequest asked(ReplicateKeyRequest in) {
    return in.toBuilder()
        .description(Objects.requireNonNullElse(in.description(), ""))
        .bypassPolicyLockoutSafetyCheck(Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))
        .build();
  }

  /** Whoever makes a key with tags must be allowed to tag it, too: what it will be like counts. */
  private static List<Permission> withTagging(
      Permission making, Map<String, String> tags, Call call, String region) {
    if (tags.isEmpty()) {
      return List.of(making);
    }
    var anyKey = "arn:aws:kms:" + region + ":" + call.accountId() + ":key/*";
    return List.of(making, new Permission("kms:TagResource", Resource.of(anyKey), making.keys()));
  }

  private List<Permission> describing(DescribeKeyRequest in, Call call) {
    handlers.tokens().check(in.grantTokens());
    var missing = handlers.managed().missing(in.keyId(), call);
    if (missing != null) {
      return List.of(Permission.of("kms:DescribeKey", Resource.of(missing)));
    }
    var key = handlers.finder().byName(in.keyId(), call);
    return List.of(
        handlers
            .access()
            .permission("kms:DescribeKey", key.key(), call, handlers.access().context(key, call)));
  }

  private void addPoliciesAndTags(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.GET_KEY_POLICY)
        .permissions(key("kms:GetKeyPolicy", in -> in.keyId()))
        .handle(handlers.policies()::get);
    lines
        .on(KmsApi.PUT_KEY_POLICY)
        .permissions(
            key(
                "kms:PutKeyPolicy",
                in -> in.keyId(),
                (in, context) ->
                    context.put(
                        "kms:BypassPolicyLockoutSafetyCheck",
                        Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))))
        .handle(handlers.policies()::put);
    lines
        .on(KmsApi.LIST_KEY_POLICIES)
        .permissions(key("kms:ListKeyPolicies", in -> in.keyId()))
        .handle(handlers.policies()::list);
    lines
        .on(KmsApi.TAG_RESOURCE)
        .permissions(
            key(
                "kms:TagResource",
                in -> in.keyId(),
                (in, context) -> context.requestTags(KmsTags.read(in.tags()))))
        .handle(handlers.tags()::tag);
    lines
        .on(KmsApi.UNTAG_RESOURCE)
        .permissions(
            key(
                "kms:UntagResource",
                in -> in.keyId(),
                (in, context) -> context.putAll("aws:TagKeys", in.tagKeys())))
        .handle(handlers.tags()::untag);
    lines
        .on(KmsApi.LIST_RESOURCE_TAGS)
        .permissions(key("kms:ListResourceTags", in -> in.keyId()))
        .handle(handlers.tags()::list);
  }

  private void addAliasesAndGrants(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.CREATE_ALIAS)
        .permissions(handlers.aliases()::creating)
        .handle(handlers.aliases()::create);
    lines
        .on(KmsApi.UPDATE_ALIAS)
        .permissions(handlers.aliases()::updating)
        .handle(handlers.aliases()::update);
    lines
        .on(KmsApi.DELETE_ALIAS)
        .permissions(handlers.aliases()::deleting)
        .handle(handlers.aliases()::delete);
    lines
        .on(KmsApi.LIST_ALIASES)
        .action("kms:ListAliases")
        .anyResource()
        .handle(handlers.aliases()::list);
    lines
        .on(KmsApi.CREATE_GRANT)
        .permissions(handlers.grants()::creating)
        .handle(handlers.grants()::create);
    lines
        .on(KmsApi.LIST_GRANTS)
        .permissions((in, call) -> grants("kms:ListGrants", in.keyId(), call))
        .handle(handlers.grants()::list);
    lines
        .on(KmsApi.LIST_RETIRABLE_GRANTS)
        .action("kms:ListRetirableGrants")
        .anyResource()
        .handle(handlers.grants()::listRetirable);
    lines
        .on(KmsApi.REVOKE_GRANT)
        .permissions((in, call) -> grants("kms:RevokeGrant", in.keyId(), call))
        .handle(handlers.grants()::revoke);
    lines
        .on(KmsApi.RETIRE_GRANT)
        .permissions(handlers.grants()::retiring)
        .handle(handlers.grants()::retire);
  }

  private List<Permission> grants(String action, String keyId, Call call) {
    var key = handlers.finder().byId(keyId, call);
    var context = Grants.describe(handlers.access().context(key, call), call);
    return List.of(handlers.access().permission(action, key.key(), call, context));
  }

  private void addRotations(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.ENABLE_KEY_ROTATION)
        .permissions(this::enablingRotation)
        .handle(handlers.rotations()::enable);
    lines
        .on(KmsApi.DISABLE_KEY_ROTATION)
        .permissions(key("kms:DisableKeyRotation", in -> in.keyId()))
        .handle(handlers.rotations()::disable);
    lines
        .on(KmsApi.GET_KEY_ROTATION_STATUS)
        .permissions(key("kms:GetKeyRotationStatus", in -> in.keyId()))
        .handle(handlers.rotations()::status);
    lines
        .on(KmsApi.LIST_KEY_ROTATIONS)
        .permissions(key("kms:ListKeyRotations", in -> in.keyId()))
        .handle(handlers.rotations()::list);
    lines
        .on(KmsApi.ROTATE_KEY_ON_DEMAND)
        .permissions(key("kms:RotateKeyOnDemand", in -> in.keyId()))
        .handle(handlers.rotations()::now);
  }

  /** Policies on the period see the one that it will be, said or not. */
  private List<Permission> enablingRotation(EnableKeyRotationRequest in, Call call) {
    var key = handlers.finder().byId(in.keyId(), call);
    var context =
        handlers
            .access()
            .context(key, call)
            .put("kms:RotationPeriodInDays", Rotations.wantedPeriod(in, key.record()));
    return List.of(handlers.access().permission("kms:EnableKeyRotation", key.key(), call, context));
  }

  private void addImportsAndRegions(ServiceTable.Builder lines) {
    lines
        .on(KmsApi.GET_PARAMETERS_FOR_IMPORT)
        .permissions(
            key(
                "kms:GetParametersForImport",
                in -> in.keyId(),
                (in, context) ->
                    context
                        .put("kms:WrappingAlgorithm", in.wrappingAlgorithm())
                        .put("kms:WrappingKeySpec", in.wrappingKeySpec())))
        .handle(handlers.imports()::parameters);
    lines
        .on(KmsApi.IMPORT_KEY_MATERIAL)
        .permissions(
            key(
                "kms:ImportKeyMaterial",
                in -> in.keyId(),
                (in, context) ->
                    context
                        .put("kms:ExpirationModel", in.expirationModel())
                        .put("kms:ValidTo", seconds(in.validTo()))))
        .handle(handlers.imports()::importMaterial);
    lines
        .on(KmsApi.DELETE_IMPORTED_KEY_MATERIAL)
        .permissions(key("kms:DeleteImportedKeyMaterial", in -> in.keyId()))
        .handle(handlers.imports()::delete);
    lines
        .on(KmsApi.REPLICATE_KEY)
        .permissions(this::replicating)
        .eventInput(KeyOperations::asked)
        .handle(handlers.regions()::replicate);
    lines
        .on(KmsApi.UPDATE_PRIMARY_REGION)
        .permissions(this::movingPrimary)
        .handle(handlers.regions()::updatePrimary);
  }

  /** Policies compare this as a number: seconds since the epoch. */
  private static @Nullable Long seconds(@Nullable Instant time) {
    return time == null ? null : time.getEpochSecond();
  }

  private List<Permission> replicating(ReplicateKeyRequest in, Call call) {
    var key = handlers.finder().byId(in.keyId(), call);
    var tags = KmsTags.read(in.tags());
    var permissions = new ArrayList<Permission>();
    permissions.add(
        handlers
            .access()
            .permission(
                "kms:ReplicateKey",
                key.key(),
                call,
                handlers.access().context(key, call).put("kms:ReplicaRegion", in.replicaRegion())));
    // The replica is made in its own Region, where it takes the permission.
    var context =
        handlers
            .access()
            .context(key, call)
            .put("aws:RequestedRegion", in.replicaRegion())
            .put("kms:MultiRegionKeyType", "REPLICA")
            .put(
                "kms:BypassPolicyLockoutSafetyCheck",
                Boolean.TRUE.equals(in.bypassPolicyLockoutSafetyCheck()))
            .requestTags(tags);
    permissions.addAll(
        withTagging(
            new Permission("kms:CreateKey", Resource.ANY, context.toContext()),
            tags,
            call,
            in.replicaRegion()));
    return permissions;
  }

  private List<Permission> movingPrimary(UpdatePrimaryRegionRequest in, Call call) {
    var key = handlers.finder().byId(in.keyId(), call);
    var both = new ArrayList<Permission>();
    both.add(movingPrimary(key, in, call));
    handlers
        .finder()
        .inRegion(key, in.primaryRegion(), call)
        .ifPresent(replica -> both.add(movingPrimary(replica, in, call)));
    return both;
  }

  /**
   * It takes the permission on the key that is the primary, and on the one that is to be, each in
   * its Region.
   */
  private Permission movingPrimary(KeyFinder.Found key, UpdatePrimaryRegionRequest in, Call call) {
    return handlers
        .access()
        .permission(
            "kms:UpdatePrimaryRegion",
            key.key(),
            call,
            handlers
                .access()
                .context(key, call)
                .put("aws:RequestedRegion", key.record().region())
                .put("kms:PrimaryRegion", in.primaryRegion()));
  }
}
