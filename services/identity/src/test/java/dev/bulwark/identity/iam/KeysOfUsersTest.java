package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.DuplicateSshPublicKeyException;
import software.amazon.awssdk.services.iam.model.EncodingType;
import software.amazon.awssdk.services.iam.model.InvalidInputException;
import software.amazon.awssdk.services.iam.model.InvalidPublicKeyException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.ServiceNotSupportedException;
import software.amazon.awssdk.services.iam.model.ServiceSpecificCredential;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.UnrecognizedPublicKeyEncodingException;

/** SSH public keys, and credentials for one service. */
final class KeysOfUsersTest {
  private static final String CODECOMMIT = "codecommit.amazonaws.com";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private String upload(String body) {
    return iam.uploadSSHPublicKey(r -> r.userName("Bob").sshPublicKeyBody(body))
        .sshPublicKey()
        .sshPublicKeyId();
  }

  @Test
  void anSshKeyIsReadInBothEncodings() {
    iam.createUser(r -> r.userName("Bob"));
    var uploaded =
        iam.uploadSSHPublicKey(
                r -> r.userName("Bob").sshPublicKeyBody(Files.text("rsa.pub").strip()))
            .sshPublicKey();
    // By ssh-keygen -l -E md5.
    assertThat(uploaded.fingerprint()).isEqualTo("c9:a2:0c:13:ed:51:c0:8d:bf:13:73:7d:45:6a:f5:1c");
    assertThat(uploaded.sshPublicKeyBody()).endsWith("bob@example.com");
    var id = uploaded.sshPublicKeyId();
    assertThat(id).startsWith("APKA");
    assertThat(body(id, EncodingType.SSH))
        .isEqualTo(Files.text("rsa.pub").replace(" bob@example.com", "").strip());
    assertThat(body(id, EncodingType.PEM)).isEqualTo(Files.text("rsa.pem"));
    for (var same : new String[] {"rsa.pub", "rsa.pem", "rsa-pkcs1.pem"}) {
      assertThatThrownBy(() -> upload(Files.text(same)))
          .isInstanceOf(DuplicateSshPublicKeyException.class);
    }
    iam.updateSSHPublicKey(r -> r.userName("Bob").sshPublicKeyId(id).status(StatusType.INACTIVE));
    assertThat(iam.listSSHPublicKeys(r -> r.userName("Bob")).sshPublicKeys())
        .singleElement()
        .satisfies(k -> assertThat(k.status()).isEqualTo(StatusType.INACTIVE));
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("Bob")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(
            e -> assertMessage(e, "Cannot delete entity, must delete SSH public keys first."));
    iam.deleteSSHPublicKey(r -> r.userName("Bob").sshPublicKeyId(id));
    assertThatThrownBy(() -> body(id, EncodingType.SSH))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "The Public Key with id " + id + " cannot be found."));
    iam.deleteUser(r -> r.userName("Bob"));
  }

  private String body(String id, EncodingType encoding) {
    return iam.getSSHPublicKey(r -> r.userName("Bob").sshPublicKeyId(id).encoding(encoding))
        .sshPublicKey()
        .sshPublicKeyBody();
  }

  @Test
  void keysThatAwsWouldNotTakeAreRefused() {
    iam.createUser(r -> r.userName("Bob"));
    assertThatThrownBy(() -> upload(Files.text("rsa-1024.pub")))
        .isInstanceOf(InvalidPublicKeyException.class);
    assertThatThrownBy(() -> upload(Files.text("ed25519.pub")))
        .isInstanceOf(UnrecognizedPublicKeyEncodingException.class);
    assertThatThrownBy(() -> upload("ssh-rsa AAAA")).isInstanceOf(InvalidPublicKeyException.class);
    assertThatThrownBy(() -> upload("ssh-rsa AAAAB3NzaC1yc2H/////"))
        .isInstanceOf(InvalidPublicKeyException.class);
    assertThatThrownBy(() -> upload(Files.text("leaf.pem")))
        .isInstanceOf(UnrecognizedPublicKeyEncodingException.class);
    assertThatThrownBy(() -> upload("what?"))
        .isInstanceOf(UnrecognizedPublicKeyEncodingException.class);
  }

  @Test
  void credentialsForAServiceAreJudgedByIt() {
    iam.createUser(r -> r.userName("Bob"));
    var first = create(CODECOMMIT);
    assertThat(first.serviceUserName()).isEqualTo("Bob-at-" + Lab.ACCOUNT);
    assertThat(first.serviceSpecificCredentialId()).startsWith("ACCA");
    var second = create(CODECOMMIT);
    assertThat(second.serviceUserName()).isEqualTo("Bob+1-at-" + Lab.ACCOUNT);
    assertThatThrownBy(() -> create(CODECOMMIT)).isInstanceOf(LimitExceededException.class);
    create("cassandra.amazonaws.com");
    assertThatThrownBy(() -> create("ec2.amazonaws.com"))
        .isInstanceOf(ServiceNotSupportedException.class);
    var check = lab.iam.serviceCredentials();
    var name = first.serviceUserName();
    var id = first.serviceSpecificCredentialId();
    assertThat(check.verify(CODECOMMIT, name, first.servicePassword()))
        .hasValueSatisfying(user -> assertThat(user.userName()).isEqualTo("Bob"));
    assertThat(check.verify(CODECOMMIT, name, second.servicePassword())).isEmpty();
    assertThat(check.verify("cassandra.amazonaws.com", name, first.servicePassword())).isEmpty();
    iam.updateServiceSpecificCredential(
        r -> r.userName("Bob").serviceSpecificCredentialId(id).status(StatusType.INACTIVE));
    assertThat(check.verify(CODECOMMIT, name, first.servicePassword())).isEmpty();
    iam.updateServiceSpecificCredential(
        r -> r.userName("Bob").serviceSpecificCredentialId(id).status(StatusType.ACTIVE));
    var reset =
        iam.resetServiceSpecificCredential(r -> r.userName("Bob").serviceSpecificCredentialId(id))
            .serviceSpecificCredential();
    assertThat(check.verify(CODECOMMIT, name, first.servicePassword())).isEmpty();
    assertThat(check.verify(CODECOMMIT, name, reset.servicePassword())).isPresent();
    assertThat(
            iam.listServiceSpecificCredentials(r -> r.userName("Bob").serviceName(CODECOMMIT))
                .serviceSpecificCredentials())
        .hasSize(2);
    iam.createUser(r -> r.userName("Ann"));
    iam.createServiceSpecificCredential(r -> r.userName("Ann").serviceName(CODECOMMIT));
    var page = iam.listServiceSpecificCredentials(r -> r.allUsers(true).maxItems(2));
    assertThat(page.serviceSpecificCredentials())
        .extracting(each -> each.userName())
        .containsExactly("Ann", "Bob");
    assertThat(page.isTruncated()).isTrue();
    assertThat(
            iam.listServiceSpecificCredentials(r -> r.allUsers(true).marker(page.marker()))
                .serviceSpecificCredentials())
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.userName()).isEqualTo("Bob"));
    assertThatThrownBy(
            () -> iam.listServiceSpecificCredentials(r -> r.allUsers(true).userName("Bob")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () ->
                iam.createServiceSpecificCredential(
                    r -> r.userName("Ann").serviceName(CODECOMMIT).credentialAgeDays(7)))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("Bob")))
        .isInstanceOf(DeleteConflictException.class);
    for (var each :
        iam.listServiceSpecificCredentials(r -> r.userName("Bob")).serviceSpecificCredentials()) {
      iam.deleteServiceSpecificCredential(
          r -> r.userName("Bob").serviceSpecificCredentialId(each.serviceSpecificCredentialId()));
    }
    assertThatThrownBy(
            () ->
                iam.deleteServiceSpecificCredential(
                    r -> r.userName("Bob").serviceSpecificCredentialId(id)))
        .isInstanceOf(NoSuchEntityException.class);
    iam.deleteUser(r -> r.userName("Bob"));
  }

  private ServiceSpecificCredential create(String service) {
    return iam.createServiceSpecificCredential(r -> r.userName("Bob").serviceName(service))
        .serviceSpecificCredential();
  }
}
