package dev.bulwark.encryption.kms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.access.Principal;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Key;
import dev.bulwark.state.Store;
import dev.bulwark.state.TableSpec;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a decision reads of the grants on a key, and what administering them counts. */
final class KeyGrantsTest {
  private static final String ACCOUNT = "123456789012";
  private static final Principal BOB =
      Principal.IamUser.of(ACCOUNT, "Bob", "/", "AIDABOB0000000000001");

  private final Store store = Store.ephemeral();
  private KmsTables tables = new KmsTables(store);

  @AfterEach
  void close() {
    store.close();
  }

  private static String row(String keyId) {
    return Key.of(ACCOUNT, "us-east-1", keyId);
  }

  private GrantRecord grant(String keyId, String grantId, String grantee) {
    var grant =
        new GrantRecord(
            ACCOUNT,
            "us-east-1",
            keyId,
            grantId,
            null,
            grantee,
            null,
            ACCOUNT,
            List.of("Encrypt"),
            null,
            null,
            null,
            Instant.EPOCH);
    store.run(tx -> tables.grants.insert(tx, grant));
    return grant;
  }

  @Test
  void aDecisionReadsTheCallersGrantsAloneAndOnlyOnce() {
    assertThat(tables.grants.to(BOB, row("one"))).isEmpty();
    var mine = grant("one", "mine", "AIDABOB0000000000001");
    var ours = grant("one", "ours", "arn:aws:iam::123456789012:root");
    for (int i = 0; i < 20; i++) {
      grant("one", "other-" + i, "AIDAOTHER" + i);
    }
    var found = tables.grants.to(BOB, row("one"));
    assertThat(found).containsExactly(List.of(mine), List.of(ours));

    var elsewhere = grant("two", "there", "AIDABOB0000000000001");
    assertThat(tables.grants.to(BOB, row("one")).getFirst()).isSameAs(found.getFirst());
    assertThat(tables.grants.to(BOB, row("two")).getFirst()).containsExactly(elsewhere);

    store.run(tx -> tables.grants.delete(tx, mine));
    assertThat(tables.grants.to(BOB, row("one"))).containsExactly(List.of(), List.of(ours));
  }

  @Test
  void grantsAreCountedAsTheyComeAndGo() {
    var one = grant("one", "a", "AIDAOTHER");
    grant("one", "b", "AIDAOTHER");
    assertThat(count(one)).isEqualTo(2);
    store.run(tx -> tables.grants.delete(tx, one));
    store.run(tx -> tables.grants.delete(tx, one));
    assertThat(count(one)).isEqualTo(1);
  }

  private int count(GrantRecord beside) {
    return store.read(tx -> tables.grants.count(tx, beside));
  }

  /** A data folder of before has grants that nobody has counted. */
  @Test
  void whatIsThereAlreadyIsCountedOnce() {
    var one = grant("one", "a", "AIDABOB0000000000001");
    var counts = store.table(TableSpec.of("kms_counts", Codec.string()));
    store.run(tx -> counts.deleteAll(tx, ""));
    tables = new KmsTables(store);
    assertThat(count(one)).isEqualTo(1);
    assertThat(tables.grants.to(BOB, row("one")).getFirst()).containsExactly(one);
  }
}
