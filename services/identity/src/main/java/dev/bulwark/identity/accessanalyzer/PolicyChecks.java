package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.compare.ExternalAccess;
import dev.bulwark.analysis.compare.PolicyComparison;
import dev.bulwark.analysis.compare.PolicyDocuments;
import dev.bulwark.analysis.compare.Reason;
import dev.bulwark.analysis.compare.TooComplexException;
import dev.bulwark.analysis.json.TextLines;
import dev.bulwark.analysis.validate.Finding;
import dev.bulwark.analysis.validate.PolicyType;
import dev.bulwark.analysis.validate.PolicyValidator;
import dev.bulwark.analysis.validate.Step;
import dev.bulwark.api.accessanalyzer.CheckAccessNotGrantedRequest;
import dev.bulwark.api.accessanalyzer.CheckAccessNotGrantedResponse;
import dev.bulwark.api.accessanalyzer.CheckNoNewAccessRequest;
import dev.bulwark.api.accessanalyzer.CheckNoNewAccessResponse;
import dev.bulwark.api.accessanalyzer.CheckNoPublicAccessRequest;
import dev.bulwark.api.accessanalyzer.CheckNoPublicAccessResponse;
import dev.bulwark.api.accessanalyzer.Location;
import dev.bulwark.api.accessanalyzer.PathElement;
import dev.bulwark.api.accessanalyzer.Position;
import dev.bulwark.api.accessanalyzer.ReasonSummary;
import dev.bulwark.api.accessanalyzer.Span;
import dev.bulwark.api.accessanalyzer.Substring;
import dev.bulwark.api.accessanalyzer.ValidatePolicyFinding;
import dev.bulwark.api.accessanalyzer.ValidatePolicyRequest;
import dev.bulwark.api.accessanalyzer.ValidatePolicyResponse;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.service.Call;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Policy validation and the custom policy checks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-checks-validating-policies.html">Checks
 *     for validating policies</a>
 */
final class PolicyChecks {
  private static final String PASS = "PASS";
  private static final String FAIL = "FAIL";
  private static final int MOST_ACCESS = 100;

  private final PolicyValidator validator;

  PolicyChecks(PolicyValidator validator) {
    this.validator = validator;
  }

  // ValidatePolicy

  /** Findings are in English, whatever the locale. */
  ValidatePolicyResponse validate(ValidatePolicyRequest in, Call call) {
    var type = PolicyType.valueOf(in.policyType());
    if (in.validatePolicyResourceType() != null && type != PolicyType.RESOURCE_POLICY) {
      throw AnalyzerErrors.invalid(
          "validatePolicyResourceType is supported only for the policy type RESOURCE_POLICY");
    }
    var text = in.policyDocument();
    var lines = new TextLines(text);
    var page =
        Pages.of(
            validator.validate(text, type, in.validatePolicyResourceType()),
            in.maxResults(),
            in.nextToken());
    return new ValidatePolicyResponse(
        page.items().stream().map(finding -> view(finding, lines)).toList(), page.next());
  }

  private static ValidatePolicyFinding view(Finding finding, TextLines lines) {
    return new ValidatePolicyFinding(
        finding.details(),
        finding.issue().type().name(),
        finding.issue().name(),
        finding.issue().learnMoreLink(),
        finding.locations().stream()
            .map(
                location ->
                    new Location(
                        location.path().stream().map(PolicyChecks::step).toList(),
                        new Span(
                            position(location.start(), lines), position(location.end(), lines))))
            .toList());
  }

  private static Position position(int offset, TextLines lines) {
    var at = lines.at(offset);
    return new Position(at.line(), at.column(), at.offset());
  }

  private static PathElement step(Step step) {
    var element = PathElement.builder();
    switch (step) {
      case Step.Value(var key) -> element.value(key);
      case Step.Key(var key) -> element.key(key);
      case Step.Index(var index) -> element.index(index);
      case Step.Substring(var start, var length) -> element.substring(new Substring(start, length));
    }
    return element.build();
  }

  // Custom checks

