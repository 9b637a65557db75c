package dev.bulwark.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

  private static final TableSpec<Long> NUMBERS =
      TableSpec.of(
          "numbers",
          Codec.of(
              number -> Long.toString(number).getBytes(),
              bytes -> Long.valueOf(new String(bytes))));

  private static void inParallel(int threads, Callable<?> work) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(executor.submit(work));
      }
      for (var one : running) {
        one.get();
      }
    }
  }

  @Test
  void noIncrementIsLostThoughEveryThirdFailsAfterWriting() throws Exception {
    try (var store = Store.ephemeral()) {
      var numbers = store.table(NUMBERS);
      store.run(tx -> numbers.put(tx, "sum", 0L));
      var failures = new AtomicInteger();
      inParallel(
          64,
          () -> {
            for (int i = 0; i < 90; i++) {
              boolean fails = i % 3 == 0;
              try {
                store.run(
                    tx -> {
                      numbers.update(tx, "sum", n -> n + 1);
                      if (fails) {
                        throw new IllegalStateException("undo me");
                      }
                    });
              } catch (IllegalStateException e) {
                failures.incrementAndGet();
              }
            }
            return true;
          });
      assertThat(failures).hasValue(64 * 30);
      assertThat(numbers.get("sum")).isEqualTo(64 * 60);
    }
  }

  @Test
  void transfersBetweenRowsAreNeverSeenByHalf() throws Exception {
    try (var store = Store.ephemeral()) {
      var numbers = store.table(NUMBERS);
      store.run(
          tx -> {
            for (int i = 0; i < 10; i++) {
              numbers.put(tx, "a" + i, 100L);
            }
          });
      var done = new AtomicBoolean();
      var readers = new ArrayList<Thread>();
      var wrong = new AtomicInteger();
      var reads = new AtomicInteger();
      for (int r = 0; r < 4; r++) {
        readers.add(
            // Virtual threads that never wait would keep all others from running.
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (!done.get()) {
                        long sum =
                            store.read(
                                tx ->
                                    numbers.scan(tx, Scan.all()).stream()
                                            .limit(5)
                                            .mapToLong(Entry::value)
                                            .sum()
                                        + numbers.scan(tx, Scan.all().after("a4")).stream()
                                            .mapToLong(Entry::value)
                                            .sum());
                        reads.incrementAndGet();
                        if (sum != 1000) {
                          wrong.incrementAndGet();
                        }
                      }
                    }));
      }
      inParallel(
          16,
          () -> {
            for (int i = 0; i < 200; i++) {
              var random = ThreadLocalRandom.current();
              var from = "a" + random.nextInt(10);
              var to = "a" + random.nextInt(10);
              store.run(
                  tx -> {
                    numbers.update(tx, from, n -> n - 1);
                    numbers.update(tx, to, n -> n + 1);
                  });
            }
            return true;
          });
      done.set(true);
      for (var reader : readers) {
        reader.join();
      }
      assertThat(reads.get()).isPositive();
      assertThat(wrong).hasValue(0);
    }
  }

  /** Every reader must see at least what was acknowledged before it began to read. */
  @Test
  void cachesAreRightAtOnceAfterAWrite() throws Exception {
    try (var store = Store.ephemeral()) {
      var numbers = store.table(NUMBERS);
      var cache = numbers.cached(100);
      var sums =
          store.<Long>cache(
              100,
              (tx, prefix) ->
                  numbers.scan(tx, Scan.prefix(prefix)).stream().mapToLong(Entry::value).sum(),
              numbers);
      int keys = 4;
      store.run(
          tx -> {
            for (int k = 0; k < keys; k++) {
              numbers.put(tx, "k" + k, 0L);
            }
          });
      var acknowledged = new AtomicLongArray(keys);
      var running = new AtomicInteger(keys);
      var started = new CountDownLatch(8);
      var stale = new AtomicInteger();
      try (var executor = Executors.newCachedThreadPool()) {
        for (int r = 0; r < 8; r++) {
          executor.submit(
              () -> {
                started.countDown();
                while (running.get() > 0) {
                  int k = ThreadLocalRandom.current().nextInt(keys);
                  long least = acknowledged.get(k);
                  var one = cache.get("k" + k);
                  var sum = sums.get("k" + k);
                  if (one == null || one < least || sum == null || sum < least) {
                    stale.incrementAndGet();
                  }
                }
              });
        }
        started.await();
        for (int w = 0; w < keys; w++) {
          int k = w;
          executor.submit(
              () -> {
                try {
                  for (long i = 1; i <= 1500; i++) {
                    long value = i;
                    store.write(tx -> numbers.put(tx, "k" + k, value));
                    acknowledged.set(k, i);
                    if (cache.get("k" + k) != i) {
                      stale.incrementAndGet();
                    }
                  }
                } finally {
                  running.decrementAndGet();
                }
              });
        }
      }
      assertThat(stale).hasValue(0);
      assertThat(sums.get("")).isEqualTo(keys * 1500L);
      assertThat(cache.get("none")).isNull();
      store.write(tx -> numbers.put(tx, "none", 1L));
      assertThat(cache.get("none")).isEqualTo(1);
      store.write(tx -> numbers.deleteAll(tx, ""));
      assertThat(cache.get("none")).isNull();
      assertThat(sums.get("")).isZero();
    }
  }

  @Test
  void aCacheInsideATransactionSeesItsWritesAndKeepsNoneOfThem() {
    try (var store = Store.ephemeral()) {
      var numbers = store.table(NUMBERS);
      var cache = numbers.cached(100);
      store.run(tx -> numbers.put(tx, "k", 1L));
      assertThat(cache.get("k")).isEqualTo(1);
      try {
        store.run(
            tx -> {
              numbers.put(tx, "k", 2L);
              assertThat(cache.get("k")).isEqualTo(2);
              throw new IllegalStateException("undo me");
            });
      } catch (IllegalStateException e) {
        assertThat(cache.get("k")).isEqualTo(1);
      }
    }
  }

  @Test
  void closingLetsThoseWhoWaitFinish() throws Exception {
    var store = Store.ephemeral();
    var numbers = store.table(NUMBERS);
    var refused = new AtomicInteger();
    var written = new AtomicInteger();
    var many = new CountDownLatch(200);
    var closer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    many.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  store.close();
                });
    inParallel(
        32,
        () -> {
          try {
            for (int i = 0; ; i++) {
              var key = Thread.currentThread().threadId() + "/" + i;
              store.write(tx -> numbers.put(tx, key, 1L));
              written.incrementAndGet();
              many.countDown();
            }
          } catch (StoreException e) {
            assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED);
            refused.incrementAndGet();
          }
          return true;
        });
    closer.join();
    assertThat(refused).hasValue(32);
    assertThat(written.get()).isGreaterThanOrEqualTo(200);
  }
}
