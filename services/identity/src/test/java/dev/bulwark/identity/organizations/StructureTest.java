package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.MANAGEMENT;
import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.organizations.model.Account;
import software.amazon.awssdk.services.organizations.model.AccountStatus;
import software.amazon.awssdk.services.organizations.model.ChildType;
import software.amazon.awssdk.services.organizations.model.ConstraintViolationException;
import software.amazon.awssdk.services.organizations.model.CreateAccountState;
import software.amazon.awssdk.services.organizations.model.OrganizationFeatureSet;
import software.amazon.awssdk.services.organizations.model.PolicyType;
import software.amazon.awssdk.services.organizations.model.Tag;
import software.amazon.awssdk.services.sts.StsClient;

/** Organizations, units and accounts, as clients see them. */
final class StructureTest {
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void withoutAnOrganizationThereIsNothingToDescribe() {
    assertThat(error(() -> world.organizations.describeOrganization(r -> {})))
        .isEqualTo(
            "AWSOrganizationsNotInUseException: Your account is not a member of an organization.");
    assertThat(error(() -> world.organizations.listRoots(r -> {})))
        .startsWith("AWSOrganizationsNotInUseException");
  }

  @Test
  void anOrganizationBeginsWithItsManagementAccountAndAllFeatures() {
    var made = world.organizations.createOrganization(r -> {}).organization();

    assertThat(made.id()).matches("o-[a-z0-9]{10}");
    assertThat(made.featureSet()).isEqualTo(OrganizationFeatureSet.ALL);
    assertThat(made.masterAccountId()).isEqualTo(MANAGEMENT);
    assertThat(made.arn())
        .isEqualTo("arn:aws:organizations::" + MANAGEMENT + ":organization/" + made.id());
    assertThat(made.masterAccountArn())
        .isEqualTo("arn:aws:organizations::%s:account/%s/%s", MANAGEMENT, made.id(), MANAGEMENT);
    assertThat(world.organizations.describeOrganization(r -> {}).organization()).isEqualTo(made);
    var root = world.organizations.listRoots(r -> {}).roots().getFirst();
    assertThat(root.policyTypes()).isEmpty();
    assertThat(made.availablePolicyTypes())
        .singleElement()
        .satisfies(type -> assertThat(type.type()).isEqualTo(PolicyType.SERVICE_CONTROL_POLICY));
    assertThat(world.organizations.listAccounts(r -> {}).accounts())
        .extracting(Account::id)
        .containsExactly(MANAGEMENT);
    assertThat(error(() -> world.organizations.createOrganization(r -> {})))
        .startsWith("AlreadyInOrganizationException");
    assertThat(world.iam.getRole(r -> r.roleName("AWSServiceRoleForOrganizations")).role().path())
        .isEqualTo("/aws-service-role/organizations.amazonaws.com/");

    world.organizations.deleteOrganization(r -> {});
    assertThat(error(() -> world.organizations.describeOrganization(r -> {})))
        .startsWith("AWSOrganizationsNotInUseException");
  }

  @Test
  void aNewAccountIsInProgressFirstAndUsableThen() {
    world.organizations.createOrganization(r -> {});
    var asked =
        world
            .organizations
            .createAccount(
                r ->
                    r.accountName("Audit")
                        .email("audit@example.com")
                        .tags(Tag.builder().key("team").value("security").build()))
            .createAccountStatus();
    assertThat(asked.state()).isEqualTo(CreateAccountState.IN_PROGRESS);
    assertThat(asked.accountId()).isNull();
    var done =
        world
            .organizations
            .describeCreateAccountStatus(r -> r.createAccountRequestId(asked.id()))
            .createAccountStatus();
    assertThat(done.state()).isEqualTo(CreateAccountState.SUCCEEDED);

    var account = world.describe(done.accountId());
    assertThat(account.name()).isEqualTo("Audit");
    assertThat(account.email()).isEqualTo("audit@example.com");
    assertThat(account.joinedMethodAsString()).isEqualTo("CREATED");
    assertThat(account.status()).isEqualTo(AccountStatus.ACTIVE);
    assertThat(world.organizations.listTagsForResource(r -> r.resourceId(account.id())).tags())
        .containsExactly(Tag.builder().key("team").value("security").build());

    var administrator = world.administrator(account.id());
    assertThat(world.client(StsClient.builder(), administrator).getCallerIdentity().account())
        .isEqualTo(account.id());
    var itsIam = world.iam(administrator);
    itsIam.createUser(r -> r.userName("bob"));
    assertThat(itsIam.listUsers().users()).hasSize(1);
    assertThat(world.iam.listUsers().users())
        .noneSatisfy(user -> assertThat(user.userName()).isEqualTo("bob"));
  }

