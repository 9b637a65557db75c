package dev.bulwark.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::123456789012:user/a/b/Bob,user,a/b/Bob,Bob",
    "arn:aws:iam::aws:policy/AdministratorAccess,policy,AdministratorAccess,AdministratorAccess",
    "arn:aws:s3:::bucket,'',bucket,bucket",
    "arn:aws:s3:::bucket/key:with/colons,bucket,key:with/colons,colons",
    "arn:aws:logs:us-east-1:123456789012:log-group:/a/b,log-group,/a/b,b",
    "arn:aws:iam::123456789012:root,'',root,root"
  })
  void arnsAreReadAndWritten(String text, String type, String id, String name) {
    var arn = Arn.parse(text);
    assertThat(arn).hasToString(text);
    assertThat(arn.resourceType()).isEqualTo(type);
    assertThat(arn.resourceId()).isEqualTo(id);
    assertThat(arn.resourceName()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn",
        "arn:aws:iam::123456789012",
        "arn:aws:iam::1:",
        "arn::iam:::x",
        "arn:aws::::x",
        "x:aws:iam:::x"
      })
  void whatIsNoArnIsRefused(String text) {
    assertThatThrownBy(() -> Arn.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Arn.tryParse(text)).isEmpty();
  }

  @Test
  void anArnHasABound() {
    assertThat(Arn.tryParse("arn:aws:s3:::" + "x".repeat(Arn.MAX_LENGTH))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12345678901", "1234567890123", "12345678901a", "１２３４５６７８９０１２"})
  void accountIdsAreTwelveDigits(String text) {
    assertThatThrownBy(() -> AccountId.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void regionsKnowTheirPartition() {
    assertThat(Region.of("us-east-1").partition()).isEqualTo("aws");
    assertThat(Region.of("cn-north-1").partition()).isEqualTo("aws-cn");
    assertThat(Region.of("us-gov-west-1").partition()).isEqualTo("aws-us-gov");
    assertThatThrownBy(() -> Region.of("us-east-9")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theClockStandsStillUntilMoved() {
    var start = Instant.parse("2026-01-01T00:00:00Z");
    var clock = BulwarkClock.fixed(start);
    assertThat(clock.advance(Duration.ofDays(7))).isEqualTo("2026-01-08T00:00:00Z");
    assertThat(clock.instant().toEpochMilli()).isEqualTo(clock.millis());
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
    clock.reset();
    assertThat(clock.instant()).isEqualTo(start);
    assertThat(clock.offset()).isZero();
  }
}
