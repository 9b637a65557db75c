package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.StatusType;

final class AccessKeysTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void aKeyWorksAtOnceAndNoLongerOnceItIsSwitchedOffOrDeleted() {
    iam.createUser(r -> r.userName("Bob"));
    iam.putUserPolicy(r -> r.userName("Bob").policyName("p").policyDocument(Lab.ALLOW_ALL));
    var key = iam.createAccessKey(r -> r.userName("Bob")).accessKey();
    assertThat(key.accessKeyId()).matches("AKIA[A-Z2-7]{16}");
    assertThat(key.secretAccessKey()).hasSize(40);
    assertThat(key.status()).isEqualTo(StatusType.ACTIVE);
    var bob = lab.client(key);
    assertThat(bob.getUser().user().userName()).isEqualTo("Bob");
    bob.updateAccessKey(r -> r.accessKeyId(key.accessKeyId()).status(StatusType.INACTIVE));
    assertThatThrownBy(bob::getUser)
        .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidClientTokenId"));
    iam.updateAccessKey(
        r -> r.userName("Bob").accessKeyId(key.accessKeyId()).status(StatusType.ACTIVE));
    assertThat(bob.getUser().user().userName()).isEqualTo("Bob");
    iam.deleteAccessKey(r -> r.userName("Bob").accessKeyId(key.accessKeyId()));
    assertThatThrownBy(bob::getUser)
        .satisfies(e -> assertThat(code(e)).isEqualTo("InvalidClientTokenId"));
  }

  @Test
  void aUserHasTwoKeysAtMost() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createAccessKey(r -> r.userName("Bob"));
    iam.createAccessKey(r -> r.userName("Bob"));
    assertThatThrownBy(() -> iam.createAccessKey(r -> r.userName("Bob")))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for AccessKeysPerUser: 2"));
    assertThat(iam.listAccessKeys(r -> r.userName("Bob").maxItems(1)).isTruncated()).isTrue();
    assertThat(iam.listAccessKeysPaginator(r -> r.userName("Bob").maxItems(1)).accessKeyMetadata())
        .hasSize(2);
  }

  @Test
  void anotherUsersKeyIsNotFound() {
    iam.createUser(r -> r.userName("Bob"));
    iam.createUser(r -> r.userName("Eve"));
    var id = iam.createAccessKey(r -> r.userName("Bob")).accessKey().accessKeyId();
    assertThatThrownBy(() -> iam.deleteAccessKey(r -> r.userName("Eve").accessKeyId(id)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The Access Key with id " + id + " cannot be found."));
  }

  @Test
  void theRootUserCanHaveKeysOfItsOwn() {
    var key = iam.createAccessKey().accessKey();
    assertThat(key.userName()).isNull();
    var root = lab.client(key);
    assertThat(root.getUser().user().arn()).isEqualTo(Lab.ARN + "root");
    assertThat(root.listAccessKeys().accessKeyMetadata())
        .extracting(k -> k.accessKeyId())
        .containsExactly(key.accessKeyId());
  }

  @Test
  void theLastUseIsToldAndOutlivesARestart() {
    iam.createUser(r -> r.userName("Bob"));
    var key = iam.createAccessKey(r -> r.userName("Bob")).accessKey();
    var unused = iam.getAccessKeyLastUsed(r -> r.accessKeyId(key.accessKeyId()));
    assertThat(unused.userName()).isEqualTo("Bob");
    assertThat(unused.accessKeyLastUsed().serviceName()).isEqualTo("N/A");
    assertThat(unused.accessKeyLastUsed().region()).isEqualTo("N/A");
    assertThat(unused.accessKeyLastUsed().lastUsedDate()).isNull();
    var before = Instant.now().minusSeconds(5);
    assertThatThrownBy(() -> lab.client(key).listUsers()).isInstanceOf(IamException.class);
    for (int round = 0; round < 2; round++) {
      var used =
          iam.getAccessKeyLastUsed(r -> r.accessKeyId(key.accessKeyId())).accessKeyLastUsed();
      assertThat(used.serviceName()).isEqualTo("iam");
      assertThat(used.region()).isEqualTo("us-east-1");
      assertThat(used.lastUsedDate()).isAfter(before);
      lab.lastUsed.flush();
    }
    assertThat(lab.tables.keyUses().get(key.accessKeyId())).isNotNull();
    assertThatThrownBy(() -> iam.getAccessKeyLastUsed(r -> r.accessKeyId("AKIAAAAAAAAAAAAAAAAA")))
        .satisfies(
            e -> assertMessage(e, "The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found."));
  }

  @Test
  void secretsAreSealedInTheStore() {
    iam.createUser(r -> r.userName("Bob"));
    var key = iam.createAccessKey(r -> r.userName("Bob")).accessKey();
    var stored = lab.tables.accessKeys().get(key.accessKeyId());
    assertThat(new String(stored.secret(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain(key.secretAccessKey());
    assertThat(stored.toString()).doesNotContain("secret");
  }

  static String code(Throwable error) {
    return ((IamException) error).awsErrorDetails().errorCode();
  }
}