  @Test
  void anAddressIsOneAccountsAlone() {
    world.organizations.createOrganization(r -> {});
    world.account("one");
    var again =
        world.organizations.createAccount(r -> r.accountName("two").email("ONE@example.com"));

    var status =
        world
            .organizations
            .listCreateAccountStatus(r -> r.states(CreateAccountState.FAILED))
            .createAccountStatuses();
    assertThat(status).hasSize(1);
    assertThat(status.getFirst().id()).isEqualTo(again.createAccountStatus().id());
    assertThat(status.getFirst().failureReasonAsString()).isEqualTo("EMAIL_ALREADY_EXISTS");
    assertThat(world.organizations.listAccounts(r -> {}).accounts()).hasSize(2);
  }

  @Test
  void unitsHoldUnitsAndAccounts() {
    world.organizations.createOrganization(r -> {});
    var root = world.rootId();
    var account = world.account("app");
    var workloads = world.unit("Workloads", root);
    var prod = world.unit("Prod", workloads);
    assertThat(prod).matches("ou-" + root.substring(2) + "-[a-z0-9]{8}");
    assertThat(error(() -> world.unit("Prod", workloads)))
        .isEqualTo(
            "DuplicateOrganizationalUnitException: An OU with the same name already exists.");
    assertThat(error(() -> world.unit("Lost", "ou-abcd-12345678")))
        .isEqualTo("ParentNotFoundException: You specified a parent that doesn't exist.");

    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(root).destinationParentId(prod));
    assertThat(
            world
                .organizations
                .listChildren(r -> r.parentId(prod).childType(ChildType.ACCOUNT))
                .children())
        .singleElement()
        .satisfies(child -> assertThat(child.id()).isEqualTo(account));
    assertThat(world.organizations.listParents(r -> r.childId(account)).parents().getFirst().id())
        .isEqualTo(prod);
    assertThat(
            error(
                () ->
                    world.organizations.moveAccount(
                        r -> r.accountId(account).sourceParentId(root).destinationParentId(prod))))
        .isEqualTo("AccountNotFoundException: You specified an account that doesn't exist.");
    assertThat(
            error(
                () ->
                    world.organizations.moveAccount(
                        r -> r.accountId(account).sourceParentId(prod).destinationParentId(prod))))
        .startsWith("DuplicateAccountException");
    assertThat(
            error(
                () ->
                    world.organizations.deleteOrganizationalUnit(
                        r -> r.organizationalUnitId(workloads))))
        .startsWith("OrganizationalUnitNotEmptyException");
    var renamed =
        world.organizations.updateOrganizationalUnit(
            r -> r.organizationalUnitId(prod).name("Production"));
    assertThat(renamed.organizationalUnit().name()).isEqualTo("Production");
    world.organizations.moveAccount(
        r -> r.accountId(account).sourceParentId(prod).destinationParentId(root));
    world.organizations.deleteOrganizationalUnit(r -> r.organizationalUnitId(prod));
    assertThat(
            error(
                () ->
                    world.organizations.describeOrganizationalUnit(
                        r -> r.organizationalUnitId(prod))))
        .startsWith("OrganizationalUnitNotFoundException");
  }

  @Test
  void unitsAreAtMostFiveDeep() {
    world.organizations.createOrganization(r -> {});
    var parent = world.rootId();
    for (int depth = 1; depth <= 5; depth++) {
      parent = world.unit("level " + depth, parent);
    }
    var deepest = parent;
    assertThat(error(() -> world.unit("level 6", deepest)))
        .startsWith("ConstraintViolationException");
    assertThat(
            catchThrowableOfType(
                    ConstraintViolationException.class, () -> world.unit("level 6", deepest))
                .reasonAsString())
        .isEqualTo("OU_DEPTH_LIMIT_EXCEEDED");
  }

  @Test
  void listsComeInPages() {
    world.organizations.createOrganization(r -> {});
    for (int i = 0; i < 5; i++) {
      world.account("account-" + i);
    }
    var seen =
        world.organizations.listAccountsPaginator(r -> r.maxResults(2)).stream()
            .flatMap(page -> page.accounts().stream())
            .map(Account::id)
            .toList();
    assertThat(seen).hasSize(6).doesNotHaveDuplicates();
    assertThat(error(() -> world.organizations.listAccounts(r -> r.nextToken("?"))))
        .startsWith("InvalidInputException");
  }

  @Test
  void aMemberSeesItsOrganizationAndNoMore() {
    world.organizations.createOrganization(r -> {});
    var member = world.organizations(world.administrator(world.account("app")));

    assertThat(member.describeOrganization(r -> {}).organization().masterAccountId())
        .isEqualTo(MANAGEMENT);
    var denied = "AccessDeniedException: You don't have permissions to access this resource.";
    assertThat(error(() -> member.listAccounts(r -> {}))).isEqualTo(denied);
    assertThat(error(() -> member.listRoots(r -> {}))).isEqualTo(denied);
    assertThat(error(() -> member.createAccount(r -> r.accountName("x").email("x@example.com"))))
        .isEqualTo(denied);
    assertThat(error(() -> member.deleteOrganization(r -> {}))).isEqualTo(denied);
  }

  @Test
  void whatTheCallersPoliciesDoNotAllowIsDenied() {
    world.organizations.createOrganization(r -> {});
    var account = world.account("app");
    var reader =
        world.organizations(
            world.user("reader", World.document(World.allow("organizations:ListAccounts"))));

    assertThat(reader.listAccounts(r -> {}).accounts()).hasSize(2);
    assertThat(error(() -> reader.describeAccount(r -> r.accountId(account))))
        .isEqualTo("AccessDeniedException: You don't have permissions to access this resource.");
  }

  @Test
  void anAccountLeavesOrIsRemovedAndIsThenOnItsOwn() {
    world.organizations.createOrganization(r -> {});
    var one = world.account("one");
    var two = world.account("two");
    var administrator = world.organizations(world.administrator(one));
    assertThat(error(() -> world.organizations.deleteOrganization(r -> {})))
        .isEqualTo(
            "OrganizationNotEmptyException: To delete an organization you must first remove all member accounts (except the master).");

    administrator.leaveOrganization(r -> {});
    world.organizations.removeAccountFromOrganization(r -> r.accountId(two));

    assertThat(error(() -> administrator.describeOrganization(r -> {})))
        .startsWith("AWSOrganizationsNotInUseException");
    assertThat(error(() -> world.describe(two)))
        .isEqualTo("AccountNotFoundException: You specified an account that doesn't exist.");
    assertThat(
            error(
                () ->
                    world.organizations.removeAccountFromOrganization(
                        r -> r.accountId(MANAGEMENT))))
        .startsWith("MasterCannotLeaveOrganizationException");
    world.organizations.deleteOrganization(r -> {});
  }

  @Test
  void ofAClosedAccountNoCredentialsWork() {
    world.organizations.createOrganization(r -> {});
    var account = world.account("app");
    var administrator = world.administrator(account);
    var user = World.user(world.iam(administrator), "bob", World.ALLOW_ALL);
    world.iam(user).listUsers();

    world.organizations.closeAccount(r -> r.accountId(account));

    assertThat(world.describe(account).status()).isEqualTo(AccountStatus.SUSPENDED);
    assertThat(error(() -> world.iam(user).listUsers())).startsWith("InvalidClientTokenId");
    assertThat(error(() -> world.iam(administrator).listUsers()))
        .startsWith("InvalidClientTokenId");
    assertThat(error(() -> world.organizations.closeAccount(r -> r.accountId(account))))
        .startsWith("AccountAlreadyClosedException");
    assertThat(error(() -> world.organizations.closeAccount(r -> r.accountId(MANAGEMENT))))
        .startsWith("ConstraintViolationException");
  }

  @Test
  void aTenthOfTheAccountsButAtLeastTenCanBeClosedInThirtyDays() {
    world.organizations.createOrganization(r -> {});
    for (int i = 0; i < 10; i++) {
      var id = world.account("account-" + i);
      world.organizations.closeAccount(r -> r.accountId(id));
    }
    var last = world.account("last");
    assertThat(error(() -> world.organizations.closeAccount(r -> r.accountId(last))))
        .startsWith("ConstraintViolationException");
    world.clock.advance(Duration.ofDays(31));
    world.organizations.closeAccount(r -> r.accountId(last));
  }

  @Test
  void tagsAreKeptAndTheirRulesToo() {
    world.organizations.createOrganization(r -> {});
    var root = world.rootId();
    var team = Tag.builder().key("team").value("a").build();
    world.organizations.tagResource(r -> r.resourceId(root).tags(team));
    assertThat(world.organizations.listTagsForResource(r -> r.resourceId(root)).tags())
        .containsExactly(team);
    assertThat(
            error(() -> world.organizations.tagResource(r -> r.resourceId(root).tags(team, team))))
        .startsWith("InvalidInputException");
    world.organizations.untagResource(r -> r.resourceId(root).tagKeys("team"));
    assertThat(world.organizations.listTagsForResource(r -> r.resourceId(root)).tags()).isEmpty();
    assertThat(
            error(() -> world.organizations.listTagsForResource(r -> r.resourceId("111122223333"))))
        .startsWith("TargetNotFoundException");
  }
}
