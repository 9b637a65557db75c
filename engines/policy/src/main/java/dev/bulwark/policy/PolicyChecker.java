package dev.bulwark.policy;

import dev.bulwark.policy.PolicyException.Problem;
import dev.bulwark.policy.RawPolicy.RawStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a document against the grammar of its kind, in the order in which IAM reports: shape,
 * version, legacy parsing, Sids, presence of actions and resources, form of resources, form of
 * actions.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">IAM
 *     policy grammar</a>
 */
final class PolicyChecker {
  static final String VERSION_2012 = "2012-10-17";
  static final String VERSION_2008 = "2008-10-17";

  private final PolicyKind kind;
  private final PolicyWording wording;
  private final RawPolicy raw;

  PolicyChecker(PolicyKind kind, PolicyWording wording, RawPolicy raw) {
    this.kind = kind;
    this.wording = wording;
    this.raw = raw;
  }

  Policy check() throws PolicyException {
    var statements = raw.statements();
    if (statements == null || statements.isEmpty()) {
      throw new PolicyException(
          statements == null ? Problem.MISSING_STATEMENT : Problem.SYNTAX,
          wording.emptyStatement());
    }
    checkVersionForm();
    List<List<Condition>> conditions = new ArrayList<>();
    for (var statement : statements) {
      checkEffectForm(statement);
      conditions.add(ConditionCompiler.read(statement.conditions()));
    }
    var version = version();
    for (int i = 0; i < statements.size(); i++) {
      checkLegacy(statements.get(i), conditions.get(i), version);
    }
    checkSids(statements);
    for (var statement : statements) {
      checkPresence(statement);
    }
    List<Statement> checked = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      checked.add(build(i, statements.get(i), conditions.get(i)));
    }
    for (var statement : checked) {
      for (var action : statement.actions()) {
        checkAction(action);
      }
    }
    return new Policy(kind, version, raw.id(), List.copyOf(checked));
  }

  private void checkVersionForm() throws PolicyException {
    var version = raw.version();
    if (version != null && !version.equals(VERSION_2012) && !version.equals(VERSION_2008)) {
      throw kind == PolicyKind.TRUST
          ? new PolicyException(Problem.VERSION, wording.version())
          : new PolicyException(Problem.VERSION, wording.syntax());
    }
  }

  private void checkEffectForm(RawStatement statement) throws PolicyException {
    var effect = statement.effect();
    if (effect == null) {
      throw new PolicyException(Problem.SYNTAX, wording.missingEffect());
    }
    boolean quoted = kind == PolicyKind.TRUST || kind == PolicyKind.RESOURCE;
    if (quoted && !effect.equals("Allow") && !effect.equals("Deny")) {
      throw new PolicyException(Problem.EFFECT, "Invalid effect: " + effect);
    }
    if (!effect.equalsIgnoreCase("Allow") && !effect.equalsIgnoreCase("Deny")) {
      throw new PolicyException(Problem.SYNTAX, wording.syntax());
    }
  }

  private String version() throws PolicyException {
    var version = raw.version();
    boolean must2012 =
        switch (kind) {
          case IDENTITY, SCP, RCP -> true;
          case RESOURCE, TRUST, SESSION -> false;
        };
    if (must2012 && !VERSION_2012.equals(version)) {
      throw new PolicyException(Problem.VERSION, wording.version());
    }
    return version == null ? VERSION_2008 : version;
  }

  private void checkLegacy(RawStatement statement, List<Condition> conditions, String version)
      throws PolicyException {
    var effect = statement.effect();
    if (!"Allow".equals(effect) && !"Deny".equals(effect)) {
      throw new PolicyException(Problem.SYNTAX, PolicyWording.legacy());
    }
    if (isPermissions()) {
      var resources = statement.resources();
      if (resources != null) {
        for (var resource : resources) {
          ResourceForm.checkLegacy(resource);
        }
      }
    }
    ConditionCompiler.checkValues(conditions, VERSION_2012.equals(version));
  }

  private void checkSids(List<RawStatement> statements) throws PolicyException {
    Set<String> seen = new HashSet<>();
    for (var statement : statements) {
      var sid = statement.sid();
      if (sid == null || sid.isEmpty()) {
        continue;
      }
      if (!seen.add(sid)) {
        throw new PolicyException(Problem.DUPLICATE_SID, wording.duplicateSid());
      }
      if (isPermissions() && !isAlphanumeric(sid)) {
        throw new PolicyException(Problem.INVALID_SID, PolicyWording.invalidSid());
      }
    }
  }

  private void checkPresence(RawStatement statement) throws PolicyException {
    checkPrincipalPresence(statement);
    var actions = statement.actions();
    if (actions == null || actions.isEmpty()) {
      throw new PolicyException(Problem.MISSING_ACTION, wording.missingAction());
    }
    var resources = statement.resources();
    if (kind == PolicyKind.TRUST) {
      checkTrustActions(actions);
      if (resources != null) {
        throw new PolicyException(
            Problem.PROHIBITED_FIELD,
            statement.notResource()
                ? "AssumeRole policy must not contain resources."
                : "Has prohibited field Resource");
      }
    } else if (resources == null || resources.isEmpty()) {
      throw new PolicyException(
          Problem.MISSING_RESOURCE, "Policy statement must contain resources.");
    }
  }

  private void checkPrincipalPresence(RawStatement statement) throws PolicyException {
    var principals = statement.principals();
    if (isPermissions() || kind == PolicyKind.SCP) {
      if (principals != null) {
        throw new PolicyException(
            Problem.PROHIBITED_FIELD, "Policy document should not specify a principal.");
      }
      return;
    }
    if (principals == null) {
      throw new PolicyException(Problem.MISSING_PRINCIPAL, "Missing required field Principal");
    }
    if (principals.isEmpty() || principals.values().stream().allMatch(List::isEmpty)) {
      throw new PolicyException(
          Problem.MISSING_PRINCIPAL, "Missing required field Principal cannot be empty!");
    }
    if (kind == PolicyKind.TRUST && statement.notPrincipal()) {
      throw new PolicyException(
          Problem.PROHIBITED_FIELD,
          "Allow".equals(statement.effect())
              ? "Allow with NotPrincipal is not allowed."
              : "AssumeRole policy must not contain NotPrincipal field.");
    }
    if (kind == PolicyKind.RCP && (statement.notPrincipal() || !isEveryone(principals))) {
      throw new PolicyException(Problem.INVALID_PRINCIPAL, wording.syntax());
    }
  }

  private static boolean isEveryone(Map<String, List<String>> principals) {
    return principals.size() == 1 && principals.values().iterator().next().equals(List.of("*"));
  }

  /** The actions that stand for taking a role on. */
  private static final List<String> TRUST_ACTIONS =
      List.of(
          "sts:assumerole",
          "sts:assumerolewithsaml",
          "sts:assumerolewithwebidentity",
          "sts:tagsession",
          "sts:setsourceidentity",
          "sts:setcontext");

  private static void checkTrustActions(List<String> actions) throws PolicyException {
    for (var action : actions) {
      var lower = CompiledStatement.lowerCase(action);
      var glob = Glob.of(lower);
      if (!lower.startsWith("sts:") || TRUST_ACTIONS.stream().noneMatch(glob::matches)) {
        throw new PolicyException(
            Problem.INVALID_ACTION, "AssumeRole policy may only specify STS AssumeRole actions.");
      }
    }
  }

  private Statement build(int index, RawStatement statement, List<Condition> conditions)
      throws PolicyException {
    List<String> resources = new ArrayList<>();
    for (var resource : present(statement.resources())) {
      resources.add(isPermissions() ? ResourceForm.check(resource) : checkLooseResource(resource));
    }
    var principals = statement.principals();
    return new Statement(
        index,
        statement.sid(),
        "Allow".equals(statement.effect()) ? Effect.ALLOW : Effect.DENY,
        principals == null ? null : PrincipalForm.read(principals, statement.notPrincipal(), kind),
        present(statement.actions()),
        statement.notAction(),
        List.copyOf(resources),
        statement.notResource(),
        conditions,
        statement.span());
  }

  private static List<String> present(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }

  /**
   * Outside IAM's own policies the form of resources is the service's business, apart from being an
   * ARN or a star.
   */
  private static String checkLooseResource(String resource) throws PolicyException {
    if (!resource.equals("*") && !resource.startsWith("arn:") && !resource.startsWith("*:")) {
      throw new PolicyException(
          Problem.INVALID_RESOURCE, "Resource " + resource + " must be in ARN format or \"*\".");
    }
    return resource;
  }

  private static void checkAction(String action) throws PolicyException {
    if (action.equals("*")) {
      return;
    }
    int colon = action.indexOf(':');
    if (colon < 0) {
      throw new PolicyException(
          Problem.INVALID_ACTION,
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    if (action.indexOf(':', colon + 1) >= 0) {
      throw new PolicyException(
          Problem.INVALID_ACTION, "Actions/Condition can contain only one colon.");
    }
    var vendor = action.substring(0, colon);
    if (!vendor.equals("*") && !isVendor(vendor)) {
      throw new PolicyException(Problem.INVALID_ACTION, "Vendor " + vendor + " is not valid");
    }
  }

  private static boolean isVendor(String vendor) {
    for (int i = 0; i < vendor.length(); i++) {
      char c = vendor.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '.') {
        return false;
      }
    }
    return !vendor.isEmpty();
  }

  private static boolean isAlphanumeric(String text) {
    return text.chars().allMatch(c -> isAlphanumeric((char) c));
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private boolean isPermissions() {
    return kind == PolicyKind.IDENTITY || kind == PolicyKind.SESSION;
  }
}
