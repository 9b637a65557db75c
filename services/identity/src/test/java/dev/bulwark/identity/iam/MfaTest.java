package dev.bulwark.identity.iam;

import static dev.bulwark.identity.iam.UsersTest.assertMessage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.AssignmentStatusType;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.iam.model.InvalidAuthenticationCodeException;
import software.amazon.awssdk.services.iam.model.LimitExceededException;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.SummaryKeyType;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.VirtualMFADevice;

final class MfaTest {
  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  private VirtualMFADevice device(String name) {
    return iam.createVirtualMFADevice(r -> r.virtualMFADeviceName(name)).virtualMFADevice();
  }

  private static Authenticator authenticator(VirtualMFADevice device) {
    return new Authenticator(device.base32StringSeed().asUtf8String());
  }

  /** Enables a device with the code of now and the next one. */
  private void enable(String user, VirtualMFADevice device) {
    var phone = authenticator(device);
    var now = lab.clock.instant();
    iam.enableMFADevice(
        r ->
            r.userName(user)
                .serialNumber(device.serialNumber())
                .authenticationCode1(phone.code(now))
                .authenticationCode2(phone.code(now.plus(Authenticator.STEP))));
  }

  @Test
  void aDeviceComesWithASeedAndAQrCodeOfIt() throws Exception {
    iam.createAccountAlias(r -> r.accountAlias("acme"));
    var device = device("bob-s");
    assertThat(device.serialNumber()).isEqualTo(Lab.ARN + "mfa/bob-s");
    var seed = device.base32StringSeed().asUtf8String();
    assertThat(seed).matches("[A-Z2-7]{64}");
    var image = ImageIO.read(new ByteArrayInputStream(device.qrCodePNG().asByteArray()));
    int width = image.getWidth();
    int height = image.getHeight();
    var pixels = image.getRGB(0, 0, width, height, null, 0, width);
    var read =
        new QRCodeReader()
            .decode(
                new BinaryBitmap(
                    new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))));
    assertThat(read.getText()).isEqualTo("otpauth://totp/bob-s@acme?secret=" + seed);
    var stored = lab.credentials().mfaDevice(Lab.ACCOUNT, device.serialNumber());
    assertThat(stored.seed()).doesNotContain(seed);
    assertThat(new String(Base64.getDecoder().decode(stored.seed()))).doesNotContain(seed);
    assertThatThrownBy(() -> device("bob-s"))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(
            e -> assertMessage(e, "MFADevice entity at the same path and name already exists."));
  }

  @Test
  void twoCodesInARowMakeADeviceSomebodysSecondFactor() {
    iam.createUser(r -> r.userName("Bob"));
    var device = device("bob");
    var serial = device.serialNumber();
    var phone = authenticator(device);
    var now = lab.clock.instant();
    assertThatThrownBy(
            () ->
                iam.enableMFADevice(
                    r ->
                        r.userName("Bob")
                            .serialNumber(serial)
                            .authenticationCode1(phone.code(now))
                            .authenticationCode2(phone.code(now))))
        .isInstanceOf(InvalidAuthenticationCodeException.class)
        .satisfies(e -> assertMessage(e, "Authentication code for device is not valid."));
    assertThat(iam.listMFADevices(r -> r.userName("Bob")).mfaDevices()).isEmpty();
    enable("Bob", device);
    assertThat(iam.listMFADevices(r -> r.userName("bob")).mfaDevices())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.userName()).isEqualTo("Bob");
              assertThat(d.serialNumber()).isEqualTo(serial);
              assertThat(d.enableDate()).isNotNull();
            });
    assertThat(iam.getMFADevice(r -> r.userName("Bob").serialNumber(serial)).enableDate())
        .isNotNull();
    assertThatThrownBy(() -> enable("Bob", device))
        .isInstanceOf(EntityAlreadyExistsException.class)
        .satisfies(e -> assertMessage(e, "MFA Device is already in use."));
    assertThatThrownBy(() -> iam.deleteVirtualMFADevice(r -> r.serialNumber(serial)))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, "MFA VirtualDevice in use. Must deactivate first."));
    assertThatThrownBy(() -> iam.deleteUser(r -> r.userName("Bob")))
        .isInstanceOf(DeleteConflictException.class)
        .satisfies(e -> assertMessage(e, "Cannot delete entity, must delete MFA device first."));
    iam.deactivateMFADevice(r -> r.userName("Bob").serialNumber(serial));
    assertThatThrownBy(() -> iam.deactivateMFADevice(r -> r.userName("Bob").serialNumber(serial)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(e -> assertMessage(e, "MFA Device invalid for user."));
    iam.deleteVirtualMFADevice(r -> r.serialNumber(serial));
    assertThatThrownBy(() -> iam.deleteVirtualMFADevice(r -> r.serialNumber(serial)))
        .isInstanceOf(NoSuchEntityException.class)
        .satisfies(
            e ->
                assertMessage(
                    e, "VirtualMFADevice with serial number " + serial + " doesn't exist."));
    iam.deleteUser(r -> r.userName("Bob"));
  }

  @Test
  void listsTellWhoseADeviceIs() {
    iam.createUser(r -> r.userName("Bob"));
    enable("Bob", device("a"));
    device("b");
    assertThat(iam.listVirtualMFADevices().virtualMFADevices()).hasSize(2);
    assertThat(
            iam.listVirtualMFADevices(r -> r.assignmentStatus(AssignmentStatusType.ASSIGNED))
                .virtualMFADevices())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.user().userName()).isEqualTo("Bob");
              assertThat(d.base32StringSeed()).isNull();
              assertThat(d.qrCodePNG()).isNull();
            });
    assertThat(
            iam.listVirtualMFADevices(r -> r.assignmentStatus(AssignmentStatusType.UNASSIGNED))
                .virtualMFADevices())
        .extracting(VirtualMFADevice::serialNumber)
        .containsExactly(Lab.ARN + "mfa/b");
    assertThat(iam.listVirtualMFADevices(r -> r.maxItems(1)).isTruncated()).isTrue();
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.MFA_DEVICES, 2)
        .containsEntry(SummaryKeyType.MFA_DEVICES_IN_USE, 1)
        .containsEntry(SummaryKeyType.ACCOUNT_MFA_ENABLED, 0);
  }

  @Test
  void theRootUserHasASecondFactorToo() {
    var device = device("root-account-mfa-device");
    assertThatThrownBy(() -> enable("root", device)).isInstanceOf(NoSuchEntityException.class);
    enable(Lab.ACCOUNT, device);
    assertThat(iam.listMFADevices().mfaDevices())
        .singleElement()
        .satisfies(d -> assertThat(d.serialNumber()).isEqualTo(device.serialNumber()));
    assertThat(iam.listVirtualMFADevices().virtualMFADevices().getFirst().user().arn())
        .isEqualTo(Lab.ARN + "root");
    assertThat(iam.getAccountSummary().summaryMap())
        .containsEntry(SummaryKeyType.ACCOUNT_MFA_ENABLED, 1);
    var bob = lab.user("Bob");
    iam.putUserPolicy(r -> r.userName("Bob").policyName("p").policyDocument(Lab.ALLOW_ALL));
    assertThatThrownBy(
            () ->
                bob.deactivateMFADevice(
                    r -> r.userName(Lab.ACCOUNT).serialNumber(device.serialNumber())))
        .isInstanceOf(NoSuchEntityException.class);
    iam.deactivateMFADevice(r -> r.userName(Lab.ACCOUNT).serialNumber(device.serialNumber()));
    assertThat(iam.listMFADevices().mfaDevices()).isEmpty();
  }

  @Test
  void aUserHasEightDevicesAtMost() {
    iam.createUser(r -> r.userName("Bob"));
    for (int i = 0; i < 8; i++) {
      enable("Bob", device("d" + i));
    }
    var ninth = device("d8");
    assertThatThrownBy(() -> enable("Bob", ninth))
        .isInstanceOf(LimitExceededException.class)
        .satisfies(e -> assertMessage(e, "Cannot exceed quota for MFADevicesPerUser: 8"));
  }

  @Test
  void aClockThatHasGoneWrongIsSynchronized() {
    iam.createUser(r -> r.userName("Bob"));
    var device = device("bob");
    enable("Bob", device);
    var phone = authenticator(device);
    var ahead = lab.clock.instant().plus(Duration.ofHours(5));
    iam.resyncMFADevice(
        r ->
            r.userName("Bob")
                .serialNumber(device.serialNumber())
                .authenticationCode1(phone.code(ahead))
                .authenticationCode2(phone.code(ahead.plus(Authenticator.STEP))));
    assertThat(lab.credentials().mfaDevice(Lab.ACCOUNT, device.serialNumber()).drift())
        .isEqualTo(601);
    assertThatThrownBy(
            () ->
                iam.resyncMFADevice(
                    r ->
                        r.userName("Bob")
                            .serialNumber(device.serialNumber())
                            .authenticationCode1(phone.code(ahead))
                            .authenticationCode2(phone.code(ahead.plus(Authenticator.STEP)))))
        .isInstanceOf(InvalidAuthenticationCodeException.class);
  }

  @Test
  void guessingIsSlowedDown() {
    iam.createUser(r -> r.userName("Bob"));
    var device = device("bob");
    var wrong = authenticator(device).wrongCode(lab.clock.instant());
    for (int i = 0; i < 11; i++) {
      assertThatThrownBy(
              () ->
                  iam.enableMFADevice(
                      r ->
                          r.userName("Bob")
                              .serialNumber(device.serialNumber())
                              .authenticationCode1(wrong)
                              .authenticationCode2(wrong)))
          .isInstanceOf(InvalidAuthenticationCodeException.class);
    }
    assertThatThrownBy(() -> enable("Bob", device))
        .isInstanceOf(InvalidAuthenticationCodeException.class);
    lab.clock.advance(Duration.ofMinutes(1));
    enable("Bob", device);
  }

  @Test
  void tagsComeGoAndDecide() {
    var serial = device("bob").serialNumber();
    iam.tagMFADevice(
        r -> r.serialNumber(serial).tags(Tag.builder().key("team").value("red").build()));
    assertThat(iam.listMFADeviceTags(r -> r.serialNumber(serial)).tags())
        .extracting(Tag::value)
        .containsExactly("red");
    var bob = lab.user("Bob");
    assertThatThrownBy(() -> bob.deleteVirtualMFADevice(r -> r.serialNumber(serial)))
        .hasMessageContaining("iam:DeleteVirtualMFADevice on resource: " + serial);
    iam.putUserPolicy(
        r ->
            r.userName("Bob")
                .policyName("p")
                .policyDocument(
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                     "Action":"iam:DeleteVirtualMFADevice","Resource":"*",
                     "Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}]}"""));
    iam.untagMFADevice(r -> r.serialNumber(serial).tagKeys("team"));
    assertThatThrownBy(() -> bob.deleteVirtualMFADevice(r -> r.serialNumber(serial)))
        .hasMessageContaining("not authorized");
    iam.tagMFADevice(
        r -> r.serialNumber(serial).tags(Tag.builder().key("team").value("red").build()));
    bob.deleteVirtualMFADevice(r -> r.serialNumber(serial));
  }
}
