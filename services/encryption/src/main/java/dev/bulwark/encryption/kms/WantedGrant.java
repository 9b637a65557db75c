package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.GrantConstraints;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Caller;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What CreateGrant asks for. Grantees are principals of IAM, or services, which have to say for
 * whose resource they ask.
 */
final class WantedGrant {
  private static final int LONGEST_VALUE = 384;
  private static final int MOST_PAIRS = 8;

  private final CreateGrantRequest in;
  private final KeyPrincipals principals;

  private WantedGrant(CreateGrantRequest in, KeyPrincipals principals) {
    this.in = in;
    this.principals = principals;
  }

  /**
   * The grant on a key that a request asks for.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException, InvalidArnException
   */
  static GrantRecord of(
      CreateGrantRequest in, KeyRecord key, Caller caller, KeyPrincipals principals) {
    var wanted = new WantedGrant(in, principals);
    for (var operation : in.operations()) {
      if (!GrantOperations.fit(key.spec(), key.usage(), operation)) {
        throw KmsErrors.validation(
            "Operation " + operation + " is not supported by the key " + key.arn());
      }
    }
    var constraints =
        in.constraints() == null ? GrantConstraints.builder().build() : in.constraints();
    return new GrantRecord(
        key.accountId(),
        key.region(),
        key.keyId(),
        Ids.hex(32),
        in.name(),
        wanted.grantee(),
        wanted.retiring(),
        caller.principal().accountId(),
        in.operations().stream().distinct().toList(),
        pairs(constraints.encryptionContextEquals()),
        pairs(constraints.encryptionContextSubset()),
        constraints.sourceArn(),
        Keys.now(caller));
  }

  private String grantee() {
    var principal = in.granteePrincipal();
    var service = in.granteeServicePrincipal();
    if ((principal == null) == (service == null)) {
      throw KmsErrors.validation(
          "You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.");
    }
    if (principal != null) {
      return bind(principal, principals);
    }
    if (in.constraints() == null || in.constraints().sourceArn() == null) {
      throw KmsErrors.validation(
          "A grant with a GranteeServicePrincipal requires a SourceArn grant constraint.");
    }
    if (in.retiringPrincipal() == null && in.retiringServicePrincipal() == null) {
      throw KmsErrors.validation(
          "A grant with a GranteeServicePrincipal requires a RetiringPrincipal or a"
              + " RetiringServicePrincipal.");
    }
    return Objects.requireNonNull(service);
  }

  private @Nullable String retiring() {
    var principal = in.retiringPrincipal();
    if (principal == null) {
      return in.retiringServicePrincipal();
    }
    if (in.retiringServicePrincipal() != null) {
      throw KmsErrors.validation(
          "You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.");
    }
    return bind(principal, principals);
  }

  /** The form to store of a principal. */
  static String bind(String principal, KeyPrincipals principals) {
    return principals.bind(principal).orElseThrow(() -> KmsErrors.invalidPrincipal(principal));
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
}
