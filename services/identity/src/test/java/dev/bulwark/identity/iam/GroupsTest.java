package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;

final class GroupsTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void membersComeInPages() {
    iam.createGroup(r -> r.groupName("staff").path("/all/"));
    for (int i = 0; i < 5; i++) {
      var name = "user" + i;
      iam.createUser(r -> r.userName(name));
      iam.addUserToGroup(r -> r.groupName("staff").userName(name));
      iam.addUserToGroup(r -> r.groupName("staff").userName(name));
    }
    var group = iam.getGroup(r -> r.groupName("STAFF").maxItems(2));
    assertThat(group.group().arn()).isEqualTo(Lab.ARN + "group/all/staff");
    assertThat(group.users()).hasSize(2);
    assertThat(group.isTruncated()).isTrue();
    assertThat(iam.getGroupPaginator(r -> r.groupName("staff").maxItems(2)).users())
        .extracting(u -> u.userName())
        .containsExactlyInAnyOrder("user0", "user1", "user2", "user3", "user4");
    iam.removeUserFromGroup(r -> r.groupName("staff").userName("user3"));
    assertThat(iam.getGroup(r -> r.groupName("staff")).users()).hasSize(4);
    assertThat(iam.listGroupsForUser(r -> r.userName("user3")).groups()).isEmpty();
  }

  @Test
  void aGroupIsDeletedLast() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createGroup(r -> r.groupName("staff"));
    iam.addUserToGroup(r -> r.groupName("staff").userName("Bob"));
    iam.putGroupPolicy(r -> r.groupName("staff").policyName("p").policyDocument(Lab.ALLOW_ALL));
    assertConflict("Cannot delete entity, must remove users from group first.");
    iam.removeUserFromGroup(r -> r.groupName("staff").userName("Bob"));
    assertConflict("Cannot delete entity, must delete policies first.");
    iam.deleteGroupPolicy(r -> r.groupName("staff").policyName("p"));
    iam.deleteGroup(r -> r.groupName("staff"));
    assertThatThrownBy(() -> iam.getGroup(r -> r.groupName("staff")))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The group with name staff cannot be found."));
  }

  private void assertConflict(String message) {
    assertThatThrownBy(() -> iam.deleteGroup(r -> r.groupName("staff")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, message));
  }

  @Test
  void aRenamedGroupKeepsItsMembersAndPolicies() {
    var bob = lab.user("Bob");
    iam.createGroup(r -> r.groupName("staff"));
    iam.createGroup(r -> r.groupName("other"));
    iam.addUserToGroup(r -> r.groupName("staff").userName("Bob"));
    iam.attachGroupPolicy(
        r -> r.groupName("staff").policyArn("arn:aws:iam::aws:policy/IAMReadOnlyAccess"));
    iam.updateGroup(r -> r.groupName("staff").newGroupName("Crew").newPath("/c/"));
    assertThat(bob.getGroup(r -> r.groupName("crew")).users()).hasSize(1);
    assertThat(bob.listAttachedGroupPolicies(r -> r.groupName("Crew")).attachedPolicies())
        .extracting(p -> p.policyName())
        .containsExactly("IAMReadOnlyAccess");
    assertThatThrownBy(() -> iam.updateGroup(r -> r.groupName("Crew").newGroupName("OTHER")))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "Group with name OTHER already exists."));
  }

  @Test
  void aUserIsInTenGroupsAtMost() {
    iam.createUser(r -> r.userName("Bob"));
    for (int i = 0; i <= 10; i++) {
      var name = "g" + i;
      iam.createGroup(r -> r.groupName(name));
      if (i < 10) {
        iam.addUserToGroup(r -> r.groupName(name).userName("Bob"));
      }
    }
    assertThatThrownBy(() -> iam.addUserToGroup(r -> r.groupName("g10").userName("Bob")))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for GroupsPerUser: 10"));
  }

  @Test
  void aForgedMarkerIsRefusedAndShowsNothing() {
    iam.createUser(r -> r.userName("Bob"));
    for (var name : new String[] {"a", "b"}) {
      iam.createGroup(r -> r.groupName(name));
      iam.addUserToGroup(r -> r.groupName("a").userName("Bob"));
    }
    for (var cursor :
        new String[] {"", "x", "-5:abc", "99999999999:x", "0:", "3:AGP", "\u0001", "\uffff:1"}) {
      var marker =
          Base64.getUrlEncoder().encodeToString((cursor + " ").getBytes(StandardCharsets.UTF_8));
      assertRefusedOrEmpty(() -> iam.getGroup(r -> r.groupName("b").marker(marker)).users());
      assertRefusedOrEmpty(() -> iam.listUsers(r -> r.marker(marker)).users());
      assertRefusedOrEmpty(
          () -> iam.getAccountAuthorizationDetails(r -> r.marker(marker)).userDetailList());
    }
  }

  private static void assertRefusedOrEmpty(Supplier<List<?>> list) {
    try {
      assertThat(list.get()).isEmpty();
    } catch (IamException e) {
      assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationError");
    }
  }
}
