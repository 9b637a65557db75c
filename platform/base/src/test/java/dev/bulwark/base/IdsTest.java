package dev.bulwark.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"000000000000", "000000000001", "123456789012", "999999999999", "609629065308"})
  void anAccessKeyIdCarriesItsAccount(String account) {
    for (int i = 0; i < 200; i++) {
      var id = Ids.accessKeyId(Ids.Kind.AKIA, AccountId.of(account));
      assertThat(id).matches("AKIA[Q-Z2-7][A-Z2-7]{15}");
      assertThat(Ids.accountOf(id)).contains(AccountId.of(account));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Published examples of key ids and the accounts that AWS's GetAccessKeyInfo names for them.
    "ASIAQNZGKIQY56JQ7WML,029608264753",
    "ASIAY34FZKBOKMUTVV7A,609629065308"
  })
  void readsTheAccountOfKeysThatAwsMade(String id, String account) {
    assertThat(Ids.accountOf(id)).contains(AccountId.of(account));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIAIOSFODNN7EXAMPLE",
        "AIDAY34FZKBOKMUTVV7A",
        "ASIAY34FZKBOKMUTVV7",
        "ASIAY34FZKBOKMUTVV7a",
        "ASIA77777777777777777",
        "ASIA7777777777777777",
        ""
      })
  void findsNoAccountInOtherIds(String id) {
    assertThat(Ids.accountOf(id)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Ids.Kind.class)
  void uniqueIdsHaveTheirPrefixAnd21Characters(Ids.Kind kind) {
    assertThat(Ids.unique(kind)).matches(kind + "[A-Z2-7]{17}");
  }

  @Test
  void onlyAccessKeysAreMadeAsAccessKeys() {
    assertThatThrownBy(() -> Ids.accessKeyId(Ids.Kind.AIDA, AccountId.of("123456789012")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherIdsHaveTheirForms() {
    assertThat(UUID.fromString(Ids.requestId()).version()).isEqualTo(4);
    assertThat(UUID.fromString(Ids.eventId()).variant()).isEqualTo(2);
    assertThat(Ids.s3RequestId()).matches("[0-9A-F]{16}");
    assertThat(Ids.s3HostId()).matches("[A-Za-z0-9+/]{75}=");
    assertThat(Ids.secretAccessKey()).matches("[A-Za-z0-9+/]{40}");
    assertThat(Ids.token(32)).matches("[A-Za-z0-9_-]{43}");
    assertThat(Ids.hex(4)).matches("[0-9a-f]{8}");
    assertThat(Randomness.bytes(5000)).hasSize(5000);
  }

  @Test
  void noIdIsMadeTwiceByManyThreads() throws Exception {
    var seen = ConcurrentHashMap.<String>newKeySet();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 64; t++) {
        threads.submit(
            () -> {
              for (int i = 0; i < 500; i++) {
                seen.add(Ids.uuid());
              }
            });
      }
    }
    assertThat(new HashSet<>(seen)).hasSize(64 * 500);
  }
}