  CheckNoNewAccessResponse noNewAccess(CheckNoNewAccessRequest in, Call call) {
    var updated = parse(in.newPolicyDocument(), in.policyType(), "new policy document");
    var existing = parse(in.existingPolicyDocument(), in.policyType(), "existing policy document");
    var reasons = bounded(() -> PolicyComparison.newAccess(updated, existing));
    return new CheckNoNewAccessResponse(
        result(reasons),
        reasons.isEmpty()
            ? "The modified permissions do not grant new access compared to your existing policy."
            : "The modified permissions grant new access compared to your existing policy.",
        view(reasons, "New access in the statement with "));
  }

  CheckAccessNotGrantedResponse accessNotGranted(CheckAccessNotGrantedRequest in, Call call) {
    if (in.access().isEmpty()) {
      throw AnalyzerErrors.invalidParameter("At least one access is required.");
    }
    var access = in.access().getFirst();
    var actions = Objects.requireNonNullElse(access.actions(), List.<String>of());
    var resources = Objects.requireNonNullElse(access.resources(), List.<String>of());
    if (actions.isEmpty() && resources.isEmpty()) {
      throw AnalyzerErrors.invalidParameter("At least one action or resource is required.");
    }
    if (actions.size() + resources.size() > MOST_ACCESS) {
      throw AnalyzerErrors.invalidParameter(
          "The access can have at most 100 actions and resources.");
    }
    var policy = parse(in.policyDocument(), in.policyType(), "policy document");
    var reasons = bounded(() -> PolicyComparison.granting(policy, actions, resources));
    // AWS speaks of resources only where some were asked about.
    var listed = resources.isEmpty() ? "listed actions" : "listed actions or resources";
    return new CheckAccessNotGrantedResponse(
        result(reasons),
        reasons.isEmpty()
            ? "The policy document does not grant access to perform one or more of the "
                + listed
                + "."
            : "The policy document grants access to perform one or more of the " + listed + ".",
        view(reasons, "One or more of the " + listed + " in the statement with "));
  }

  CheckNoPublicAccessResponse noPublicAccess(CheckNoPublicAccessRequest in, Call call) {
    boolean trust = in.resourceType().equals("AWS::IAM::AssumeRolePolicyDocument");
    Policy policy;
    try {
      policy =
          trust
              ? PolicyDocuments.trust(in.policyDocument())
              : PolicyDocuments.resource(in.policyDocument());
    } catch (PolicyException e) {
      throw AnalyzerErrors.invalidPolicy("policy document");
    }
    var reasons = bounded(() -> ExternalAccess.publicStatements(policy));
    return new CheckNoPublicAccessResponse(
        result(reasons),
        reasons.isEmpty()
            ? "The resource policy does not grant public access for the given resource type."
            : "The resource policy grants public access for the given resource type.",
        view(reasons, "Public access granted in the following statement with "));
  }

  private static Policy parse(String document, String policyType, String what) {
    try {
      return policyType.equals("IDENTITY_POLICY")
          ? PolicyDocuments.identity(document)
          : PolicyDocuments.resourceOrTrust(document);
    } catch (PolicyException e) {
      throw AnalyzerErrors.invalidPolicy(what);
    }
  }

  private static List<Reason> bounded(Supplier<List<Reason>> check) {
    try {
      return check.get();
    } catch (TooComplexException e) {
      throw AnalyzerErrors.tooComplex();
    }
  }

  private static String result(List<Reason> reasons) {
    return reasons.isEmpty() ? PASS : FAIL;
  }

  private static @Nullable List<ReasonSummary> view(List<Reason> reasons, String beginning) {
    return reasons.isEmpty()
        ? null
        : reasons.stream().map(reason -> view(reason, beginning)).toList();
  }

  private static ReasonSummary view(Reason reason, String beginning) {
    var sid = reason.sid();
    boolean named = sid != null && !sid.isEmpty();
    var place = named ? "sid: " + sid : "index: " + reason.statementIndex();
    return new ReasonSummary(beginning + place + ".", reason.statementIndex(), named ? sid : null);
  }
}
