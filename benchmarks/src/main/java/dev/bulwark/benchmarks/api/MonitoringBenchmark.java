package dev.bulwark.benchmarks.api;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Metrics and log events that come in, durable when they are acknowledged: one metric and twenty a
 * call, and ten log events of 200 bytes a call. Arguments: a folder on the disk to measure, seconds
 * for each line (10).
 */
public final class MonitoringBenchmark {
  private static final int PORT = 4582;
  private static final int CONNECTIONS = 16;
  private static final int METRICS = 20;
  private static final int EVENTS = 10;
  private static final int EVENT_BYTES = 200;

  private final LoadDriver driver;
  private final Requests requests;
  private final ServerProcess server;
  private final Duration time;

  private MonitoringBenchmark(ServerProcess server, Duration time) {
    this.server = server;
    this.time = time;
    this.driver = new LoadDriver(server.port());
    this.requests = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port());
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    var parent =
        Path.of(arguments.length > 0 ? arguments[0] : System.getProperty("java.io.tmpdir"));
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    var folder = Files.createTempDirectory(Files.createDirectories(parent), "monitoring-benchmark");
    try (var server = ServerProcess.bulwark(PORT, folder)) {
      var benchmark = new MonitoringBenchmark(server, Duration.ofSeconds(seconds));
      benchmark.metrics(1);
      benchmark.metrics(METRICS);
      benchmark.events();
    }
  }

  private void metrics(int count) throws Exception {
    var form =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                i ->
                    "&MetricData.member.%1$d.MetricName=m%1$d&MetricData.member.%1$d.Value=%1$d"
                        .formatted(i))
            .collect(
                Collectors.joining(
                    "", "Action=PutMetricData&Version=2010-08-01&Namespace=Benchmark", ""));
    run("metrics", requests.query("monitoring", form), count);
  }

  private void events() throws Exception {
    driver.answer(call("CreateLogGroup", "{\"logGroupName\":\"benchmark\"}"));
    driver.answer(
        call("CreateLogStream", "{\"logGroupName\":\"benchmark\",\"logStreamName\":\"one\"}"));
    var event =
        "{\"timestamp\":"
            + System.currentTimeMillis()
            + ",\"message\":\""
            + "x".repeat(EVENT_BYTES)
            + "\"}";
    var events = String.join(",", Collections.nCopies(EVENTS, event));
    run(
        "log events",
        call(
            "PutLogEvents",
            "{\"logGroupName\":\"benchmark\",\"logStreamName\":\"one\",\"logEvents\":["
                + events
                + "]}"),
        EVENTS);
  }

  private byte[] call(String operation, String body) {
    return requests.json("logs", "Logs_20140328." + operation, body);
  }

  private void run(String what, byte[] request, int count) throws Exception {
    driver.run(List.of(request), CONNECTIONS, time.dividedBy(2));
    long before = server.processorMicros();
    var result = driver.run(List.of(request), CONNECTIONS, time);
    long micros = server.processorMicros() - before;
    System.out.printf(
        "%d %s a call: %,.0f/s, %,.1f us of processor each, call p50 %,.0f us, p99 %,.0f us%n",
        count,
        what,
        result.perSecond() * count,
        (double) micros / result.requests() / count,
        result.p50(),
        result.p99());
  }
}
