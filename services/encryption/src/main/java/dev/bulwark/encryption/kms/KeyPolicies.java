package dev.bulwark.encryption.kms;

import dev.bulwark.access.Authorizer;
import dev.bulwark.api.kms.GetKeyPolicyRequest;
import dev.bulwark.api.kms.GetKeyPolicyResponse;
import dev.bulwark.api.kms.ListKeyPoliciesRequest;
import dev.bulwark.api.kms.ListKeyPoliciesResponse;
import dev.bulwark.api.kms.PutKeyPolicyRequest;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Condition;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Requester;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Key policies: each key has one, which is called {@code default}.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html">Key
 *     policies</a>
 */
final class KeyPolicies {
  private static final String NAME = "default";

  private final KeyStore keys;
  private final KeyPrincipals principals;

  KeyPolicies(KeyStore keys, KeyPrincipals principals) {
    this.keys = keys;
    this.principals = principals;
  }

  /** What CreateKey gives a key where the request gives none: IAM decides. */
  static String standard(String accountId) {
    return """
        {
          "Version" : "2012-10-17",
          "Id" : "key-default-1",
          "Statement" : [ {
            "Sid" : "Enable IAM User Permissions",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "arn:aws:iam::%s:root"
            },
            "Action" : "kms:*",
            "Resource" : "*"
          } ]
        }"""
        .formatted(accountId);
  }

  /**
   * The policy to store of a request, which may be empty.
   *
   * @param bypass whether it may lock everybody out of itself
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocumentException
   */
  String accept(@Nullable String document, @Nullable Boolean bypass, KeyIdentity key, Call call) {
    if (document == null) {
      return standard(key.accountId());
    }
    if (document.length() > KmsQuotas.POLICY_LENGTH) {
      throw KmsErrors.limit("The key policy exceeds the quota of 32768 characters.");
    }
    parse(document);
    var bound = principals.bindPolicy(document).orElseThrow(KmsErrors::invalidPrincipals);
    if (!Boolean.TRUE.equals(bypass) && !canBeChangedLater(parse(bound), key, call)) {
      throw KmsErrors.lockout();
    }
    return bound;
  }

  private static Policy parse(String document) {
    try {
      var policy = Policy.parse(document, PolicyKind.RESOURCE);
      for (var statement : policy.statements()) {
        var named = statement.principals();
        if (named == null || named.negated()) {
          throw KmsErrors.malformedPolicy("Key policies cannot use NotPrincipal.");
        }
        statement.conditions().forEach(KeyPolicies::refuseOverlyPermissive);
      }
      return policy;
    } catch (PolicyException e) {
      throw KmsErrors.malformedPolicy(String.valueOf(e.getMessage()));
    }
  }

  /**
   * ForAllValues is met by a request that has no value at all.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-set-operators">Using
   *     condition keys with set operators</a>
   */
  private static void refuseOverlyPermissive(Condition condition) {
    if (condition.quantifier() == Condition.Quantifier.FOR_ALL_VALUES) {
      var key = condition.key().toLowerCase(Locale.ROOT);
      if (key.startsWith("kms:encryptioncontext:")) {
        throw KmsErrors.overlyPermissive("encryption context");
      }
      if (key.startsWith("aws:requesttag/")) {
        throw KmsErrors.overlyPermissive("tag");
      }
    }
  }

  /** Whether the policy lets its author, or the account's IAM policies, put another one. */
  private static boolean canBeChangedLater(Policy policy, KeyIdentity key, Call call) {
    var bundle = PolicyBundle.of(policy.attachedAs("", PolicyType.RESOURCE_BASED));
    return List.of(
            Authorizer.requester(call.principal()), new Requester.AccountRoot(key.accountId()))
        .stream()
        .anyMatch(requester -> mayPutPolicy(requester, bundle, key));
  }

  private static boolean mayPutPolicy(Requester requester, PolicyBundle bundle, KeyIdentity key) {
    return PolicyEvaluator.evaluate(
            new AuthorizationRequest(
                requester, "kms:PutKeyPolicy", key.arn(), key.accountId(), Context.EMPTY),
            PolicySet.builder().resource(bundle).resourcePolicyMustAllow(true).build())
        .allowed();
  }

  private static void requireName(@Nullable String name) {
    if (name != null && !name.equals(NAME)) {
      throw KmsErrors.noSuchPolicy();
    }
  }

  GetKeyPolicyResponse get(GetKeyPolicyRequest in, Call call) {
    requireName(in.policyName());
    return GetKeyPolicyResponse.builder()
        .policy(show(keys.byId(in.keyId(), call)))
        .policyName(NAME)
        .build();
  }

  String show(KeyRecord key) {
    return principals.showPolicy(key.policy());
  }

  Unit put(PutKeyPolicyRequest in, Call call) {
    requireName(in.policyName());
    var key = keys.byId(in.keyId(), call);
    var policy = accept(in.policy(), in.bypassPolicyLockoutSafetyCheck(), key.identity(), call);
    return call.write(
        tx -> {
          keys.change(tx, key.identity(), call, current -> current.withPolicy(policy));
          return Unit.UNIT;
        });
  }

  ListKeyPoliciesResponse list(ListKeyPoliciesRequest in, Call call) {
    keys.byId(in.keyId(), call);
    return ListKeyPoliciesResponse.builder().policyNames(List.of(NAME)).truncated(false).build();
  }
}
