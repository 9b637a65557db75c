package dev.bulwark.benchmarks.state;

import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.EventStreams.Attribute;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.state.Store;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** How fast LookupEvents finds the events of a user among millions. */
public final class LookupBenchmark {
  private static final int USERS = 10_000;
  private static final int GROUP = 512;
  private static final int LOOKUPS = 200;
  private static final String ACCOUNT = "123456789012";
  private static final String REGION = "us-east-1";

  private LookupBenchmark() {}

  /** The first argument is the number of events. */
  public static void main(String[] args) throws IOException {
    int events = args.length == 0 ? 5_000_000 : Integer.parseInt(args[0]);
    var folder = Files.createTempDirectory("bulwark-lookup");
    try (var store = Store.open(folder)) {
      var streams = new EventStreams(store);
      fill(store, streams, events);
      System.out.printf("%,d events, %,d MiB on disk%n", events, size(folder) >> 20);
      measure(streams, LOOKUPS);
      measure(streams, LOOKUPS);
    } finally {
      delete(folder);
    }
  }

  private static void fill(Store store, EventStreams streams, int events) {
    var random = new Random(1);
    var began = System.nanoTime();
    for (int done = 0; done < events; done += GROUP) {
      store.run(
          tx -> {
            for (int i = 0; i < GROUP; i++) {
              streams.append(tx, streams.prepare(call(random.nextInt(USERS), random)));
            }
          });
    }
    System.out.printf(
        "written at %,.0f events a second%n", events / ((System.nanoTime() - began) / 1e9));
  }

  private static ApiCall call(int user, Random random) {
    var time = Instant.now();
    var id = Ids.eventId();
    var name = random.nextBoolean() ? "DescribeInstances" : "GetUser";
    var record =
        """
        {"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2%07d","arn":"arn:aws:iam::123456789012:user/user-%d","accountId":"123456789012","accessKeyId":"AKIAIOSFODNN7%07d","userName":"user-%d"},"eventTime":"%s","eventSource":"iam.amazonaws.com","eventName":"%s","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.%d","userAgent":"aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64","requestParameters":{"userName":"user-%d"},"responseElements":null,"requestID":"%s","eventID":"%s","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management"}"""
            .formatted(
                user, user, user, user, time, name, random.nextInt(256), user, Ids.uuid(), id);
    return new ApiCall(
        0,
        id,
        time,
        ACCOUNT,
        REGION,
        "iam.amazonaws.com",
        name,
        true,
        true,
        "user-" + user,
        "AKIAIOSFODNN7%07d".formatted(user),
        null,
        List.of(),
        record.getBytes(StandardCharsets.UTF_8));
  }

  private static void measure(EventStreams streams, int lookups) {
    var random = new Random(2);
    var threads = ManagementFactory.getThreadMXBean();
    var processor = threads.getCurrentThreadCpuTime();
    var began = System.nanoTime();
    long found = 0;
    for (int i = 0; i < lookups; i++) {
      var query =
          new Query(
              ACCOUNT,
              REGION,
              Attribute.USERNAME,
              "user-" + random.nextInt(USERS),
              Instant.EPOCH,
              Instant.MAX);
      found += streams.lookup(query, null, 50).calls().size();
    }
    System.out.printf(
        "a page of %d events of a user: %.1f ms of processor, %.1f ms%n",
        found / lookups,
        (threads.getCurrentThreadCpuTime() - processor) / 1e6 / lookups,
        (System.nanoTime() - began) / 1e6 / lookups);
  }

  private static long size(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
