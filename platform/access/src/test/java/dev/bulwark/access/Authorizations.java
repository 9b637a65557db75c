package dev.bulwark.access;

import static dev.bulwark.access.Fixture.NOW;
import static dev.bulwark.access.Fixture.request;

import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Principals with policies, accounts with RCPs and places in organizations, for tests. */
final class Authorizations implements PolicySource {
  static final ServiceInfo IAM = service("iam", Protocol.QUERY);
  static final ServiceInfo EC2 = service("ec2", Protocol.EC2_QUERY);
  static final ServiceInfo S3 = service("s3", Protocol.REST_XML);
  static final ServiceInfo KMS = service("kms", Protocol.AWS_JSON_1_1);

  private final Map<String, List<PolicyBundle>> resourceControl = new HashMap<>();
  private final Map<String, OrganizationPlace> places = new HashMap<>();
  private PrincipalPolicies policies = PrincipalPolicies.NONE;

  static ServiceInfo service(String name, Protocol protocol) {
    return new ServiceInfo(
        name,
        name,
        name,
        "2020-01-01",
        name,
        name,
        name,
        name + ".amazonaws.com",
        null,
        List.of(protocol),
        null,
        false,
        false);
  }

  /** Statements with single quotes for double ones. */
  static Policy policy(PolicyKind kind, String... statements) {
    try {
      return Policy.parse(
          "{\"Version\":\"2012-10-17\",\"Statement\":["
              + String.join(",", statements).replace('\'', '"')
              + "]}",
          kind);
    } catch (PolicyException e) {
      throw new AssertionError(e);
    }
  }

  static PolicyBundle bundle(String name, PolicyType type, PolicyKind kind, String... statements) {
    return PolicyBundle.of(policy(kind, statements).attachedAs(name, type));
  }

  /** What every principal has. */
  Authorizations allow(String... statements) {
    policies =
        PrincipalPolicies.of(
            bundle("inline", PolicyType.IDENTITY_BASED, PolicyKind.IDENTITY, statements));
    return this;
  }

  Authorizations with(PrincipalPolicies all) {
    policies = all;
    return this;
  }

  Authorizations resourceControl(String accountId, String name, String... statements) {
    resourceControl.put(
        accountId, List.of(bundle(name, PolicyType.RESOURCE_CONTROL, PolicyKind.RCP, statements)));
    return this;
  }

  Authorizations place(String accountId, String organizationId, String path) {
    places.put(accountId, new OrganizationPlace(organizationId, path));
    return this;
  }

  @Override
  public PrincipalPolicies find(Principal principal) {
    return policies;
  }

  @Override
  public List<PolicyBundle> resourceControl(String accountId) {
    return resourceControl.getOrDefault(accountId, List.of());
  }

  @Override
  public @Nullable OrganizationPlace place(String accountId) {
    return places.get(accountId);
  }

  Authorizer authorizer() {
    return authorizer(null);
  }

  Authorizer authorizer(@Nullable AuthorizationMessages messages) {
    return new Authorizer(this, Clock.fixed(NOW, ZoneOffset.UTC), "eu-central-1", messages);
  }

  static Authentication as(Principal principal) {
    return new Authentication(
        principal,
        "AKIAEXAMPLE",
        "us-west-2",
        "iam",
        List.of("host"),
        Authentication.Type.HEADER,
        Duration.ofSeconds(2),
        request("POST /", "User-Agent", "aws-cli/2", "Referer", "https://example.com/"));
  }

  /** The message of the refusal; null where there is none. */
  @Nullable String refusal(Authentication who, ServiceInfo service, AuthorizationTarget target) {
    try {
      authorizer().authorize(who, service, target);
      return null;
    } catch (ApiException e) {
      return e.getMessage();
    }
  }
}
