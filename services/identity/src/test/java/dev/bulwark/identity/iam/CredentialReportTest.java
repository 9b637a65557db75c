package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.CredentialReportExpiredException;
import software.amazon.awssdk.services.iam.model.CredentialReportNotPresentException;
import software.amazon.awssdk.services.iam.model.ReportStateType;
import software.amazon.awssdk.services.iam.model.StatusType;

@Timeout(30)
final class CredentialReportTest {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

  private final Lab lab = new Lab();
  private final IamClient iam = lab.root();

  @AfterEach
  void close() {
    lab.close();
  }

  /** A report that is made now, by user and column. */
  private Map<String, Map<String, String>> report() {
    while (iam.generateCredentialReport().state() != ReportStateType.COMPLETE) {
      Thread.onSpinWait();
    }
    var lines = iam.getCredentialReport().content().asUtf8String().split("\n");
    var columns = lines[0].split(",");
    assertThat(columns).hasSize(22);
    var report = new HashMap<String, Map<String, String>>();
    for (int i = 1; i < lines.length; i++) {
      var cells = lines[i].split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");
      assertThat(cells).hasSize(22);
      var row = new HashMap<String, String>();
      for (int j = 0; j < cells.length; j++) {
        row.put(columns[j], cells[j]);
      }
      report.put(cells[0], row);
    }
    return report;
  }

  @Test
  void thereIsNoReportUntilOneIsAskedForAndItIsGoodForFourHours() {
    assertThatThrownBy(iam::getCredentialReport)
        .isInstanceOf(CredentialReportNotPresentException.class)
        .satisfies(e -> assertThat(AccessKeysTest.code(e)).isEqualTo("ReportNotPresent"));
    var first = iam.generateCredentialReport();
    assertThat(first.state()).isEqualTo(ReportStateType.STARTED);
    assertThat(first.description())
        .isEqualTo("No report exists. Starting a new report generation task");
    assertThat(report()).containsOnlyKeys("<root_account>");
    iam.createUser(r -> r.userName("Bob"));
    assertThat(iam.generateCredentialReport().state()).isEqualTo(ReportStateType.COMPLETE);
    assertThat(report()).containsOnlyKeys("<root_account>");
    lab.clock.advance(Duration.ofHours(5));
    assertThatThrownBy(iam::getCredentialReport)
        .isInstanceOf(CredentialReportExpiredException.class);
    assertThat(iam.generateCredentialReport().state()).isEqualTo(ReportStateType.STARTED);
    assertThat(report()).containsOnlyKeys("<root_account>", "Bob");
  }

  @Test
  void theReportIsTrue() {
    iam.updateAccountPasswordPolicy(r -> r.maxPasswordAge(90));
    var bob = lab.user("Bob");
    iam.createLoginProfile(r -> r.userName("Bob").password("Correct-horse1"));
    var second = iam.createAccessKey(r -> r.userName("Bob")).accessKey();
    iam.updateAccessKey(
        r -> r.userName("Bob").accessKeyId(second.accessKeyId()).status(StatusType.INACTIVE));
    assertThatThrownBy(bob::listUsers).hasMessageContaining("not authorized");
    iam.uploadSigningCertificate(r -> r.userName("Bob").certificateBody(Files.text("leaf.pem")));
    iam.createUser(r -> r.userName("a,b"));
    var report = report();

    var root = report.get("<root_account>");
    assertThat(root)
        .containsEntry("arn", Lab.ARN + "root")
        .containsEntry("user_creation_time", "2026-01-02T03:04:05Z")
        .containsEntry("password_enabled", "false")
        .containsEntry("password_last_used", "no_information")
        .containsEntry("password_last_changed", "N/A")
        .containsEntry("password_next_rotation", "not_supported")
        .containsEntry("mfa_active", "false")
        .containsEntry("access_key_1_active", "true")
        .containsEntry("access_key_1_last_used_service", "iam")
        .containsEntry("access_key_1_last_used_region", "us-east-1")
        .containsEntry("access_key_2_active", "false")
        .containsEntry("access_key_2_last_rotated", "N/A")
        .containsEntry("cert_1_active", "false");
    assertThat(root.get("access_key_1_last_used_date")).matches(TIME);

    var row = report.get("Bob");
    assertThat(row)
        .containsEntry("arn", Lab.ARN + "user/Bob")
        .containsEntry("password_enabled", "true")
        .containsEntry("password_last_used", "no_information")
        .containsEntry("mfa_active", "false")
        .containsEntry("cert_1_active", "true")
        .containsEntry("cert_2_active", "false")
        .containsEntry("cert_2_last_rotated", "N/A");
    assertThat(row.get("cert_1_last_rotated")).matches(TIME);
    assertThat(row.get("user_creation_time")).matches(TIME);
    var changed = Instant.parse(row.get("password_last_changed"));
    var rotation = Instant.parse(row.get("password_next_rotation"));
    assertThat(Duration.between(changed, rotation)).isEqualTo(Duration.ofDays(90));
    var usedFirst = row.get("access_key_1_active").equals("true") ? "1" : "2";
    var other = usedFirst.equals("1") ? "2" : "1";
    assertThat(row)
        .containsEntry("access_key_" + usedFirst + "_last_used_service", "iam")
        .containsEntry("access_key_" + other + "_active", "false")
        .containsEntry("access_key_" + other + "_last_used_date", "N/A")
        .containsEntry("access_key_" + other + "_last_used_region", "N/A");

    assertThat(report.get("\"a,b\""))
        .containsEntry("password_enabled", "false")
        .containsEntry("password_last_used", "N/A")
        .containsEntry("password_last_changed", "N/A")
        .containsEntry("password_next_rotation", "N/A")
        .containsEntry("access_key_1_active", "false")
        .containsEntry("access_key_1_last_rotated", "N/A");
  }

  /** The root user's own key lives outside of the store; what is known of its use does not. */
  @Test
  void theUseOfTheRootKeyOutlivesARestart() {
    iam.listUsers();
    lab.lastUsed.flush();
    assertThat(report().get("<root_account>").get("access_key_1_last_used_date")).matches(TIME);
  }
}
