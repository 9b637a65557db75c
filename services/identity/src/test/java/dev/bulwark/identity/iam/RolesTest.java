package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static dev.bulwark.identity.iam.UsersTest.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;

final class RolesTest {
  private static final String ROOT = Lab.ARN + "root";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private void role(String name, String trustPolicy) {
    iam.createRole(r -> r.roleName(name).assumeRolePolicyDocument(trustPolicy));
  }

  private String trustOf(String name) {
    return Lab.decoded(iam.getRole(r -> r.roleName(name)).role().assumeRolePolicyDocument());
  }

  @Test
  void aRoleIsMadeAndFound() {
    var trust = Lab.trust(ROOT);
    iam.createRole(
        r ->
            r.roleName("App")
                .path("/svc/")
                .description("Runs the app")
                .maxSessionDuration(7200)
                .tags(tag("env", "prod"))
                .assumeRolePolicyDocument(trust));
    var role = iam.getRole(r -> r.roleName("app")).role();
    assertThat(role.arn()).isEqualTo(Lab.ARN + "role/svc/App");
    assertThat(role.roleId()).matches("AROA[A-Z2-7]{17}");
    assertThat(role.description()).isEqualTo("Runs the app");
    assertThat(role.maxSessionDuration()).isEqualTo(7200);
    assertThat(role.tags()).containsExactly(tag("env", "prod"));
    assertThat(role.assumeRolePolicyDocument()).startsWith("%7B%22Version%22%3A%22");
    assertThat(Lab.decoded(role.assumeRolePolicyDocument())).isEqualTo(trust);
    assertThatThrownBy(() -> role("APP", trust))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "Role with name APP already exists."));
    assertThatThrownBy(() -> iam.getRole(r -> r.roleName("none")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The role with name none cannot be found."));
    assertThat(iam.listRoles(r -> r.pathPrefix("/svc/")).roles()).hasSize(1);
    assertThat(iam.listRoles(r -> r.pathPrefix("/other/")).roles()).isEmpty();
    iam.updateRole(r -> r.roleName("App").description("").maxSessionDuration(3600));
    assertThat(iam.getRole(r -> r.roleName("App")).role().maxSessionDuration()).isEqualTo(3600);
  }

  @Test
  void trustNamesAPrincipalThatExistsAndNotItsSuccessor() {
    iam.createUser(r -> r.userName("Bob").path("/x/"));
    var arn = Lab.ARN + "user/x/Bob";
    role("App", Lab.trust(arn));
    assertThat(trustOf("App")).isEqualTo(Lab.trust(arn));
    var id = iam.getUser(r -> r.userName("Bob")).user().userId();
    iam.updateUser(r -> r.userName("Bob").newUserName("Rob"));
    assertThat(trustOf("App")).isEqualTo(Lab.trust(Lab.ARN + "user/x/Rob"));
    iam.deleteUser(r -> r.userName("Rob"));
    assertThat(trustOf("App")).isEqualTo(Lab.trust(id));
    iam.createUser(r -> r.userName("Bob").path("/x/"));
    assertThat(trustOf("App")).isEqualTo(Lab.trust(id));
    assertThatThrownBy(
            () -> iam.updateAssumeRolePolicy(r -> r.roleName("App").policyDocument(Lab.trust(id))))
        .isInstanceOf(MalformedPolicyDocumentException.class)
        .satisfies(e -> assertMessage(e, "Invalid principal in policy: \"AWS\":\"" + id + "\""));
    iam.updateAssumeRolePolicy(r -> r.roleName("App").policyDocument(Lab.trust(arn)));
    assertThat(trustOf("App")).isEqualTo(Lab.trust(arn));
  }

  @Test
  void aPrincipalThatDoesNotExistIsRefused() {
    for (var arn :
        new String[] {
          Lab.ARN + "user/nobody",
          Lab.ARN + "role/nothing",
          Lab.ARN + "group/staff",
          "arn:aws:sts::123456789012:assumed-role/nothing/s",
          "bob"
        }) {
      assertThatThrownBy(() -> role("App", Lab.trust(arn)))
          .isInstanceOf(MalformedPolicyDocumentException.class)
          .satisfies(e -> assertMessage(e, "Invalid principal in policy: \"AWS\":\"" + arn + "\""));
    }
    assertThat(iam.listRoles().roles()).isEmpty();
  }

  @Test
  void anAccountIsItsRootAndOtherTextStaysAsItIs() {
    role("Other", Lab.trust(ROOT));
    role(
        "App",
        """
        { "Version" : "2012-10-17",
          "Statement" : [ { "Sid":"one","Effect":"Allow",
            "Principal": {"AWS": ["123456789012", "arn:aws:sts::123456789012:assumed-role/Other/s"],
                          "Service":"ec2.amazonaws.com"},
            "Action":"sts:AssumeRole",
            "Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}} } ] }""");
    assertThat(trustOf("App"))
        .contains(
            "{\"AWS\": [\"" + ROOT + "\", \"arn:aws:sts::123456789012:assumed-role/Other/s\"]")
        .contains("{\"aws:PrincipalAccount\":\"123456789012\"}");
  }

  @Test
  void aMalformedOrTooLongTrustPolicyIsRefused() {
    assertThatThrownBy(() -> role("App", Lab.ALLOW_ALL))
        .isInstanceOf(MalformedPolicyDocumentException.class);
    assertThatThrownBy(() -> role("App", "{")).isInstanceOf(MalformedPolicyDocumentException.class);
    var statement =
        "{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"}";
    var statements = statement + ("," + statement).repeat(30);
    assertThatThrownBy(
            () -> role("App", "{\"Version\":\"2012-10-17\",\"Statement\":[" + statements + "]}"))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for ACLSizePerRole: 2048"));
  }

  @Test
  void aRoleIsDeletedLastAndItsProfileHoldsOneRole() {
    role("App", Lab.trust(ROOT));
    role("Other", Lab.trust(ROOT));
    iam.createInstanceProfile(r -> r.instanceProfileName("vm").path("/p/").tags(tag("a", "b")));
    iam.addRoleToInstanceProfile(r -> r.instanceProfileName("VM").roleName("App"));
    var profile = iam.getInstanceProfile(r -> r.instanceProfileName("vm")).instanceProfile();
    assertThat(profile.arn()).isEqualTo(Lab.ARN + "instance-profile/p/vm");
    assertThat(profile.roles()).extracting(r -> r.roleName()).containsExactly("App");
    assertThat(profile.tags()).containsExactly(tag("a", "b"));
    assertThatThrownBy(
            () -> iam.addRoleToInstanceProfile(r -> r.instanceProfileName("vm").roleName("Other")))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(
            e -> assertMessage(e, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"));
    assertThat(iam.listInstanceProfilesForRole(r -> r.roleName("App")).instanceProfiles())
        .hasSize(1);
    assertThatThrownBy(() -> iam.deleteRole(r -> r.roleName("App")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(
            e ->
                assertMessage(
                    e, "Cannot delete entity, must remove roles from instance profile first."));
    assertThatThrownBy(() -> iam.deleteInstanceProfile(r -> r.instanceProfileName("vm")))
        .isInstanceOf(DeleteConflictException.class);
    iam.removeRoleFromInstanceProfile(r -> r.instanceProfileName("vm").roleName("App"));
    iam.deleteInstanceProfile(r -> r.instanceProfileName("vm"));
    iam.deleteRole(r -> r.roleName("App"));
    assertThatThrownBy(() -> iam.getInstanceProfile(r -> r.instanceProfileName("vm")))
        .satisfies(e -> assertMessage(e, "Instance Profile vm cannot be found."));
  }

  @Test
  void whoPutsARoleIntoAProfileMustBeAllowedToPassIt() {
    var bob = lab.user("Bob");
    role("App", Lab.trust(ROOT));
    iam.createInstanceProfile(r -> r.instanceProfileName("vm"));
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("p")
                .policyDocument(Lab.allow("iam:AddRoleToInstanceProfile", "*")));
    assertThatThrownBy(
            () -> bob.addRoleToInstanceProfile(r -> r.instanceProfileName("vm").roleName("App")))
        .isInstanceOf(IamException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "User: "
                        + Lab.ARN
                        + "user/Bob is not authorized to perform: iam:PassRole on resource: "
                        + Lab.ARN
                        + "role/App because no identity-based policy allows the iam:PassRole action"));
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("pass")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
                     "Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}"""));
    bob.addRoleToInstanceProfile(r -> r.instanceProfileName("vm").roleName("App"));
  }
}
