package dev.bulwark.analysis.validate;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.json.Json;
import dev.bulwark.analysis.json.JsonReader;
import dev.bulwark.analysis.json.JsonSyntaxException;
import dev.bulwark.analysis.json.TextPosition;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Validates policies: grammar, what they name, and best practices. Of everything that a check needs
 * to know of AWS, the {@link AuthorizationReference} is the source; where that knows nothing of a
 * service, nothing is said of it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-validation.html">Policy
 *     validation</a>
 */
public final class PolicyValidator {
  private final List<Check> checks;

  /** One check of a policy that has the shape of one. */
  interface Check {
    void run(Draft policy, Findings findings);
  }

  /**
   * A validator.
   *
   * @param isRegion whether a name is that of an AWS Region
   */
  public PolicyValidator(AuthorizationReference reference, Predicate<String> isRegion) {
    checks =
        List.of(
            new ElementChecks(),
            new SizeChecks(),
            new OrganizationPolicyChecks(reference),
            new PrincipalChecks(),
            new ServicePrincipalChecks(),
            new TrustPolicyChecks(reference),
            new ActionChecks(reference),
            new PassedRoleChecks(),
            new ResourceChecks(reference, isRegion),
            new ResourcePolicyChecks(reference),
            new OperatorChecks(),
            new ConditionKeyChecks(reference),
            new KeyOfActionChecks(reference),
            new TagKeyChecks(reference),
            new ConditionValueChecks(isRegion),
            new IpAddressChecks(),
            new BroadValueChecks(),
            new PairedKeyChecks(),
            new VariableChecks(),
            new RedundancyChecks());
  }

  /**
   * Validates a policy.
   *
   * @param resourceType what a resource policy is to be attached to, as in {@code AWS::S3::Bucket};
   *     null where that is not said
   * @return what is to be said of it, at most 1,000 findings
   */
  public List<Finding> validate(String text, PolicyType type, @Nullable String resourceType) {
    var findings = new Findings();
    var root = parse(text, findings);
    if (root != null) {
      var policy = new DraftReader(findings).read(root, type, resourceType, text);
      if (policy != null) {
        for (var check : checks) {
          if (!findings.isFull()) {
            check.run(policy, findings);
          }
        }
      }
    }
    return findings.all();
  }

  private static @Nullable Json parse(String text, Findings findings) {
    try {
      return JsonReader.read(text);
    } catch (JsonSyntaxException e) {
      report(e.position(), text, findings);
      return null;
    }
  }

  private static void report(@Nullable TextPosition at, String text, Findings findings) {
    if (at == null) {
      findings.add(Issue.JSON_SYNTAX_ERROR, new Location(List.of(), 0, text.length()));
      return;
    }
    int offset = Math.min(at.offset(), text.length());
    findings.addVariant(
        Issue.JSON_SYNTAX_ERROR,
        ".PLACE",
        List.of(new Location(List.of(), offset, Math.min(offset + 1, text.length()))),
        "index",
        Integer.toString(offset),
        "line",
        Integer.toString(at.line()),
        "column",
        Integer.toString(at.column()));
  }
}
