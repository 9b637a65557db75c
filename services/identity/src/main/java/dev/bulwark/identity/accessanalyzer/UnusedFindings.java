package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.catalog.Action;
import dev.bulwark.analysis.generate.LeastPrivilege;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Unused;
import dev.bulwark.identity.accessanalyzer.FindingRecord.UnusedAction;
import dev.bulwark.identity.iam.IamInventory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Findings of unused access: roles, access keys, passwords and permissions that have not been used
 * for as long as the analyzer says. Nothing is unused that is younger than that. Service-linked
 * roles are AWS's own.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html">Unused
 *     access</a>
 */
final class UnusedFindings {
  static final String ROLE = "UnusedIAMRole";
  static final String ACCESS_KEY = "UnusedIAMUserAccessKey";
  static final String PASSWORD = "UnusedIAMUserPassword";
  static final String PERMISSION = "UnusedPermission";
  private static final String USER_TYPE = "AWS::IAM::User";

  private final IamInventory inventory;
  private final ActionUse use;
  private final LeastPrivilege leastPrivilege;

  UnusedFindings(IamInventory inventory, ActionUse use, LeastPrivilege leastPrivilege) {
    this.inventory = inventory;
    this.use = use;
    this.leastPrivilege = leastPrivilege;
  }

  /** What an analyzer says of an account now. */
  List<FindingRecord> of(String key, AnalyzerRecord analyzer, String accountId, Instant time) {
    if (analyzer.excludedAccounts().contains(accountId)) {
      return List.of();
    }
    use.catchUp();
    var days = analyzer.unusedAccessAge();
    var since = time.minus(Duration.ofDays(days == null ? 90 : days));
    List<FindingRecord> findings = new ArrayList<>();
    for (var role : inventory.roles(accountId)) {
      if (!role.serviceLinked() && !isExcluded(role.tags(), analyzer)) {
        role(
            new Subject(key, role.arn(), RolePolicies.TYPE, accountId, time),
            role,
            since,
            findings);
      }
    }
    for (var user : inventory.users(accountId)) {
      if (!isExcluded(user.tags(), analyzer)) {
        user(new Subject(key, user.arn(), USER_TYPE, accountId, time), user, since, findings);
      }
    }
    return findings;
  }

  private static boolean isExcluded(Map<String, String> tags, AnalyzerRecord analyzer) {
    return analyzer.excludedTags().stream()
        .anyMatch(excluded -> tags.entrySet().containsAll(excluded.entrySet()));
  }

  private record Subject(String analyzer, String arn, String type, String owner, Instant time) {
    FindingRecord finding(String kind, String name, List<Unused> unused) {
      return new FindingRecord(
          FindingRecord.id(analyzer, kind, arn, name),
          kind,
          arn,
          type,
          owner,
          name,
          null,
          List.copyOf(unused),
          Status.ACTIVE,
          null,
          time,
          time,
          time);
    }
  }

  private static boolean isOld(Instant made, @Nullable Instant used, Instant since) {
    return made.isBefore(since) && (used == null || used.isBefore(since));
  }

  private void role(
      Subject subject, IamInventory.Role role, Instant since, List<FindingRecord> findings) {
    if (isOld(role.created(), role.lastUsed(), since)) {
      findings.add(subject.finding(ROLE, "", List.of(new Unused("", role.lastUsed(), List.of()))));
    } else if (role.created().isBefore(since)) {
      permissions(subject, role.id(), since, findings);
    }
  }

  private void user(
      Subject subject, IamInventory.User user, Instant since, List<FindingRecord> findings) {
    var password = user.password();
    boolean active = false;
    if (password != null) {
      if (isOld(password.set(), password.lastUsed(), since)) {
        findings.add(
            subject.finding(PASSWORD, "", List.of(new Unused("", password.lastUsed(), List.of()))));
      } else {
        active = true;
      }
    }
    for (var key : user.accessKeys()) {
      if (key.active() && isOld(key.created(), key.lastUsed(), since)) {
        findings.add(
            subject.finding(
                ACCESS_KEY, key.id(), List.of(new Unused(key.id(), key.lastUsed(), List.of()))));
      } else {
        active |= key.active();
      }
    }
    if (active && user.created().isBefore(since)) {
      permissions(subject, user.id(), since, findings);
    }
  }

  private void permissions(
      Subject subject, String uniqueId, Instant since, List<FindingRecord> findings) {
    var unused = unusedPermissions(subject.owner(), uniqueId, since);
    if (!unused.isEmpty()) {
      findings.add(subject.finding(PERMISSION, "", unused));
    }
  }

  private List<Unused> unusedPermissions(String accountId, String uniqueId, Instant since) {
    var allowed = leastPrivilege.allowed(inventory.identityPolicies(accountId, uniqueId));
    Map<String, Instant> last = new HashMap<>();
    for (var used : use.by(accountId, uniqueId)) {
      var name = used.action().isEmpty() ? used.service() : used.action().toLowerCase(Locale.ROOT);
      last.merge(name, used.last(), (a, b) -> a.isAfter(b) ? a : b);
    }
    List<Unused> unused = new ArrayList<>();
    allowed.forEach((service, actions) -> add(service, actions, last, since, unused));
    return unused;
  }

  /** A service that is used not at all stands for its actions. */
  private static void add(
      String service,
      List<Action> actions,
      Map<String, Instant> last,
      Instant since,
      List<Unused> unused) {
    var used = last.get(service);
    if (used == null || used.isBefore(since)) {
      unused.add(new Unused(service, used, List.of()));
      return;
    }
    List<UnusedAction> some = new ArrayList<>();
    for (var action : actions) {
      var time = last.get(action.fullName().toLowerCase(Locale.ROOT));
      if (time == null || time.isBefore(since)) {
        some.add(new UnusedAction(action.name(), time));
      }
    }
    if (!some.isEmpty()) {
      unused.add(new Unused(service, used, some));
    }
  }
}
