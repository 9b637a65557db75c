package dev.bulwark.identity.iam;

import dev.bulwark.policy.Requester;
import dev.bulwark.state.ReadTx;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In whose name a simulation runs.
 *
 * @param facts condition keys that follow from who it is, by their names in lower case
 */
record SimulatedCaller(Requester requester, Map<String, String> facts) {

  /** The user, or the role in a session; a group calls as nobody in particular. */
  static SimulatedCaller of(Entity source) {
    return switch (source) {
      case UserRecord user -> {
        var facts = facts(user.accountId(), user.arn(), "User", user.tags());
        facts.put("aws:userid", user.id());
        facts.put("aws:username", user.name());
        yield new SimulatedCaller(
            new Requester.IamUser(user.accountId(), user.arn(), user.id()), Map.copyOf(facts));
      }
      case RoleRecord role ->
          new SimulatedCaller(
              new Requester.RoleSession(
                  role.accountId(),
                  role.arn(),
                  "arn:aws:sts::" + role.accountId() + ":assumed-role/" + role.name() + "/",
                  role.id(),
                  role.serviceLinked()),
              facts(role.accountId(), role.arn(), "AssumedRole", role.tags()));
      case GroupRecord group -> nobody(group.accountId());
    };
  }

  /**
   * The user of an ARN, who need not exist.
   *
   * @param accountId whose caller it is where there is no ARN
   * @throws dev.bulwark.schema.ApiException InvalidInput where the ARN is not that of a user
   */
  static SimulatedCaller ofArn(
      IamTables tables, ReadTx tx, String accountId, @Nullable String arn) {
    if (arn == null) {
      return nobody(accountId);
    }
    var parsed = EntityPolicies.parse(arn);
    if (parsed == null || !parsed.resourceType().equals("user")) {
      throw SimulationErrors.unclearEntity(arn);
    }
    var user = tables.entity(tx, EntityKind.USER, parsed.account(), parsed.resourceName());
    if (user != null && user.arn().equals(arn)) {
      return of(user);
    }
    var facts = facts(parsed.account(), arn, "User", Map.of());
    facts.put("aws:username", parsed.resourceName());
    return new SimulatedCaller(new Requester.IamUser(parsed.account(), arn, ""), facts);
  }

  private static SimulatedCaller nobody(String accountId) {
    return new SimulatedCaller(new Requester.IamUser(accountId, "", ""), Map.of());
  }

  private static Map<String, String> facts(
      String accountId, String principalArn, String type, Map<String, String> tags) {
    var facts = new HashMap<String, String>();
    facts.put("aws:principalarn", principalArn);
    facts.put("aws:principalaccount", accountId);
    facts.put("aws:principaltype", type);
    facts.put("aws:principalisawsservice", "false");
    tags.forEach(
        (key, value) -> facts.put("aws:principaltag/" + key.toLowerCase(Locale.ROOT), value));
    return facts;
  }
}
