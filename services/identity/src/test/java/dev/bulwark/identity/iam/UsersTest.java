package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.User;

final class UsersTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aUserIsMadeAndFound() {
    var made =
        iam.createUser(
                r -> r.userName("Bob").path("/team/").tags(tag("dept", "hr"), tag("Cost", "7")))
            .user();
    assertThat(made.arn()).isEqualTo(Lab.ARN + "user/team/Bob");
    assertThat(made.userId()).matches("AIDA[A-Z2-7]{17}");
    var found = iam.getUser(r -> r.userName("Bob")).user();
    assertThat(found.path()).isEqualTo("/team/");
    assertThat(found.userId()).isEqualTo(made.userId());
    assertThat(found.tags()).containsExactly(tag("Cost", "7"), tag("dept", "hr"));
    assertThat(found.passwordLastUsed()).isNull();
  }

  @Test
  void namesAreUniqueWithoutRegardToCase() {
    iam.createUser(r -> r.userName("Bob"));
    assertThatThrownBy(() -> iam.createUser(r -> r.userName("BOB").path("/other/")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "User with name BOB already exists."));
    assertThat(iam.getUser(r -> r.userName("bob")).user().userName()).isEqualTo("Bob");
  }

  @Test
  void whatIsNotThereCannotBeFound() {
    assertThatThrownBy(() -> iam.getUser(r -> r.userName("nobody")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The user with name nobody cannot be found."));
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("nobody")))
        .isInstanceOf(NoSuchEntityException.class);
  }

  @Test
  void aUserThatNamesNobodyMeansItself() {
    var bob = lab.user("Bob");
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("self")
                .policyDocument(Lab.allow("iam:*", Lab.ARN + "user/${aws:username}")));
    assertThat(bob.getUser().user().userName()).isEqualTo("Bob");
    assertThat(bob.listAccessKeys().accessKeyMetadata()).hasSize(1);
    assertThatThrownBy(() -> bob.getUser(r -> r.userName("Eve")))
        .isInstanceOf(IamException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "User: "
                        + Lab.ARN
                        + "user/Bob is not authorized to perform: iam:GetUser on resource: "
                        + Lab.ARN
                        + "user/Eve because no identity-based policy allows the iam:GetUser action"));
  }

  @Test
  void theRootUserIsItsAccount() {
    var root = iam.getUser().user();
    assertThat(root.arn()).isEqualTo(Lab.ARN + "root");
    assertThat(root.userId()).isEqualTo(Lab.ACCOUNT);
    assertThat(root.createDate()).isEqualTo(Lab.CREATED);
  }

  @Test
  void listsComeInPagesThatStayRightWhileUsersComeAndGo() {
    for (int i = 0; i < 7; i++) {
      int n = i;
      iam.createUser(r -> r.userName("user" + n).path(n % 2 == 0 ? "/even/" : "/odd/"));
    }
    var first = iam.listUsers(r -> r.maxItems(3));
    assertThat(names(first.users())).containsExactly("user0", "user1", "user2");
    assertThat(first.isTruncated()).isTrue();
    iam.deleteUser(r -> r.userName("user2"));
    iam.createUser(r -> r.userName("aaa"));
    var second = iam.listUsers(r -> r.maxItems(4).marker(first.marker()));
    assertThat(names(second.users())).containsExactly("user3", "user4", "user5", "user6");
    assertThat(second.isTruncated()).isFalse();
    assertThat(second.marker()).isNull();
    assertThat(names(iam.listUsers(r -> r.pathPrefix("/odd/")).users()))
        .containsExactly("user1", "user3", "user5");
    assertThat(names(iam.listUsersPaginator(r -> r.maxItems(1)).users().stream().toList()))
        .hasSize(7);
    assertThatThrownBy(() -> iam.listUsers(r -> r.marker("nonsense!")))
        .isInstanceOf(IamException.class);
  }

  @Test
  void aRenamedUserKeepsItsIdAndEverythingElse() {
    var bob = lab.user("Bob");
    iam.createGroup(r -> r.groupName("staff"));
    iam.addUserToGroup(r -> r.groupName("staff").userName("Bob"));
    iam.putGroupPolicy(r -> r.groupName("staff").policyName("p").policyDocument(Lab.ALLOW_ALL));
    var before = bob.getUser().user();
    iam.updateUser(r -> r.userName("Bob").newUserName("Robert").newPath("/x/"));
    var after = bob.getUser().user();
    assertThat(after.userId()).isEqualTo(before.userId());
    assertThat(after.arn()).isEqualTo(Lab.ARN + "user/x/Robert");
    assertThat(iam.listGroupsForUser(r -> r.userName("Robert")).groups()).hasSize(1);
    assertThatThrownBy(() -> iam.getUser(r -> r.userName("Bob")))
        .isInstanceOf(NoSuchEntityException.class);
    iam.createUser(r -> r.userName("Bob"));
    assertThatThrownBy(() -> iam.updateUser(r -> r.userName("Robert").newUserName("bob")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "User with name bob already exists."));
  }

  @Test
  void aUserIsDeletedLast() {
    lab.user("Bob");
    iam.createGroup(r -> r.groupName("staff"));
    iam.addUserToGroup(r -> r.groupName("staff").userName("Bob"));
    iam.attachUserPolicy(
        r -> r.userName("Bob").policyArn("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    iam.putUserPolicy(r -> r.userName("Bob").policyName("p").policyDocument(Lab.ALLOW_ALL));
    iam.createLoginProfile(r -> r.userName("Bob").password("Correct-horse1"));
    assertConflict("Cannot delete entity, must remove users from group first.");
    iam.removeUserFromGroup(r -> r.groupName("staff").userName("Bob"));
    assertConflict("Cannot delete entity, must detach all policies first.");
    iam.detachUserPolicy(
        r -> r.userName("Bob").policyArn("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    assertConflict("Cannot delete entity, must delete policies first.");
    iam.deleteUserPolicy(r -> r.userName("Bob").policyName("p"));
    assertConflict("Cannot delete entity, must delete access keys first.");
    iam.listAccessKeys(r -> r.userName("Bob"))
        .accessKeyMetadata()
        .forEach(k -> iam.deleteAccessKey(r -> r.userName("Bob").accessKeyId(k.accessKeyId())));
    assertConflict("Cannot delete entity, must delete login profile first.");
    iam.deleteLoginProfile(r -> r.userName("Bob"));
    iam.deleteUser(r -> r.userName("Bob"));
    assertThat(iam.listUsers().users()).isEmpty();
  }

  private void assertConflict(String message) {
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("Bob")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, message));
  }

  @Test
  void tagsKeepTheirCaseAndAreUniqueWithoutRegardToIt() {
    iam.createUser(r -> r.userName("Bob").tags(tag("Team", "a")));
    iam.tagUser(r -> r.userName("Bob").tags(tag("team", "b"), tag("x", "1")));
    assertThat(iam.listUserTags(r -> r.userName("Bob")).tags())
        .containsExactly(tag("team", "b"), tag("x", "1"));
    iam.untagUser(r -> r.userName("Bob").tagKeys("TEAM", "absent"));
    assertThat(iam.listUserTags(r -> r.userName("Bob")).tags()).containsExactly(tag("x", "1"));
    assertThatThrownBy(() -> iam.tagUser(r -> r.userName("Bob").tags(tag("a", "1"), tag("A", "2"))))
        .isInstanceOf(InvalidInputException.class)
        .satisfies(
            e ->
                assertMessage(
                    e,
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive."));
    assertThatThrownBy(() -> iam.tagUser(r -> r.userName("Bob").tags(tag("aws:x", "1"))))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void aBoundaryMustExistAndIsShown() {
    iam.createUser(
        r -> r.userName("Bob").permissionsBoundary("arn:aws:iam::aws:policy/PowerUserAccess"));
    assertThat(
            iam.getUser(r -> r.userName("Bob"))
                .user()
                .permissionsBoundary()
                .permissionsBoundaryArn())
        .isEqualTo("arn:aws:iam::aws:policy/PowerUserAccess");
    var missing = Lab.ARN + "policy/missing";
    assertThatThrownBy(
            () ->
                iam.putUserPermissionsBoundary(r -> r.userName("Bob").permissionsBoundary(missing)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(
            e ->
                assertMessage(
                    e, "Scope ARN: " + missing + " does not exist or is not attachable."));
    iam.deleteUserPermissionsBoundary(r -> r.userName("Bob"));
    assertThat(iam.getUser(r -> r.userName("Bob")).user().permissionsBoundary()).isNull();
  }

  @Test
  void anAccountHasItsQuotas() {
    try (var small = new Lab(IamQuotas.AWS.withUsers(1))) {
      small.root().createUser(r -> r.userName("a"));
      assertThatThrownBy(() -> small.root().createUser(r -> r.userName("b")))
          .isInstanceOf(LimitExceededException.class)
          .satisfies(e -> assertMessage(e, "Cannot exceed quota for UsersPerAccount: 1"));
    }
  }

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private static List<String> names(List<User> users) {
    return users.stream().map(User::userName).toList();
  }

  static void assertMessage(Throwable error, String message) {
    assertThat(((IamException) error).awsErrorDetails().errorMessage()).isEqualTo(message);
  }
}
