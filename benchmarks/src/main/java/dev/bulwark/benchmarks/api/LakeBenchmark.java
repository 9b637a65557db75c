package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * CloudTrail Lake: how many events a second come in through a channel, in batches of 100, and how
 * long it takes to count them by principal. Arguments: events in units of 100,000 (50).
 */
public final class LakeBenchmark {
  private static final int CONNECTIONS = 8;
  private static final int COUNTS = 4;
  private static final int BATCH = 100;
  private static final int REQUESTS = 1000;
  private static final int PRINCIPALS = 50;
  private static final double WANTED_EVENTS = 20_000;
  private static final double WANTED_MILLIS = 2000;
  private static final long POLL_MILLIS = 100;
  private static final String CLOUDTRAIL =
      "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

  private final ServerProcess server;
  private final LoadDriver driver;
  private final Requests requests;

  private LakeBenchmark(ServerProcess server, LoadDriver driver, Requests requests) {
    this.server = server;
    this.driver = driver;
    this.requests = requests;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int waves = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50;
    var folder = Files.createTempDirectory("bulwark-bench");
    try (var server = ServerProcess.bulwark(ApiBenchmark.freePort(), folder)) {
      new LakeBenchmark(
              server,
              new LoadDriver(server.port()),
              new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port()))
          .run(waves);
    } finally {
      ApiBenchmark.delete(folder);
    }
  }

  private void run(int waves) throws Exception {
    var store =
        find(
            "EventDataStoreArn",
            cloudTrail(
                "CreateEventDataStore",
                """
                {"Name":"bench","AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["ActivityAuditLog"]}]}]}\
                """));
    var channel =
        find(
            "ChannelArn",
            cloudTrail(
                "CreateChannel",
                "{\"Name\":\"bench\",\"Source\":\"Custom\",\"Destinations\":[{\"Type\":\"EVENT_DATA_STORE\",\"Location\":\""
                    + store
                    + "\"}]}"));
    long nanos = 0;
    long micros = 0;
    for (int wave = 0; wave < waves; wave++) {
      var calls = puts(channel, wave);
      long before = server.processorMicros();
      var began = System.nanoTime();
      driver.runOnce(calls, CONNECTIONS);
      nanos += System.nanoTime() - began;
      micros += server.processorMicros() - before;
    }
    System.out.printf(
        Locale.ROOT,
        "=> PutAuditEvents, batches of %d: %.0f events/s (at least %.0f), %.1f us of processor for"
            + " each%n",
        BATCH,
        1e9 * waves * REQUESTS * BATCH / nanos,
        WANTED_EVENTS,
        (double) micros / waves / REQUESTS / BATCH);
    var id = store.substring(store.lastIndexOf('/') + 1);
    var count =
        "SELECT eventData.userIdentity.principalId AS who, count(*) AS events FROM "
            + id
            + " GROUP BY eventData.userIdentity.principalId";
    System.out.println("the first query, which waits for files to be written: " + millis(count));
    // Files are still being merged after the first query, on the same processors.
    for (int round = 0; round < COUNTS; round++) {
      System.out.printf(
          Locale.ROOT,
          "=> count by principal over %d events: %d ms (at most %.0f)%n",
          (long) waves * REQUESTS * BATCH,
          millis(count),
          WANTED_MILLIS);
    }
  }

  private String cloudTrail(String operation, String body) throws IOException {
    return driver.answer(requests.json("cloudtrail", CLOUDTRAIL + operation, body));
  }

  private static String find(String member, String json) {
    var found = Pattern.compile("\"" + member + "\":\\s*\"?([^\",}]+)").matcher(json);
    if (!found.find()) {
      throw new IllegalStateException(json);
    }
    return found.group(1);
  }

  private List<byte[]> puts(String channel, int wave) {
    var calls = new ArrayList<byte[]>(REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      var body = new StringBuilder("{\"auditEvents\":[");
      for (int j = 0; j < BATCH; j++) {
        long number = ((long) wave * REQUESTS + i) * BATCH + j;
        body.append(j == 0 ? "" : ",")
            .append("{\"id\":\"e-" + number + "\",\"eventData\":\"")
            .append(event(number).replace("\"", "\\\""))
            .append("\"}");
      }
      calls.add(
          requests.post(
              "cloudtrail-data",
              "/PutAuditEvents",
              "channelArn=" + URLEncoder.encode(channel, StandardCharsets.UTF_8),
              body.append("]}").toString()));
    }
    return calls;
  }

  private static String event(long number) {
    return """
    {"version":"1.0","userIdentity":{"type":"CustomUser","principalId":"user-%d","details":{"team":"red"}},"userAgent":"bench","eventSource":"shop.example.com","eventName":"Order","eventTime":"%s","UID":"u-%d","requestParameters":{"order":"%d","item":"book"},"responseElements":{"status":"done"},"sourceIPAddress":"192.0.2.1","recipientAccountId":"123456789012"}\
    """
        .formatted(number % PRINCIPALS, Instant.now(), number, number);
  }

  private long millis(String query) throws Exception {
    var id = find("QueryId", cloudTrail("StartQuery", "{\"QueryStatement\":\"" + query + "\"}"));
    while (true) {
      var described = cloudTrail("DescribeQuery", "{\"QueryId\":\"" + id + "\"}");
      var status = find("QueryStatus", described);
      if (status.equals("FINISHED")) {
        return Long.parseLong(find("ExecutionTimeInMillis", described));
      }
      if (!status.equals("QUEUED") && !status.equals("RUNNING")) {
        throw new IllegalStateException(described);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
