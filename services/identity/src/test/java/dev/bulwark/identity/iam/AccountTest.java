package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.EntityType;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.PasswordPolicyViolationException;
import software.amazon.awssdk.services.iam.model.SummaryKeyType;

final class AccountTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aNewAliasTakesThePlaceOfTheOld() {
    assertThat(iam.listAccountAliases().accountAliases()).isEmpty();
    iam.createAccountAlias(r -> r.accountAlias("acme"));
    assertThatThrownBy(() -> iam.createAccountAlias(r -> r.accountAlias("acme")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "The account alias acme already exists."));
    iam.createAccountAlias(r -> r.accountAlias("acme-prod"));
    assertThat(iam.listAccountAliases().accountAliases()).containsExactly("acme-prod");
    assertThatThrownBy(() -> iam.deleteAccountAlias(r -> r.accountAlias("acme")))
        .isInstanceOf(NoSuchEntityException.class);
    iam.deleteAccountAlias(r -> r.accountAlias("acme-prod"));
    assertThat(iam.listAccountAliases().accountAliases()).isEmpty();
  }

  @Test
  void theSummaryCounts() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createGroup(r -> r.groupName("g"));
    iam.createPolicy(r -> r.policyName("p").policyDocument(Lab.ALLOW_ALL));
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.USERS, 1)
        .containsEntry(SummaryKeyType.GROUPS, 1)
        .containsEntry(SummaryKeyType.POLICIES, 1)
        .containsEntry(SummaryKeyType.POLICY_VERSIONS_IN_USE, 1)
        .containsEntry(SummaryKeyType.USERS_QUOTA, 5000);
  }

  @Test
  void passwordsFollowThePolicyOfTheAccount() {
    assertThatThrownBy(iam::getAccountPasswordPolicy)
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(
            e ->
                assertMessage(
                    e, "The Password Policy with domain name 123456789012 cannot be found."));
    iam.createUser(r -> r.userName("Bob"));
    assertViolation("short", "Password should have a minimum length of 8");
    assertViolation(
        "lowercase",
        "Password should meet 2 more of the following requirements: Password should have at least one uppercase"
            + " letter, Password should have at least one number, Password should have at least one symbol");
    iam.updateAccountPasswordPolicy(
        r -> r.minimumPasswordLength(14).requireNumbers(true).maxPasswordAge(90));
    var policy = iam.getAccountPasswordPolicy().passwordPolicy();
    assertThat(policy.minimumPasswordLength()).isEqualTo(14);
    assertThat(policy.requireNumbers()).isTrue();
    assertThat(policy.requireSymbols()).isFalse();
    assertThat(policy.expirePasswords()).isTrue();
    assertViolation("Correct-horse", "Password should have a minimum length of 14");
    assertViolation("only-lower-case", "Password should have at least one number");
    iam.createLoginProfile(r -> r.userName("Bob").password("only-lower-case-1"));
    iam.deleteAccountPasswordPolicy();
    assertThatThrownBy(iam::deleteAccountPasswordPolicy).isInstanceOf(NoSuchEntityException.class);
  }

  private void assertViolation(String password, String message) {
    assertThatThrownBy(() -> iam.createLoginProfile(r -> r.userName("Bob").password(password)))
        .isInstanceOf(PasswordPolicyViolationException.class)
        .satisfies(e -> assertMessage(e, message));
  }

  @Test
  void aLoginProfileComesChangesAndGoes() {
    iam.createUser(r -> r.userName("Bob"));
    assertThatThrownBy(() -> iam.getLoginProfile(r -> r.userName("Bob")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "Login Profile for User Bob cannot be found."));
    iam.createLoginProfile(
        r -> r.userName("Bob").password("Correct-horse1").passwordResetRequired(true));
    assertThatThrownBy(
            () -> iam.createLoginProfile(r -> r.userName("Bob").password("Correct-horse1")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "Login Profile for user Bob already exists."));
    assertThat(iam.getLoginProfile(r -> r.userName("bob")).loginProfile().passwordResetRequired())
        .isTrue();
    iam.updateLoginProfile(r -> r.userName("Bob").passwordResetRequired(false));
    assertThat(iam.getLoginProfile(r -> r.userName("Bob")).loginProfile().passwordResetRequired())
        .isFalse();
    var id = iam.getUser(r -> r.userName("Bob")).user().userId();
    var stored = lab.tables.loginProfiles().get(id);
    assertThat(stored.password())
        .startsWith("$argon2id$v=19$m=1000,t=2,p=1$")
        .doesNotContain("horse");
    assertThat(Passwords.matches("Correct-horse1", stored.password())).isTrue();
    assertThat(Passwords.matches("correct-horse1", stored.password())).isFalse();
    iam.deleteLoginProfile(r -> r.userName("Bob"));
  }

  @Test
  void aUserChangesTheOwnPasswordWhereThatIsAllowed() {
    var bob = lab.user("Bob");
    iam.createLoginProfile(r -> r.userName("Bob").password("Correct-horse1"));
    assertThatThrownBy(
            () ->
                bob.changePassword(
                    r -> r.oldPassword("Correct-horse1").newPassword("Battery-staple2")))
        .hasMessageContaining("iam:ChangePassword");
    iam.updateAccountPasswordPolicy(
        r -> r.allowUsersToChangePassword(true).passwordReusePrevention(2));
    assertThatThrownBy(
            () -> bob.changePassword(r -> r.oldPassword("wrong").newPassword("Battery-staple2")))
        .satisfies(e -> assertThat(AccessKeysTest.code(e)).isEqualTo("AccessDenied"));
    bob.changePassword(r -> r.oldPassword("Correct-horse1").newPassword("Battery-staple2"));
    assertThatThrownBy(
            () ->
                bob.changePassword(
                    r -> r.oldPassword("Battery-staple2").newPassword("Correct-horse1")))
        .isInstanceOf(PasswordPolicyViolationException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "Policy constraint violation with password reuse prevention during password"
                        + " change."));
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("no")
                .policyDocument(
                    Lab.allow("iam:ChangePassword", "*").replace("\"Allow\"", "\"Deny\"")));
    assertThatThrownBy(
            () ->
                bob.changePassword(
                    r -> r.oldPassword("Battery-staple2").newPassword("Battery-staple4")))
        .hasMessageContaining("with an explicit deny in an identity-based policy");
    assertThatThrownBy(
            () -> iam.changePassword(r -> r.oldPassword("x").newPassword("Battery-staple3")))
        .satisfies(e -> assertThat(AccessKeysTest.code(e)).isEqualTo("InvalidUserType"));
  }

  @Test
  void authorizationDetailsTellEverythingInPages() {
    var arn =
        iam.createPolicy(r -> r.policyName("own").policyDocument(Lab.ALLOW_ALL)).policy().arn();
    iam.createGroup(r -> r.groupName("staff"));
    for (var name : List.of("Ann", "Bob", "Cid")) {
      iam.createUser(r -> r.userName(name));
      iam.addUserToGroup(r -> r.groupName("staff").userName(name));
    }
    iam.putUserPolicy(r -> r.userName("Bob").policyName("p").policyDocument(Lab.ALLOW_ALL));
    iam.attachGroupPolicy(
        r -> r.groupName("staff").policyArn("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    iam.createRole(r -> r.roleName("App").assumeRolePolicyDocument(Lab.trust(Lab.ARN + "root")));
    iam.attachRolePolicy(r -> r.roleName("App").policyArn(arn));
    iam.createInstanceProfile(r -> r.instanceProfileName("vm"));
    iam.addRoleToInstanceProfile(r -> r.instanceProfileName("vm").roleName("App"));

    var all = iam.getAccountAuthorizationDetails(r -> {});
    assertThat(all.isTruncated()).isFalse();
    assertThat(all.userDetailList()).hasSize(3);
    var bob = all.userDetailList().get(1);
    assertThat(bob.groupList()).containsExactly("staff");
    assertThat(Lab.decoded(bob.userPolicyList().getFirst().policyDocument()))
        .isEqualTo(Lab.ALLOW_ALL);
    assertThat(all.roleDetailList().getFirst().instanceProfileList()).hasSize(1);
    assertThat(all.policies())
        .extracting(p -> p.policyName())
        .containsExactly("own", "ReadOnlyAccess");
    assertThat(all.policies().getFirst().policyVersionList()).hasSize(1);

    for (int size = 1; size <= 4; size++) {
      var seen = new ArrayList<String>();
      int most = size;
      for (var page : iam.getAccountAuthorizationDetailsPaginator(r -> r.maxItems(most))) {
        page.userDetailList().forEach(u -> seen.add(u.userName()));
        page.groupDetailList().forEach(g -> seen.add(g.groupName()));
        page.roleDetailList().forEach(r -> seen.add(r.roleName()));
        page.policies().forEach(p -> seen.add(p.policyName()));
      }
      assertThat(seen)
          .containsExactly("Ann", "Bob", "Cid", "staff", "App", "own", "ReadOnlyAccess");
    }
    var filtered =
        iam.getAccountAuthorizationDetails(
            r -> r.filter(EntityType.ROLE, EntityType.LOCAL_MANAGED_POLICY));
    assertThat(filtered.userDetailList()).isEmpty();
    assertThat(filtered.roleDetailList()).hasSize(1);
    assertThat(filtered.policies()).extracting(p -> p.policyName()).containsExactly("own");
  }
}
