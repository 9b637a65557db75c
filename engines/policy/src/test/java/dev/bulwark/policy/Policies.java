package dev.bulwark.policy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short ways to write policies, requesters and requests in tests. */
final class Policies {
  static final String ACCOUNT = "111122223333";
  static final String OTHER_ACCOUNT = "444455556666";
  static final Requester ROOT = new Requester.AccountRoot(ACCOUNT);
  static final Requester USER =
      new Requester.IamUser(
          ACCOUNT, "arn:aws:iam::111122223333:user/dev/alice", "AIDAEXAMPLEALICE0001");
  static final Requester ROLE =
      new Requester.RoleSession(
          ACCOUNT,
          "arn:aws:iam::111122223333:role/app/worker",
          "arn:aws:sts::111122223333:assumed-role/worker/job-1",
          "AROAEXAMPLEWORKER001");
  static final Requester LINKED =
      new Requester.RoleSession(
          ACCOUNT,
          "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X",
          "arn:aws:sts::111122223333:assumed-role/X/x",
          "AROAEXAMPLELINKED001",
          true);
  static final Requester FEDERATED =
      new Requester.FederatedUser(
          ACCOUNT,
          "arn:aws:sts::111122223333:federated-user/bob",
          "arn:aws:iam::111122223333:user/dev/alice",
          "AIDAEXAMPLEALICE0001");
  static final Requester SERVICE = new Requester.ServicePrincipal("cloudtrail.amazonaws.com");
  static final Requester GITHUB =
      new Requester.WebIdentity(
          "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com");
  static final Requester ANONYMOUS = new Requester.Anonymous();

  private Policies() {}

  static String document(String... statements) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":["
        + String.join(",", statements).replace('\'', '"')
        + "]}";
  }

  static Policy parse(PolicyKind kind, String document) {
    try {
      return Policy.parse(document, kind);
    } catch (PolicyException e) {
      throw new IllegalArgumentException(e.getMessage() + ": " + document, e);
    }
  }

  static PolicyBundle bundle(PolicyType type, String... statements) {
    return PolicyBundle.of(parse(kind(type), document(statements)).attachedAs(type.noun(), type));
  }

  static PolicyKind kind(PolicyType type) {
    return switch (type) {
      case IDENTITY_BASED, PERMISSIONS_BOUNDARY -> PolicyKind.IDENTITY;
      case SESSION -> PolicyKind.SESSION;
      case SERVICE_CONTROL -> PolicyKind.SCP;
      case RESOURCE_CONTROL -> PolicyKind.RCP;
      case RESOURCE_BASED, VPC_ENDPOINT -> PolicyKind.RESOURCE;
      case ROLE_TRUST -> PolicyKind.TRUST;
    };
  }

  static PolicyBundle identity(String... statements) {
    return bundle(PolicyType.IDENTITY_BASED, statements);
  }

  static PolicyBundle resource(String... statements) {
    return bundle(PolicyType.RESOURCE_BASED, statements);
  }

  static List<PolicyBundle> levels(PolicyBundle... levels) {
    return Arrays.asList(levels);
  }

  static String allow(String action, String resource) {
    return "{'Effect':'Allow','Action':'" + action + "','Resource':'" + resource + "'}";
  }

  static String deny(String action, String resource) {
    return "{'Effect':'Deny','Action':'" + action + "','Resource':'" + resource + "'}";
  }

  static String allowTo(String principal, String action) {
    return "{'Effect':'Allow','Principal':"
        + principal
        + ",'Action':'"
        + action
        + "','Resource':'*'}";
  }

  static String denyTo(String principal, String action) {
    return "{'Effect':'Deny','Principal':"
        + principal
        + ",'Action':'"
        + action
        + "','Resource':'*'}";
  }

  static AuthorizationRequest request(Requester requester, String action, String resource) {
    return request(requester, action, resource, null, Context.EMPTY);
  }

  static AuthorizationRequest request(
      Requester requester,
      String action,
      String resource,
      @Nullable String owner,
      Context context) {
    return new AuthorizationRequest(requester, action, resource, owner, context);
  }

  static Decision decide(AuthorizationRequest request, PolicySet.Builder policies) {
    return PolicyEvaluator.evaluate(request, policies.build());
  }

  /** Whether identity policies made of these statements let a user do something. */
  static boolean allows(String action, String resource, Context context, String... statements) {
    return decide(
            request(USER, action, resource, null, context),
            PolicySet.builder().identity(identity(statements)))
        .allowed();
  }
}
