package dev.bulwark.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.policy.Decision.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tails of AccessDenied messages, word for word. */
class DenialReasonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IDENTITY_BASED       | because no identity-based policy allows the iam:CreateUser action
          RESOURCE_BASED       | because no resource-based policy allows the iam:CreateUser action
          PERMISSIONS_BOUNDARY | because no permissions boundary allows the iam:CreateUser action
          SESSION              | because no session policy allows the iam:CreateUser action
          SERVICE_CONTROL      | because no service control policy allows the iam:CreateUser action
          RESOURCE_CONTROL     | because no resource control policy allows the iam:CreateUser action
          VPC_ENDPOINT         | because no VPC endpoint policy allows the iam:CreateUser action
          ROLE_TRUST           | because no role trust policy allows the iam:CreateUser action
          """)
  void ofImplicitDenies(PolicyType type, String expected) {
    assertThat(
            new Decision(Outcome.IMPLICIT_DENY, "iam:CreateUser", type, null, null).denialReason())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IDENTITY_BASED       | with an explicit deny in an identity-based policy
          RESOURCE_BASED       | with an explicit deny in a resource-based policy
          PERMISSIONS_BOUNDARY | with an explicit deny in a permissions boundary
          SESSION              | with an explicit deny in a session policy
          SERVICE_CONTROL      | with an explicit deny in a service control policy
          RESOURCE_CONTROL     | with an explicit deny in a resource control policy
          VPC_ENDPOINT         | with an explicit deny in a VPC endpoint policy
          ROLE_TRUST           | with an explicit deny in the role trust policy
          """)
  void ofExplicitDenies(PolicyType type, String expected) {
    assertThat(explicit(type, "p").denialReason()).isEqualTo(expected);
    assertThat(explicit(type, "p").denialReasonWithPolicy()).isEqualTo(expected);
  }

  @Test
  void canNameThePolicy() {
    var arn = "arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-x";
    assertThat(explicit(PolicyType.SERVICE_CONTROL, arn).denialReasonWithPolicy())
        .isEqualTo("with an explicit deny in a service control policy: " + arn);
    assertThat(explicit(PolicyType.RESOURCE_BASED, "arn:aws:s3:::b").denialReasonWithPolicy())
        .isEqualTo("with an explicit deny in a resource-based policy");
  }

  @Test
  void isNotThereForAnAllow() {
    assertThatThrownBy(
            () -> new Decision(Outcome.ALLOW, "iam:GetUser", null, null, null).denialReason())
        .isInstanceOf(IllegalStateException.class);
  }

  private static Decision explicit(PolicyType type, String name) {
    return new Decision(
        Outcome.EXPLICIT_DENY, "iam:CreateUser", type, new PolicySource(name, type), null);
  }
}
