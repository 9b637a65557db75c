package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CreateGrantRequest;
import dev.bulwark.api.kms.GrantConstraints;
import dev.bulwark.base.Ids;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.service.Caller;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What CreateGrant asks for. Grantees are principals of IAM, or services, which have to say for
 * whose resource they ask.
 */
final class WantedGrant {
  private static final int LONGEST_VALUE = 384;
  private static final int MOST_PAIRS = 8;

  /** Sessions are named by their role's name alone. */
  private static final Pattern SESSION_WITH_PATH =
      Pattern.compile("arn:aws:sts::\\d{12}:assumed-role/[^/]*/[^/]*/.*");

  private final CreateGrantRequest in;
  private final KeyPrincipals principals;

  private WantedGrant(CreateGrantRequest in, KeyPrincipals principals) {
    this.in = in;
    this.principals = principals;
  }

  /**
   * The grant on a key that a request asks for, as it stands there: what to authorize. Whether its
   * principals exist is only for those to learn who may make it.
   */
  static GrantRecord asked(CreateGrantRequest in, KeyRecord key, Caller caller) {
    var constraints =
        in.constraints() == null ? GrantConstraints.builder().build() : in.constraints();
    return new GrantRecord(
        key.accountId(),
        key.region(),
        key.keyId(),
        Ids.hex(32),
        in.name(),
        "",
        null,
        caller.principal().accountId(),
        in.operations().stream().distinct().toList(),
        constraints.encryptionContextEquals(),
        constraints.encryptionContextSubset(),
        constraints.sourceArn(),
        Keys.now(caller));
  }

  /**
   * The grant to make.
   *
   * @throws dev.bulwark.schema.ApiException ValidationException, InvalidArnException
   */
  static GrantRecord of(
      CreateGrantRequest in, KeyRecord key, Caller caller, KeyPrincipals principals) {
    var wanted = new WantedGrant(in, principals);
    var asked = asked(in, key, caller);
    requireFitting(asked, key);
    requireFew(asked.contextEquals());
    requireFew(asked.contextSubset());
    return asked.between(wanted.grantee(), wanted.retiring());
  }

  private static void requireFitting(GrantRecord grant, KeyRecord key) {
    if (key.spec() != KeySpec.SYMMETRIC_DEFAULT && grant.constraintType() != null) {
      throw KmsErrors.validation(
          "EncryptionContext is supported only when creating a grant for a symmetric encryption KMS"
              + " key.");
    }
    var fitting = GrantOperations.fitting(key.spec(), key.usage());
    var others = grant.operations().stream().filter(one -> !fitting.contains(one)).toList();
    if (!others.isEmpty()) {
      throw KmsErrors.grantOperations(others, key, fitting);
    }
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

  /**
   * The form to store of a principal.
   *
   * @throws dev.bulwark.schema.ApiException InvalidArnException
   */
  static String bind(String principal, KeyPrincipals principals) {
    if (SESSION_WITH_PATH.matcher(principal).matches()) {
      throw KmsErrors.malformedPrincipal(principal);
    }
    return principals.bind(principal).orElseThrow(() -> KmsErrors.invalidPrincipal(principal));
  }

  private static void requireFew(@Nullable Map<String, String> pairs) {
    if (pairs != null
        && (pairs.size() > MOST_PAIRS
            || pairs.values().stream().anyMatch(value -> value.length() > LONGEST_VALUE))) {
      throw KmsErrors.validation(
          "A grant constraint holds at most 8 pairs with values of at most 384 characters.");
    }
  }
}
