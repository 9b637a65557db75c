package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Principal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;

/** What users may do follows from their policies, from the moment on in which these change. */
final class AuthorizationTest {
  private static final String IAM_READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();
  private final IamClient bob = lab.user("Bob");

  @AfterEach
  void close() {
    lab.close();
  }

  private static void assertDenied(ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(e -> assertThat(AccessKeysTest.code(e)).isEqualTo("AccessDenied"));
  }

  private void allowBob(String document) {
    iam.putUserPolicy(r -> r.userName("Bob").policyName("p").policyDocument(document));
  }

  @Test
  void anAttachedPolicyCountsAtOnceInEachOfItsVersions() {
    assertDenied(bob::listUsers);
    var arn =
        iam.createPolicy(r -> r.policyName("P").policyDocument(Lab.allow("iam:ListUsers", "*")))
            .policy()
            .arn();
    iam.attachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    assertThat(bob.listUsers().users()).hasSize(1);
    iam.createPolicyVersion(
        r -> r.policyArn(arn).setAsDefault(true).policyDocument(Lab.allow("iam:ListGroups", "*")));
    assertDenied(bob::listUsers);
    bob.listGroups();
    iam.setDefaultPolicyVersion(r -> r.policyArn(arn).versionId("v1"));
    bob.listUsers();
    iam.detachUserPolicy(r -> r.userName("Bob").policyArn(arn));
    assertDenied(bob::listUsers);
  }

  @Test
  void aGroupsPoliciesAreItsMembers() {
    iam.createGroup(r -> r.groupName("readers"));
    iam.attachGroupPolicy(r -> r.groupName("readers").policyArn(IAM_READ_ONLY));
    assertDenied(bob::listUsers);
    iam.addUserToGroup(r -> r.groupName("readers").userName("Bob"));
    bob.listUsers();
    iam.putGroupPolicy(
        r ->
            r.groupName("readers")
                .policyName("no")
                .policyDocument(Lab.allow("iam:ListUsers", "*").replace("Allow", "Deny")));
    assertDenied(bob::listUsers);
    iam.deleteGroupPolicy(r -> r.groupName("readers").policyName("no"));
    bob.listUsers();
    iam.removeUserFromGroup(r -> r.groupName("readers").userName("Bob"));
    assertDenied(bob::listUsers);
  }

  @Test
  void aBoundaryLimitsWhatPoliciesAllow() {
    allowBob(Lab.ALLOW_ALL);
    bob.createGroup(r -> r.groupName("one"));
    iam.putUserPermissionsBoundary(r -> r.userName("Bob").permissionsBoundary(IAM_READ_ONLY));
    assertThatThrownBy(() -> bob.createGroup(r -> r.groupName("two")))
        .hasMessageContaining("because no permissions boundary allows the iam:CreateGroup action");
    bob.listGroups();
    iam.deleteUserPermissionsBoundary(r -> r.userName("Bob"));
    bob.createGroup(r -> r.groupName("two"));
  }

  @Test
  void onlyUsersWithTheBoundaryMayBeMade() {
    allowBob(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateUser","iam:AttachUserPolicy"],
         "Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"%s"}}}]}"""
            .formatted(IAM_READ_ONLY));
    assertDenied(() -> bob.createUser(r -> r.userName("new")));
    bob.createUser(r -> r.userName("new").permissionsBoundary(IAM_READ_ONLY));
    bob.attachUserPolicy(
        r -> r.userName("new").policyArn("arn:aws:iam::aws:policy/PowerUserAccess"));
    assertDenied(() -> bob.attachUserPolicy(r -> r.userName("Bob").policyArn(IAM_READ_ONLY)));
  }

  @Test
  void onlyCertainPoliciesMayBeAttached() {
    allowBob(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*",
         "Condition":{"ArnEquals":{"iam:PolicyARN":"%s"}}}]}"""
            .formatted(IAM_READ_ONLY));
    assertDenied(
        () ->
            bob.attachUserPolicy(
                r -> r.userName("Bob").policyArn("arn:aws:iam::aws:policy/AdministratorAccess")));
    bob.attachUserPolicy(r -> r.userName("Bob").policyArn(IAM_READ_ONLY));
    bob.listUsers();
  }

  @Test
  void tagsOfResourceRequestAndPrincipalDecide() {
    iam.tagUser(r -> r.userName("Bob").tags(tag("team", "blue")));
    iam.createUser(r -> r.userName("Blue").tags(tag("team", "blue")));
    iam.createUser(r -> r.userName("Red").tags(tag("team", "red")));
    allowBob(
        """
        {"Version":"2012-10-17","Statement":[
         {"Effect":"Allow","Action":["iam:GetUser","iam:TagUser"],"Resource":"*",
          "Condition":{"StringEquals":{"iam:ResourceTag/team":"${aws:PrincipalTag/team}",
            "aws:ResourceTag/team":"blue"}}},
         {"Effect":"Deny","Action":"iam:TagUser","Resource":"*",
          "Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["team"]}}},
         {"Effect":"Allow","Action":"iam:CreateUser","Resource":"*",
          "Condition":{"StringEquals":{"aws:RequestTag/team":"blue"}}}]}""");
    bob.getUser(r -> r.userName("Blue"));
    assertDenied(() -> bob.getUser(r -> r.userName("Red")));
    bob.tagUser(r -> r.userName("Blue").tags(tag("x", "1")));
    assertDenied(() -> bob.tagUser(r -> r.userName("Blue").tags(tag("team", "red"))));
    assertDenied(() -> bob.createUser(r -> r.userName("n").tags(tag("team", "red"))));
    bob.createUser(r -> r.userName("n").tags(tag("team", "blue")));
    iam.tagUser(r -> r.userName("Bob").tags(tag("team", "green")));
    assertDenied(() -> bob.getUser(r -> r.userName("Blue")));
  }

  @Test
  void whoMayNotSeeAUserDoesNotLearnWhetherItExists() {
    assertDenied(() -> bob.getUser(r -> r.userName("nobody")));
  }

  @Test
  void principalsWithTheSamePoliciesShareThem() {
    iam.createGroup(r -> r.groupName("g"));
    iam.attachGroupPolicy(r -> r.groupName("g").policyArn(IAM_READ_ONLY));
    iam.createUser(r -> r.userName("a"));
    iam.createUser(r -> r.userName("b"));
    iam.addUserToGroup(r -> r.groupName("g").userName("a"));
    iam.addUserToGroup(r -> r.groupName("g").userName("b"));
    var a = lab.policies.find(principal("a"));
    assertThat(a.identity()).isSameAs(lab.policies.find(principal("b")).identity());
    assertThat(a).isSameAs(lab.policies.find(principal("a")));
    iam.createUser(r -> r.userName("c"));
    assertThat(a.identity()).isSameAs(lab.policies.find(principal("b")).identity());
  }

  private Principal principal(String name) {
    var user = iam.getUser(r -> r.userName(name)).user();
    return Principal.IamUser.of(Lab.ACCOUNT, name, user.path(), user.userId());
  }
}
