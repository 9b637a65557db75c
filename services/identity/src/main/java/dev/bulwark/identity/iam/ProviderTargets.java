package dev.bulwark.identity.iam;

import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import java.util.List;
import java.util.Map;

/** What the operations on identity providers are authorized against. */
final class ProviderTargets {
  private final ProviderTables tables;

  ProviderTargets(ProviderTables tables) {
    this.tables = tables;
  }

  /** The key of the OpenID Connect provider that an ARN names, in the caller's account. */
  static String oidcKey(Call call, String arn) {
    return Key.of(call.accountId(), name(call, OidcProviderRecord.ARN_TYPE, arn));
  }

  /** The key of the SAML provider that an ARN names, in the caller's account. */
  static String samlKey(Call call, String arn) {
    return IamTables.key(call.accountId(), name(call, SamlProviderRecord.ARN_TYPE, arn));
  }

  /** What stands in an ARN after the type; empty, and thus nobody's name, in other accounts. */
  private static String name(Call call, String type, String arn) {
    if (!arn.matches("arn:aws:iam::\\d{12}:" + type + "/.+")) {
      throw IamErrors.invalidArn(arn);
    }
    var own = "arn:aws:iam::" + call.accountId() + ":" + type + "/";
    return arn.startsWith(own) ? arn.substring(own.length()) : "";
  }

  List<Permission> oidc(String action, Call call, String arn, IamKeys keys) {
    var provider = tables.oidc().get(oidcKey(call, arn));
    return target(action, arn, provider == null ? Map.of() : provider.tags(), keys);
  }

  List<Permission> saml(String action, Call call, String arn, IamKeys keys) {
    var provider = tables.saml().get(samlKey(call, arn));
    return target(action, arn, provider == null ? Map.of() : provider.tags(), keys);
  }

  private static List<Permission> target(
      String action, String arn, Map<String, String> tags, IamKeys keys) {
    return List.of(
        new Permission(action, Resource.of(arn).withTags(tags), keys.resourceTags(tags).build()));
  }
}
