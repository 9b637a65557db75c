package dev.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.access.Authorizer;
import dev.bulwark.access.Principal;
import dev.bulwark.access.PrincipalPolicies;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Services that ask each other outside of any request. */
class ServiceCallersTest {
  private static final ServiceInfo S3 =
      new ServiceInfo(
          "s3",
          "S3",
          "S3",
          "2006-03-01",
          "s3",
          "s3",
          "s3",
          "s3.amazonaws.com",
          null,
          List.of(Protocol.REST_XML),
          null,
          false,
          false);
  private static final String TRAIL = "arn:aws:cloudtrail:us-east-1:111122223333:trail/t";

  private final ServiceCallers callers =
      new ServiceCallers(
          new Authorizer(
              principal -> PrincipalPolicies.NONE,
              Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC),
              "us-east-1"),
          Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC));

  private Caller cloudTrail(String accountId) {
    return callers.of(
        new Principal.ServicePrincipal("cloudtrail.amazonaws.com", accountId, TRAIL),
        "us-east-1",
        S3);
  }

  private static Permission put(String condition) {
    try {
      var policy =
          Policy.parse(
              """
              {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},
              "Action":"*","Resource":"*","Condition":%s}}"""
                  .formatted(condition),
              PolicyKind.RESOURCE);
      return Permission.of(
          "s3:PutObject",
          Resource.of("arn:aws:s3:::logs/k").ownedBy("111122223333").withPolicy(policy));
    } catch (PolicyException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void mayWhatTheResourcesPolicyAllows() {
    cloudTrail("111122223333").require(put("{}"));
    assertThat(cloudTrail("111122223333").may(put("{}"))).isTrue();
    assertThat(
            cloudTrail("111122223333")
                .may(Permission.of("s3:PutObject", Resource.of("arn:aws:s3:::logs/k"))))
        .isFalse();
  }

  @Test
  void areNoConfusedDeputies() {
    var guarded = put("{\"StringEquals\":{\"aws:SourceAccount\":\"111122223333\"}}");
    assertThat(cloudTrail("111122223333").may(guarded)).isTrue();
    var foreign = cloudTrail("999999999999");
    assertThatThrownBy(() -> foreign.require(guarded))
        .isInstanceOf(ApiException.class)
        .hasMessage("Access Denied");
  }

  @Test
  void goOnToFurtherServices() {
    var viaS3 = cloudTrail("111122223333").via("s3.amazonaws.com");
    var key = put("{\"StringEquals\":{\"kms:ViaService\":\"s3.us-east-1.amazonaws.com\"}}");
    assertThat(viaS3.may(key)).isTrue();
    assertThat(cloudTrail("111122223333").may(key)).isFalse();
    assertThat(viaS3.principal()).isEqualTo(cloudTrail("111122223333").principal());
    assertThat(viaS3.region()).isEqualTo("us-east-1");
    assertThat(viaS3.time()).isEqualTo(Instant.parse("2026-03-04T05:06:07Z"));
  }
}
