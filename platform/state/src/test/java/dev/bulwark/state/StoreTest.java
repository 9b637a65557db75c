package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

  record User(
      String name,
      @Nullable String path,
      List<String> tags,
      Instant made,
      int logins,
      byte[] salt) {
    User {
      tags = tags == null ? List.of() : tags;
    }

    static User of(String name, String... tags) {
      return new User(name, null, List.of(tags), Instant.EPOCH, 0, new byte[0]);
    }
  }

  static final TableSpec<User> USERS =
      TableSpec.json(
          "test_users", User.class, Index.of("path", User::path), Index.ofMany("tag", User::tags));

  private final Store store = Store.ephemeral();
  private final Table<User> users = store.table(USERS);
  private final Table<String> texts = store.table(TableSpec.of("test_texts", Codec.string()));

  @AfterEach
  void close() {
    store.close();
  }

  private List<String> keys(Scan scan) {
    return store.read(tx -> texts.keys(tx, scan));
  }

  private void put(String... keys) {
    store.run(
        tx -> {
          for (var key : keys) {
            texts.put(tx, key, "value of " + key);
          }
        });
  }

  @Test
  void aRecordComesBackAsItWas() {
    var user =
        new User(
            "Bob",
            "/a/",
            List.of("x", "y"),
            Instant.parse("2026-01-02T03:04:05.678Z"),
            7,
            new byte[] {1, 2});
    store.write(tx -> users.insert(tx, "bob", user));

    var read = users.get("bob");
    assertThat(read).usingRecursiveComparison().isEqualTo(user);
    assertThat(users.get("eve")).isNull();
  }

  @Test
  void rowsOfOlderAndNewerProgramsCanBeRead() {
    var raw = Codec.json(User.class);
    assertThat(raw.decode("{\"name\":\"a\",\"colour\":{\"r\":1}}".getBytes()))
        .isEqualTo(new User("a", null, List.of(), null, 0, null));
    assertThatThrownBy(() -> raw.decode("{\"name\":".getBytes()))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT));
  }

  @Test
  void timesAreKeptAsText() {
    var json = new String(Codec.json(User.class).encode(User.of("a")));
    assertThat(json).contains("\"1970-01-01T00:00:00Z\"").doesNotContain("path");
    record Period(Duration length) {}
    assertThat(new String(Codec.json(Period.class).encode(new Period(Duration.ofDays(1)))))
        .contains("PT24H");
  }

  @Test
  void anEmptyValueIsAValue() {
    put("k");
    store.run(tx -> texts.put(tx, "k", ""));
    assertThat(texts.get("k")).isEmpty();
  }

  @Test
  void insertingTwiceIsAConflictAndChangesNothing() {
    store.write(tx -> users.insert(tx, "bob", User.of("Bob", "old")));
    assertThatThrownBy(() -> store.write(tx -> users.insert(tx, "bob", User.of("Eve", "new"))))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CONFLICT));
    assertThat(users.get("bob").name()).isEqualTo("Bob");
    assertThat(tagged(Scan.equal("new"))).isEmpty();
  }

  @Test
  void valuesHaveALargestSizeHoweverTheyCome() {
    var huge = "x".repeat((64 << 20) + 1);
    long version = store.write(tx -> texts.insert(tx, "k", "1"));
    assertThatThrownBy(() -> store.write(tx -> texts.replace(tx, "k", version, huge)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.run(tx -> texts.put(tx, "k", huge)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(texts.get("k")).isEqualTo("1");
  }

  @Test
  void aRowIsReplacedOnlyInTheVersionThatWasRead() {
    store.write(tx -> texts.insert(tx, "k", "1"));
    var read = store.read(tx -> texts.entry(tx, "k"));
    store.write(tx -> texts.replace(tx, "k", read.version(), "2"));
    assertThatThrownBy(() -> store.write(tx -> texts.replace(tx, "k", read.version(), "3")))
        .hasMessageContaining("has changed");

    // Gone and made again is not the same row.
    store.write(tx -> texts.delete(tx, "k"));
    store.write(tx -> texts.insert(tx, "k", "1"));
    assertThatThrownBy(() -> store.write(tx -> texts.replace(tx, "k", read.version(), "3")))
        .isInstanceOf(StoreException.class);
    assertThat(texts.get("k")).isEqualTo("1");
  }

  @Test
  void updateChangesWhatIsThere() {
    put("k");
    store.run(tx -> assertThat(texts.update(tx, "k", String::toUpperCase)).isEqualTo("VALUE OF K"));
    store.run(tx -> assertThat(texts.update(tx, "none", String::toUpperCase)).isNull());
  }

  @Test
  void scansFollowTheOrderOfUtf8() {
    // U+FF5E sorts after U+1F600 in UTF-16 but before it in UTF-8.
    put("b", "a", "é", "\uD83D\uDE00", "\uFF5E", "a/b", "a!", "a\u0000b", "aa");
    assertThat(keys(Scan.all()))
        .containsExactly("a", "a\u0000b", "a!", "a/b", "aa", "b", "é", "\uFF5E", "\uD83D\uDE00");
    assertThat(keys(Scan.all().reversed()).getFirst()).isEqualTo("\uD83D\uDE00");
  }

  @Test
  void scansArePrefixedPagedAndReversed() {
    put("a1", "a2", "a3", "a4", "b1", "a");
    assertThat(keys(Scan.prefix("a"))).containsExactly("a", "a1", "a2", "a3", "a4");
    assertThat(keys(Scan.prefix("a").limit(2))).containsExactly("a", "a1");
    assertThat(keys(Scan.prefix("a").after("a1").limit(2))).containsExactly("a2", "a3");
    assertThat(keys(Scan.prefix("a").after("a11"))).containsExactly("a2", "a3", "a4");
    assertThat(keys(Scan.prefix("a").after("0"))).hasSize(5);
    assertThat(keys(Scan.prefix("a").reversed().limit(2))).containsExactly("a4", "a3");
    assertThat(keys(Scan.prefix("a").reversed().after("a3"))).containsExactly("a2", "a1", "a");
    assertThat(keys(Scan.prefix("a").afterPrefix("a1"))).containsExactly("a2", "a3", "a4");
    assertThat(keys(Scan.equal("a"))).containsExactly("a");
    assertThat(keys(Scan.prefix("\uD83D\uDE00"))).isEmpty();
    store.run(tx -> assertThat(texts.count(tx, "a")).isEqualTo(5));
    store.run(tx -> assertThat(texts.count(tx, "")).isEqualTo(6));
  }

  @Test
  void forEachReadsAllHoweverMany() {
    put(IntStream.range(0, 1000).mapToObj("%04d"::formatted).toArray(String[]::new));
    var seen = new java.util.ArrayList<String>();
    store.read(
        tx -> {
          texts.forEach(tx, Scan.all(), entry -> seen.add(entry.key()));
          return true;
        });
    assertThat(seen).hasSize(1000).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void composedKeysSortByPartsAndDoNotRunIntoEachOther() {
    var odd = "x\u0001y\u0002z";
    put(
        Key.of("a", "b"),
        Key.of("a-b", "c"),
        Key.of("a", "b/\u0001c"),
        Key.of(odd, "k"),
        Key.of("ab", "c"));
    assertThat(keys(Scan.prefix(Key.prefix("a"))))
        .containsExactly(Key.of("a", "b"), Key.of("a", "b/\u0001c"));
    assertThat(Key.split(Key.of("a", "b/\u0001c"), 2)).containsExactly("a", "b/\u0001c");
    assertThat(Key.split(Key.of(odd, "k"), 2)).containsExactly(odd, "k");
    assertThat(Key.last(Key.of(odd, "q", "k"), 3)).isEqualTo("k");
    assertThatThrownBy(() -> Key.split("a", 2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysThatHaveNoUtf8AreRefused() {
    for (var key : List.of("", "a\uD800", "\uDC00b", "é\uD800")) {
      assertThatThrownBy(() -> put(key)).isInstanceOf(IllegalArgumentException.class);
    }
    put("?");
    assertThat(texts.get("?")).isNotNull();
  }

  @Test
  void indexesFollowTheirRows() {
    store.run(
        tx -> {
          users.put(tx, "1", User.of("a", "red", "blue"));
          users.put(tx, "2", User.of("b", "red"));
          users.put(tx, "3", User.of("c", "red", "redder"));
        });
    assertThat(tagged(Scan.equal("red"))).containsExactly("1", "2", "3");
    assertThat(tagged(Scan.prefix("red"))).containsExactly("1", "2", "3", "3");
    assertThat(tagged(Scan.prefix("red").reversed())).containsExactly("3", "3", "2", "1");

    store.run(
        tx -> {
          users.put(tx, "1", User.of("a", "blue"));
          users.delete(tx, "2");
        });
    assertThat(tagged(Scan.equal("red"))).containsExactly("3");
    assertThat(tagged(Scan.all())).containsExactly("1", "3", "3");
    store.run(tx -> assertThat(users.deleteAll(tx, "")).isEqualTo(2));
    assertThat(tagged(Scan.all())).isEmpty();
    assertThat(store.check()).isEmpty();
  }

  private List<String> tagged(Scan scan) {
    return store.read(tx -> users.scanByIndex(tx, "tag", scan).stream().map(Entry::key).toList());
  }

  @Test
  void indexScansGoOnFromTheirCursor() {
    store.run(
        tx -> {
          for (int i = 0; i < 10; i++) {
            users.put(tx, "k" + i, User.of("u", "t:" + i % 2, Key.of("x", "y")));
          }
        });
    for (boolean reverse : new boolean[] {false, true}) {
      var all = new java.util.ArrayList<String>();
      @Nullable String cursor = null;
      do {
        var scan = Scan.prefix("t:").limit(3).after(cursor);
        var from = reverse ? scan.reversed() : scan;
        var page = store.read(tx -> users.scanByIndex(tx, "tag", from));
        page.forEach(entry -> all.add(entry.key()));
        cursor = page.isEmpty() ? null : page.getLast().cursor();
      } while (cursor != null);
      var expected = List.of("k0", "k2", "k4", "k6", "k8", "k1", "k3", "k5", "k7", "k9");
      assertThat(all).isEqualTo(reverse ? expected.reversed() : expected);
    }
  }

  @Test
  void aFailedFunctionUndoesItsChangesAndItsExceptionArrivesAsItIs() {
    put("kept");
    assertThatThrownBy(
            () ->
                store.write(
                    tx -> {
                      texts.put(tx, "lost", "x");
                      texts.delete(tx, "kept");
                      throw new IOException("mine");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("mine")
        .hasNoCause();
    assertThat(keys(Scan.all())).containsExactly("kept");
  }

  @Test
  void anInnerTransactionJoinsTheOuterOne() {
    store.run(
        tx -> {
          texts.put(tx, "a", "1");
          assertThat(texts.get("a")).isEqualTo("1");
          store.run(inner -> texts.put(inner, "b", "2"));
          assertThat(keys(Scan.all())).containsExactly("a", "b");
        });
    store.run(
        tx -> {
          store.append(inner -> texts.put(inner, "c", "3"));
          assertThat(texts.contains(tx, "c")).isTrue();
          assertThatThrownBy(store::flush).isInstanceOf(IllegalStateException.class);
        });
    assertThatThrownBy(() -> store.read(tx -> store.write(inner -> true)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTransactionCannotBeUsedAfterItsEnd() {
    ReadTx[] kept = new ReadTx[1];
    store.read(tx -> kept[0] = tx);
    assertThatThrownBy(() -> texts.get(kept[0], "k")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReadSeesOneMomentOfAllTables() {
    put("a");
    store.read(
        tx -> {
          assertThat(texts.count(tx, "")).isEqualTo(1);
          var other = Thread.ofVirtual().start(() -> put("b", "c"));
          try {
            other.join();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          assertThat(texts.count(tx, "")).isEqualTo(1);
          return true;
        });
    assertThat(keys(Scan.all())).hasSize(3);
  }

  @Test
  void clearForgetsAllTablesButThoseNamed() {
    put("a");
    store.run(tx -> users.put(tx, "u", User.of("u", "t")));
    var cache = texts.cached(10);
    assertThat(cache.get("a")).isNotNull();
    store.clear(Set.of("test_users"));
    assertThat(cache.get("a")).isNull();
    assertThat(users.get("u")).isNotNull();
    store.clear(Set.of());
    assertThat(tagged(Scan.all())).isEmpty();
  }

  @Test
  void whatWasAppendedIsThereAfterAFlush() {
    for (int i = 0; i < 1000; i++) {
      var key = "%04d".formatted(i);
      store.append(tx -> texts.put(tx, key, "x"));
    }
    store.append(
        tx -> {
          throw new IllegalStateException("logged, and nobody else's trouble");
        });
    store.flush();
    assertThat(keys(Scan.all())).hasSize(1000);
  }

  @Test
  void whoAppendsLearnsWhenItIsDurableOrGivenUp() {
    var settled = new ArrayList<String>();
    store.append(
        tx -> texts.put(tx, "a", "x"), () -> settled.add("a " + keys(Scan.all()).contains("a")));
    store.append(
        tx -> {
          throw new IllegalStateException("logged, and nobody else's trouble");
        },
        () -> settled.add("given up"));
    store.flush();
    assertThat(settled).containsExactlyInAnyOrder("a true", "given up");
  }

  @Test
  void everythingIsThereAfterAReopen(@TempDir Path folder) {
    try (var first = Store.open(folder)) {
      var table = first.table(USERS);
      first.write(tx -> table.put(tx, "1", User.of("a", "t")));
      first.append(tx -> table.put(tx, "2", User.of("b", "t")));
    }
    try (var second = Store.open(folder)) {
      var table = second.table(USERS);
      second.run(tx -> assertThat(table.scanByIndex(tx, "tag", Scan.equal("t"))).hasSize(2));
      assertThat(second.check()).isEmpty();
    }
  }

  @Test
  void aTableGainsAndLosesIndexes(@TempDir Path folder) {
    var plain = TableSpec.json("test_users", User.class);
    try (var opened = Store.open(folder)) {
      var table = opened.table(plain);
      opened.run(tx -> table.put(tx, "1", User.of("a", "t")));
      assertThatThrownBy(() -> opened.table(USERS)).isInstanceOf(IllegalArgumentException.class);
    }
    try (var opened = Store.open(folder)) {
      var table = opened.table(USERS);
      opened.run(tx -> assertThat(table.scanByIndex(tx, "tag", Scan.equal("t"))).hasSize(1));
    }
    try (var opened = Store.open(folder)) {
      var table = opened.table(plain);
      opened.run(tx -> table.put(tx, "1", User.of("a", "u")));
    }
    try (var opened = Store.open(folder)) {
      var table = opened.table(USERS);
      opened.run(tx -> assertThat(table.scanByIndex(tx, "tag", Scan.equal("u"))).hasSize(1));
      opened.run(tx -> assertThat(table.scanByIndex(tx, "tag", Scan.equal("t"))).isEmpty());
    }
  }

  @Test
  void anEphemeralStoreLeavesNothing() {
    var other = Store.ephemeral();
    var folder = other.directory();
    assertThat(folder).isDirectory();
    other.close();
    assertThat(folder).doesNotExist();
    assertThatThrownBy(() -> other.read(tx -> true)).hasMessage("The store is closed");
    assertThatThrownBy(() -> other.write(tx -> true)).hasMessage("The store is closed");
  }
}
