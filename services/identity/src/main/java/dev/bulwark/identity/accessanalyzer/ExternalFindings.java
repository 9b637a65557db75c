package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.compare.ExternalAccess;
import dev.bulwark.analysis.compare.ExternalGrant;
import dev.bulwark.analysis.compare.TooComplexException;
import dev.bulwark.analysis.compare.ZoneOfTrust;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Access;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.identity.accessanalyzer.ResourcePolicies.Resource;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Findings of external access: one for each principal outside and the conditions under which it
 * gets in; the actions of several statements for the same ones are one finding.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html">Findings</a>
 */
final class ExternalFindings {
  static final String TYPE = "ExternalAccess";
  private static final String INTERNAL_ERROR = "INTERNAL_ERROR";

  private ExternalFindings() {}

  /** What an analyzer says of a resource now. */
  static List<FindingRecord> of(
      String analyzer, Resource resource, ZoneOfTrust zone, Instant time) {
    var document = resource.policy();
    if (document == null) {
      return List.of();
    }
    List<ExternalGrant> grants;
    try {
      var policy = Policy.parse(document, kind(resource));
      grants = ExternalAccess.grants(policy, zone);
      if (resource.publicBlocked() && grants.stream().anyMatch(ExternalGrant::isPublic)) {
        // Block Public Access leaves a public policy's grants to the account itself.
        return List.of();
      }
    } catch (PolicyException | TooComplexException e) {
      return List.of(failed(analyzer, resource, time));
    }
    return merged(grants).entrySet().stream()
        .map(entry -> finding(analyzer, resource, entry.getKey(), entry.getValue(), time))
        .toList();
  }

  static PolicyKind kind(Resource resource) {
    return resource.type().equals(RolePolicies.TYPE) ? PolicyKind.TRUST : PolicyKind.RESOURCE;
  }

  private static Map<String, List<ExternalGrant>> merged(List<ExternalGrant> grants) {
    Map<String, List<ExternalGrant>> merged = new LinkedHashMap<>();
    for (var grant : grants) {
      var subject = new TreeMap<>(grant.principal()) + " " + grant.condition();
      merged.computeIfAbsent(subject, k -> new ArrayList<>()).add(grant);
    }
    return merged;
  }

  private static FindingRecord finding(
      String analyzer,
      Resource resource,
      String subject,
      List<ExternalGrant> grants,
      Instant time) {
    var first = grants.getFirst();
    var actions = new TreeSet<String>();
    grants.forEach(grant -> actions.addAll(grant.actions()));
    var access =
        new Access(
            first.principal(),
            List.copyOf(actions),
            first.condition(),
            first.isPublic(),
            resource.type().equals("AWS::S3::Bucket") ? List.of("POLICY") : List.of());
    return record(analyzer, resource, subject, access, null, time);
  }

  private static FindingRecord failed(String analyzer, Resource resource, Instant time) {
    var nothing = new Access(Map.of(), List.of(), Map.of(), false, List.of());
    return record(analyzer, resource, INTERNAL_ERROR, nothing, INTERNAL_ERROR, time);
  }

  private static FindingRecord record(
      String analyzer,
      Resource resource,
      String subject,
      Access access,
      @Nullable String error,
      Instant time) {
    return new FindingRecord(
        FindingRecord.id(analyzer, TYPE, resource.arn(), subject),
        TYPE,
        resource.arn(),
        resource.type(),
        resource.accountId(),
        subject,
        access,
        List.of(),
        Status.ACTIVE,
        error,
        time,
        time,
        time);
  }
}
